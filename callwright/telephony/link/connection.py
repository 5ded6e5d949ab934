"""One PBX's connection: keeps it, journals what it says, resynchronises after every gap."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec
from asgiref.sync import sync_to_async

from callwright.telephony.asterisk.client import ActionRefused, ActionTimedOut, Ami, AmiError, back_off
from callwright.telephony.asterisk.protocol import name_of, parse
from callwright.telephony.journal import Journal, Record
from callwright.telephony.link.commands import Due, Orders
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.link.consumer import LOST, MESSAGE, RESYNC, Consumer, Resync
from callwright.telephony.operations.set_link_state import set_link_state

log = logging.getLogger("callwright.link")

# Journalled records may lie in the operating system's cache this long before they are on the disk. A killed process
# loses nothing by it; a machine that loses its power loses at most this much, and repair fills it in.
SYNC_EVERY_S = 0.05

Repair = Callable[[datetime, datetime], Awaitable[None]]


class PbxLink:
    """The link to one PBX. `run` keeps it until it is cancelled."""

    def __init__(self, config: LinkConfig, repair: Repair | None = None) -> None:
        self.config = config
        self.ami: Ami | None = None
        self.journal = Journal(config.folder)
        self.consumer = Consumer(pbx_id=config.pbx_id, slug=config.slug, config=config.translator, journal=self.journal)
        self.orders = Orders(config, self.consumer, note=lambda said: self._journal([Record(MESSAGE, _now(), said)]))
        self._repair = repair
        self._repairs: set[asyncio.Task[None]] = set()
        self._unsynced = asyncio.Event()

    async def run(self) -> None:
        self.consumer.start()
        syncing = asyncio.create_task(self._keep_synced())
        try:
            await self._keep_connected()
        finally:
            syncing.cancel()
            for task in self._repairs:
                task.cancel()
            if self.ami is not None:
                await self.ami.close()
            await asyncio.to_thread(self.consumer.stop)
            self.journal.sync()
            self.journal.close()

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            try:
                await self._tell("connecting")
                self.ami = await Ami.connect(self.config.address)
                await self._resynchronise(self.ami)
                failures = 0
                await self._tell("up", version=self.ami.banner)
                await self._listen(self.ami)
            except AmiError as error:
                await self._lost(error)
                if error.lasting:
                    await asyncio.Event().wait()  # until the configuration changes and the link is made anew
            except (ActionRefused, ActionTimedOut) as error:
                await self._lost(None, str(error))
            await asyncio.sleep(back_off(failures))
            failures += 1

    async def _lost(self, error: AmiError | None, detail: str = "") -> None:
        if self.ami is not None:
            self._journal([Record(MESSAGE, _now(), block) for block in self.ami.batch(1_000_000)])
            self._journal([Record(LOST, _now(), b"")])
            await self.ami.close()
            self.ami = None
        problem = str(error.problem) if error else "missing_privilege"
        state = "refused" if error is not None and error.lasting else "down"
        log.warning("%s: link lost: %s %s", self.config.slug, problem, error.detail if error else detail)
        await self._tell(state, problem=problem, detail=error.detail if error else detail)

    async def carry_out(self, due: Due) -> None:
        await self.orders.carry_out(due, self.ami)

    async def _listen(self, ami: Ami) -> None:
        async for block in ami.blocks():
            now = _now()
            blocks = [block, *ami.batch()]
            self._journal([Record(MESSAGE, now, one) for one in blocks])
            for one in blocks:
                if name_of(one) == b"OriginateResponse":
                    self.orders.note_originate_response(parse(one))
            # Let the consumer's thread have the interpreter: what came together is applied together.
            await asyncio.sleep(0)

    async def _resynchronise(self, ami: Ami) -> None:
        """Reads what is going on now. Written before the events that came meanwhile, which tell what changed since."""
        at = _now()
        heard_until = self.journal.last_at
        channels = await ami.list("CoreShowChannels")
        others = await ami.list("QueueStatus")
        with contextlib.suppress(ActionRefused):  # needs a privilege that the rest does not need
            others += await ami.list("DeviceStateList")
        body = msgspec.msgpack.encode(Resync(channels=channels, others=others))
        self._journal([Record(RESYNC, at, body)])
        if self._repair is not None and heard_until is not None:
            task = asyncio.create_task(self._run_repairs(self._repair, heard_until))
            self._repairs.add(task)
            task.add_done_callback(self._repairs.discard)

    async def _run_repairs(self, repair: Repair, heard_until: datetime) -> None:
        """Soon, and again when the PBX has surely written the records of the calls that ended in the gap."""
        for wait in (1, 20):
            await asyncio.sleep(wait)
            try:
                await repair(heard_until, _now())
            except Exception:
                log.exception("%s: repair from the PBX's records failed", self.config.slug)

    def _journal(self, records: list[Record]) -> None:
        self.journal.append(records)
        self._unsynced.set()
        self.consumer.wake()

    async def _keep_synced(self) -> None:
        shown = ""
        while True:
            await self._unsynced.wait()
            self._unsynced.clear()
            await asyncio.to_thread(self.journal.sync)
            if self.journal.problem != shown:
                shown = self.journal.problem
                log.error("%s: journal: %s", self.config.slug, shown or "is written again")
                await self._tell("up", problem=shown)
            await asyncio.sleep(SYNC_EVERY_S)

    async def _tell(self, state: str, *, problem: str = "", detail: str = "", version: str = "") -> None:
        """Notes the link's state; with the database away it is noted at the next change."""
        try:
            await sync_to_async(set_link_state)(
                pbx_id=self.config.pbx_id, state=state, problem=problem, detail=detail, version=version, now=_now()
            )
        except Exception as error:
            log.warning("%s: link is %s, but that cannot be noted: %s", self.config.slug, state, error)


def _now() -> datetime:
    return datetime.now(UTC)
