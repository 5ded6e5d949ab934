"""One PBX's connection: keeps it, journals what it says, resynchronises after every gap."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

import msgspec
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from callwright.telephony.asterisk.client import ActionRefused, ActionTimedOut, Ami, AmiError, Problem, back_off
from callwright.telephony.asterisk.protocol import name_of, parse
from callwright.telephony.journal import Journal, Position, Record
from callwright.telephony.link.commands import Due, Orders
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.link.consumer import LOST, MESSAGE, RESYNC, Consumer, Resync, heard_until
from callwright.telephony.link.repairing import Gap, Gaps, fill_gap, keeps_records
from callwright.telephony.operations.set_link_state import set_link_state
from callwright.telephony.queries.pbxs import PbxFacts

log = logging.getLogger("callwright.link")

# Journalled records may lie in the operating system's cache this long before they are on the disk. A killed process
# loses nothing by it; a machine that loses its power loses at most this much, and repair fills it in.
SYNC_EVERY_S = 0.05
# A login that was refused is not tried blindly, but the cause may have been mended at the PBX.
REFUSED_RETRY_S = 300.0

# Clocks that differ by less are taken for the same.
CLOCKS_AGREE_S = 0.5
# When the PBX's records are read for a gap, each after the one before (seconds); in all for half a day.
FILL_AFTER_S = (1, 20, 40, 120, 300, 600, 1200, *(3600,) * 11)


class PbxLink:
    """The link to one PBX. `run` keeps it until it is cancelled."""

    def __init__(self, config: LinkConfig) -> None:
        self.config = config
        self.ami: Ami | None = None
        self.journal = Journal(config.folder)
        pbx = PbxFacts(config.pbx_id, config.slug, config.home_country)
        self.consumer = Consumer(pbx=pbx, config=config.translator, journal=self.journal)
        self.orders = Orders(config, self.consumer, note=lambda said: self._journal([Record(MESSAGE, _now(), said)]))
        self._gaps = Gaps(config.folder)
        self._repairs: set[asyncio.Task[None]] = set()
        self._unsynced = asyncio.Event()

    async def run(self) -> None:
        self.consumer.start()
        for gap in self._gaps.open:
            self._begin_to_fill(gap)
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
                await self._lost(error.problem, error.detail, lasting=error.lasting)
                # A PBX that is starting does not know the orders of modules that it has yet to load.
                if error.lasting and error.problem is not Problem.MISSING_PRIVILEGE:
                    # A change of configuration makes the link anew at once; the cause may also be mended at the PBX.
                    await asyncio.sleep(REFUSED_RETRY_S)
            except ActionRefused as error:
                await self._lost(Problem.MISSING_PRIVILEGE, str(error))
            except ActionTimedOut as error:
                await self._lost(Problem.SILENT, str(error))
            await asyncio.sleep(back_off(failures))
            failures += 1

    async def _lost(self, problem: Problem, detail: str = "", *, lasting: bool = False) -> None:
        if self.ami is not None:
            self._journal([Record(MESSAGE, _now(), block) for block in self.ami.batch(1_000_000)])
            self._journal([Record(LOST, _now(), b"")])
            await self.ami.close()
            self.ami = None
        log.warning("%s: link lost: %s %s", self.config.slug, problem, detail)
        await self._tell("refused" if lasting else "down", problem=str(problem), detail=detail)

    async def carry_out(self, due: Due) -> None:
        await self.orders.carry_out(due, self.ami)

    async def _listen(self, ami: Ami) -> None:
        async for block in ami.blocks():
            now = _now()
            blocks = [block, *ami.batch()]
            self._journal([Record(MESSAGE, now, one) for one in blocks])
            for one in blocks:
                self._note(one)
            # Let the consumer's thread have the interpreter: what came together is applied together.
            await asyncio.sleep(0)

    def _note(self, block: bytes) -> None:
        if name_of(block) == b"OriginateResponse":
            self.orders.note_originate_response(parse(block))

    @sync_to_async
    def _heard_elsewhere(self) -> datetime | None:
        """Until when the PBX was heard, perhaps by a process on another machine, whose journal we do not have."""
        try:
            return heard_until(self.config.pbx_id)
        except DatabaseError:
            return None

    async def _resynchronise(self, ami: Ami) -> None:
        """Reads what is going on now. Written before the events that came meanwhile, which tell what changed since."""
        at = _now()
        heard_last = max(filter(None, (self.journal.last_at, await self._heard_elsewhere())), default=None)
        ahead_s = await _clock_ahead(ami)
        channels = await ami.list("CoreShowChannels")
        others = await ami.list("QueueStatus")
        with contextlib.suppress(ActionRefused):  # needs a privilege that the rest does not need
            others += await ami.list("DeviceStateList")
        body = msgspec.msgpack.encode(Resync(channels=channels, others=others, ahead_s=ahead_s))
        meanwhile = ami.batch(1_000_000)
        # The greeting tells whether the PBX was restarted: read after the list, it would end calls that are in it.
        greeting = [block for block in meanwhile if name_of(block) == b"FullyBooted"]
        rest = [block for block in meanwhile if name_of(block) != b"FullyBooted"]
        messages = (
            [Record(MESSAGE, at, block) for block in greeting],
            [Record(MESSAGE, _now(), block) for block in rest],
        )
        self._journal([*messages[0], Record(RESYNC, at, body), *messages[1]])
        for block in rest:
            self._note(block)
        if heard_last is not None and keeps_records(self.config):
            gap = Gap(heard_last, at, ahead_s)
            self._gaps.add(gap)
            self._begin_to_fill(gap)

    def _begin_to_fill(self, gap: Gap) -> None:
        task = asyncio.create_task(self._fill(gap, self.journal.end))
        self._repairs.add(task)
        task.add_done_callback(self._repairs.discard)

    async def _fill(self, gap: Gap, told_until: Position) -> None:
        """Repairs from the PBX's records: soon, again when it has surely written those of the calls that ended in the
        gap, and until the last call that goes through the gap is over. Not before what the PBX does now was worked off
        (`told_until` in the journal): the records alone do not tell whether a call goes on.
        """
        retold: set[str] = set()
        for wait in FILL_AFTER_S:
            await asyncio.sleep(wait)
            if not await self._has_worked_off(told_until):
                continue
            oldest = self.consumer.oldest_start()
            try:
                await asyncio.to_thread(fill_gap, self.config, gap, retold=retold, goes_on=self.consumer.knows)
            except Exception:
                log.exception("%s: repair from the PBX's records failed", self.config.slug)
                continue
            if wait > FILL_AFTER_S[0] and (oldest is None or oldest > gap.until):
                break
        self._gaps.close(gap)

    async def _has_worked_off(self, position: Position, *, limit_s: float = 60.0) -> bool:
        """Waits until the consumer has; not for ever, since the database may be away."""
        deadline = asyncio.get_running_loop().time() + limit_s
        while self.consumer.position < position:
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.1)
        return True

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
            problem = self.journal.problem or ("events_refused" if self.consumer.has_refused else "")
            if problem != shown:
                shown = problem
                log.error("%s: %s", self.config.slug, shown or "all events are taken again")
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


async def _clock_ahead(ami: Ami) -> float:
    """By how many seconds the PBX's clock is ahead of ours; 0 where they agree or the PBX does not say."""
    before = _now().timestamp()
    answer = await ami.act("Ping")
    after = _now().timestamp()
    try:
        ahead = float(answer.get("Timestamp")) - (before + after) / 2
    except ValueError:
        return 0.0
    return round(ahead, 3) if abs(ahead) > max(CLOCKS_AGREE_S, after - before) else 0.0


def _now() -> datetime:
    return datetime.now(UTC)
