"""One call as a process: it waits for a time or for what people do, and goes on."""

from collections import deque
from collections.abc import Generator

from callwright.telephony.fake.channel import UP, Bridge, Channel
from callwright.telephony.fake.exchange import Exchange
from callwright.telephony.fake.inputs import Input
from callwright.telephony.fake.ledger import TrueCall, TrueLeg
from callwright.telephony.fake.people import People
from callwright.telephony.fake.plan import CallPlan, Kind, Transfer
from callwright.telephony.fake.records import Cdr

Script = Generator[float | None, Input | None, None]


class Call:
    """State shared by the scripts of one call. A script yields the time until which it waits (None: for ever)
    and is given what happened, or None when the time came."""

    def __init__(self, exchange: Exchange, plan: CallPlan) -> None:
        self.x, self.say, self.clock = exchange, exchange.say, exchange.clock
        self.plan = plan
        self.people = People(self)
        self.linkedid = ""
        self.first: Channel | None = None
        self.channels_rung: list[Channel] = []
        self.cdrs: list[Cdr] = []
        self.open_records: list[Cdr] = []
        self.legs: dict[str, TrueLeg] = {}
        self.truth: TrueCall | None = None
        self.in_app: set[str] = set()
        self.did = self.userfield = ""
        self.talking_since: float | None = None
        self.held_since: float | None = None
        self.pending_transfer: Transfer | None = None
        self.over = False
        self._script: Script | None = None
        self._ticket = 0
        self._running = False
        self._pending: deque[Input] = deque()

    @property
    def now(self) -> float:
        return self.clock.now

    def start(self, script: Script) -> None:
        self._script = script
        self._resume(None)

    def post(self, happened: Input) -> None:
        """Tells the call what somebody did; ignored once the call is over."""
        if self.over:
            return
        if self._running:
            self._pending.append(happened)
            return
        self._resume(happened)

    def _timeout(self, ticket: int) -> None:
        if ticket == self._ticket and not self.over:
            self._resume(None)

    def _resume(self, happened: Input | None) -> None:
        assert self._script is not None
        self._running = True
        try:
            until = self._script.send(happened)
            while self._pending and not self.over:
                until = self._script.send(self._pending.popleft())
        except StopIteration:
            self.finish()
            return
        finally:
            self._running = False
        self._ticket += 1
        if until is not None:
            self.clock.at(until, self._timeout, self._ticket)

    # -- the truth ---------------------------------------------------------------------------------------------

    def begin(self, truth: TrueCall) -> None:
        self.truth = self.x.ledger.begin(truth)
        self.x.calls[self.linkedid] = self
        self.x.processed += 1

    def ring_leg(self, channel: Channel) -> None:
        assert self.truth is not None
        self.channels_rung.append(channel)
        kind = "extension" if channel.extension else "number"
        leg = TrueLeg(leg=channel.uniqueid, party=channel.party, kind=kind, rung_at=self.now)
        self.legs[channel.uniqueid] = leg
        self.truth.legs.append(leg)

    def end_leg(self, channel: Channel, result: str) -> None:
        """Closes a rung leg; an answered one keeps its result."""
        leg = self.legs.get(channel.uniqueid)
        if leg is None or leg.ended_at is not None:
            return
        leg.result = leg.result or result
        leg.ended_at = self.now

    def answer_leg(self, channel: Channel) -> None:
        leg = self.legs.get(channel.uniqueid)
        if leg is not None:
            leg.result, leg.answered_at = "answered", self.now

    def talk_begins(self) -> None:
        assert self.truth is not None
        self.talking_since = self.now
        self.truth.status = "answered"
        if self.truth.answered_at is None:
            self.truth.answered_at = self.now

    def talk_ends(self) -> None:
        assert self.truth is not None
        if self.talking_since is not None:
            self.truth.talk_s += self.now - self.talking_since
            self.talking_since = None
        self.hold_ends()

    def hold_ends(self) -> None:
        assert self.truth is not None
        if self.held_since is not None:
            self.truth.hold_s += self.now - self.held_since
            self.held_since = None

    def hung_up_by(self, channel: Channel | None) -> None:
        """Notes whose side ended the call: the client's (caller), ours (agent) or the PBX (system)."""
        assert self.truth is not None
        if channel is None:
            self.truth.hangup_by = "system"
        elif self.truth.direction == "internal":
            self.truth.hangup_by = "caller" if channel is self.first else "agent"
        else:
            self.truth.hangup_by = "agent" if channel.extension else "caller"

    # -- the end -----------------------------------------------------------------------------------------------

    def enters(self, channel: Channel, app: str, data: str, *, priority: int) -> None:
        """The channel starts an application that CEL watches (Dial, Queue); a transferred one is not told twice."""
        self.say.new_exten(channel, app, data, priority=priority)
        if channel.uniqueid not in self.in_app:
            self.say.cel("APP_START", channel)
            self.in_app.add(channel.uniqueid)

    def app_over(self, channel: Channel) -> None:
        if channel.uniqueid in self.in_app:
            self.in_app.discard(channel.uniqueid)
            self.say.cel("APP_END", channel)

    def close(self, channel: Channel, cause: int, *, source: str = "", dial_status: str = "") -> None:
        self.end_leg(channel, "cancelled")
        self.app_over(channel)
        self.x.close(channel, cause, source=source, dial_status=dial_status)

    def leave(self, channel: Channel) -> Bridge | None:
        bridge = channel.bridge
        if bridge is not None:
            self.say.bridge_leave(channel)
            if not bridge.channels:
                self.say.bridge_destroy(bridge)
        return bridge

    def cause_of(self, caller: Channel) -> int:
        """With which cause a caller hangs up while it still rings. The carrier reports interworking before the answer;
        the phone of a click to call gives none."""
        if caller.state == UP and self.plan.kind is Kind.ORIGINATE and caller is self.first:
            return 0
        return 16 if caller.state == UP or caller.name.startswith("Local/") else 127

    def finish(self) -> None:
        """The last channel is gone: the records go out, and the ledger is written."""
        if self.truth is None:
            return
        self.over = True
        for record in self.cdrs:
            self.say.cdr(record)
        if self.first is not None:
            self.say.cel("LINKEDID_END", self.first)
        self._write_truth()

    def _write_truth(self) -> None:
        assert self.truth is not None
        self.talk_ends()
        for leg in self.truth.legs:
            if leg.ended_at is None:
                leg.result, leg.ended_at = leg.result or "cancelled", self.now
        self.truth.ended_at = self.truth.ended_at or self.now
        self.truth.hangup_by = self.truth.hangup_by or "system"
        self.x.calls.pop(self.linkedid, None)
        self.x.ledger.end(self.truth)
        self.x.on_call_end(self)

    def die(self) -> None:
        """The PBX itself went down: nothing is said, nothing is recorded, but the truth is."""
        if self.over or self.truth is None:
            return
        self.over = True
        if self._script is not None and not self._running:
            self._script.close()
        self.truth.hangup_by = "system"
        self._write_truth()
