"""The fake PBX as a whole: its state, its clock and its server, on a free port unless one is given."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from callwright.telephony.fake.announce import Announcer
from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RINGING, UP, Channel
from callwright.telephony.fake.clock import Clock
from callwright.telephony.fake.exchange import Exchange, NoSuchPhone
from callwright.telephony.fake.faults import Faults
from callwright.telephony.fake.house import REFERENCE_HOUSE, House, Phone
from callwright.telephony.fake.inputs import Answer, AttendedTransfer, BlindTransfer, HangUp, Input, Reject, SetHold
from callwright.telephony.fake.ledger import Ledger, TrueCall
from callwright.telephony.fake.manners import Manners
from callwright.telephony.fake.originating import Wish, not_registered
from callwright.telephony.fake.plan import CallPlan
from callwright.telephony.fake.records import RecordFiles
from callwright.telephony.fake.replay import Recorded, play
from callwright.telephony.fake.scripts import originate, script_for
from callwright.telephony.fake.server import Server
from callwright.telephony.fake.users import AmiUser
from callwright.telephony.fake.wire import Wire


class FakePbx:
    """`async with FakePbx() as pbx:` serves AMI at `pbx.host`, `pbx.port` until the block ends.

    `speed` is virtual seconds per real second, None for as fast as possible; `start` the virtual time of day one
    (epoch seconds, default: now). Files are written below `records` (cdr-csv, cel-custom) and at `ledger_file`.
    `keep_calls`: how many finished calls `ledger()` still has (None: all).
    """

    def __init__(
        self, *, house: House = REFERENCE_HOUSE, users: Iterable[AmiUser] = (), host: str = "127.0.0.1", port: int = 0,
        speed: float | None = 1.0, start: float | None = None, seed: int = 1, ledger_file: Path | None = None,
        records: Path | None = None, keep_calls: int | None = None,
    ) -> None:  # fmt: skip
        self.clock = Clock(start=time.time() if start is None else start, speed=speed)
        self.wire = Wire(clock=self.clock, system_name=house.system_name)
        self.truth = Ledger(ledger_file, keep=keep_calls)
        self.files = RecordFiles(records)
        say = Announcer(wire=self.wire, files=self.files, clock=self.clock)
        self.exchange = Exchange(house=house, wire=self.wire, say=say, ledger=self.truth, clock=self.clock, seed=seed)
        self.faults = Faults()
        self.manners = Manners(seed)
        self.server = Server(pbx=self, users=tuple(users) or (AmiUser("crm", "crmsecret"),), host=host, port=port)
        self._engine: asyncio.Task[None] | None = None
        self._slice_done = asyncio.Event()
        self._planning = 0

    @property
    def host(self) -> str:
        return self.server.host

    @property
    def port(self) -> int:
        return self.server.port

    async def __aenter__(self) -> Self:
        await self.server.open()
        self._engine = asyncio.create_task(self.clock.run(self._after_slice))
        self._engine.add_done_callback(lambda _: self._slice_done.set())
        return self

    def _check(self) -> None:
        if self._engine is not None and self._engine.done():
            self._engine.result()

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Serves until `stopped` is set; an error inside the PBX is raised, not slept over."""
        assert self._engine is not None
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait({waiting, self._engine}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        self._check()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self._engine.cancel()
            await asyncio.gather(self._engine, return_exceptions=True)
        await self.server.close()
        self.truth.close()
        self.files.close()

    async def _after_slice(self) -> None:
        self.files.flush()
        await self.server.flush(wait=self.clock.speed is None)
        self._slice_done.set()

    # -- calls -------------------------------------------------------------------------------------------------

    def place(self, plan: CallPlan) -> Call:
        """Starts a call now, whatever its `at_s` says."""
        self.clock.synchronise()
        call = Call(self.exchange, plan)
        call.start(script_for(call))
        self.clock.after(0, _nothing)
        return call

    def schedule(self, plans: Iterable[CallPlan]) -> None:
        """Starts calls at their times from now; the plans are taken one by one, so there may be endlessly many."""
        self._planning += 1
        self._next_plan(iter(plans), self.clock.synchronise())

    def _next_plan(self, plans: Iterator[CallPlan], origin: float) -> None:
        plan = next(plans, None)
        if plan is None:
            self._planning -= 1
        else:
            self.clock.at(origin + plan.at_s, self._start_planned, plan, plans, origin)

    def _start_planned(self, plan: CallPlan, plans: Iterator[CallPlan], origin: float) -> None:
        phone = self.exchange.phones.get(plan.extension)
        # Somebody who talks already makes no second call.
        if phone is None or not phone.channels:
            call = Call(self.exchange, plan)
            call.start(script_for(call))
        self._next_plan(plans, origin)

    def originate(self, plan: CallPlan, wish: Wish) -> Call:
        call = Call(self.exchange, plan)
        call.start(originate(call, wish))
        return call

    def refuse_originate(self, plan: CallPlan, wish: Wish) -> None:
        """The phone does not exist: the PBX notices when it tries."""
        not_registered(Call(self.exchange, plan), wish)

    # -- what a test, or a person at a desk, does with a phone --------------------------------------------------

    def post(self, channel: Channel, happened: Input) -> None:
        self.clock.synchronise()
        call = self.exchange.owner.get(channel.name)
        if call is not None:
            call.post(happened)
        self.clock.after(0, _nothing)

    def channel_of(self, number: str, *states: int) -> Channel:
        """The newest channel of an extension in one of the states. Raises NoSuchPhone."""
        phone = self.exchange.phones.get(number)
        found = [c for c in phone.channels if not states or c.state in states] if phone else []
        if not found:
            raise NoSuchPhone(number)
        return found[-1]

    def answer(self, number: str) -> None:
        channel = self.channel_of(number, RINGING)
        self.post(channel, Answer(channel))

    def reject(self, number: str) -> None:
        channel = self.channel_of(number, RINGING)
        self.post(channel, Reject(channel))

    def hangup(self, number: str) -> None:
        channel = self.channel_of(number)
        self.post(channel, HangUp(channel))

    def caller_hangs_up(self, call: Call) -> None:
        if call.first is not None:
            self.post(call.first, HangUp(call.first))

    def hold(self, number: str, on: bool = True) -> None:
        channel = self.channel_of(number, UP)
        self.post(channel, SetHold(channel, on))

    def blind_transfer(self, number: str, to: str) -> None:
        channel = self.channel_of(number, UP)
        self.post(channel, BlindTransfer(channel, to))

    def attended_transfer(self, number: str, to: str) -> None:
        channel = self.channel_of(number, UP)
        self.post(channel, AttendedTransfer(channel, to))

    def set_phone(self, number: str, mode: Phone | None = None, *, registered: bool | None = None) -> None:
        phone = self.exchange.phones.get(number)
        if phone is None:
            raise NoSuchPhone(number)
        phone.phone = mode or phone.phone
        if registered is not None:
            phone.registered = registered

    # -- the truth ---------------------------------------------------------------------------------------------

    def ledger(self) -> list[TrueCall]:
        """Every finished call with its true facts, in the order of their end."""
        return list(self.truth.finished)

    async def until_quiet(self, timeout_s: float = 30.0) -> None:
        """Waits until no call is going on and none is planned. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while self.exchange.calls or self._planning:
                self._slice_done.clear()
                await self._slice_done.wait()
                self._check()
        await self.server.flush(wait=True)

    # -- recorded traffic and raw bytes -------------------------------------------------------------------------

    def send_event(self, name: str, message: bytes) -> None:
        """Sends a ready-made message to those who read events of this name; messages of no event go to all."""
        for session in list(self.server.sessions):
            if session.user is not None and (not name or session.wants(name, "call")):
                session.take(message)
                session.flush()

    async def replay(self, trace: list[Recorded], *, speed: float | None = 1.0) -> int:
        """Plays a recorded trace to whoever is logged in, `speed` times as fast; returns how many messages."""
        return await play(trace, self.send_event, speed=speed)

    async def until_reader(self, timeout_s: float | None = None) -> None:
        """Waits until somebody has logged in. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            await self.server.somebody.wait()

    async def restart(self, *, down_s: float = 0.0, graceful: bool = False) -> None:
        """All connections and calls die; after `down_s` real seconds the PBX is back with empty hands."""
        await self.server.go_down(graceful=graceful)
        for call in list(self.exchange.calls.values()):
            call.die()
        self.exchange.clear()
        self.exchange.started = self.clock.synchronise()
        await asyncio.sleep(down_s)
        await self.server.open()


def _nothing() -> None:
    """Wakes the clock so that what was just said is sent."""
