"""Attended transfer as Asterisk does it by feature: a Local channel pair, bridges merged, the pair optimised away."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RINGING, UP, Bridge, Channel
from callwright.telephony.fake.dialling import (
    INTERNAL_RING_S,
    OUTSIDE_RING_S,
    Rung,
    is_outside,
    ring_one,
)
from callwright.telephony.fake.inputs import AttendedTransfer, HangUp, Input
from callwright.telephony.fake.plan import Transfer
from callwright.telephony.fake.records import Cdr
from callwright.telephony.fake.talk import set_hold
from callwright.telephony.fake.wire import lines

FEATURE_CODE = "*2"


class AttendedOutcome(Enum):
    DONE = auto()
    TAKEN_BACK = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Attended:
    """How the consultation ended; `party` now talks with the caller, `record` is the record of that talk."""

    outcome: AttendedOutcome
    party: Channel | None = None
    record: Cdr | None = None


@dataclass(slots=True)
class Consultation:
    """`near` and `far` are the two ends of the Local channel between the agent and the new party."""

    agent: Channel
    other: Channel
    waiting: Bridge
    near: Channel
    far: Channel
    bridge: Bridge
    own: Cdr
    since: float


Consulting = Generator[float | None, Input | None, Attended]


def attended_transfer(call: Call, agent: Channel, other: Channel, wish: AttendedTransfer, record: Cdr) -> Consulting:
    """The agent calls `wish.to` while the other party waits; hanging up then joins the two."""
    transfer, call.pending_transfer = call.pending_transfer, None
    call.talk_ends()
    _keys(call, agent, wish.to)
    record.end = call.now
    c = _begin(call, agent, other, wish)
    ring_s = OUTSIDE_RING_S if is_outside(call, wish.to) else INTERNAL_RING_S
    rung, gone = yield from _ring(call, c, wish.to, ring_s, transfer)
    if rung.winner is None:
        return _back_together(call, c) if gone is None else _all_over(call, c, gone)
    party, consult = rung.winner, call.cdrs.pop()
    _connect(call, c, party)
    if transfer is not None:
        call.clock.after(transfer.consult_s, call.post, HangUp(agent))
    ended = yield from _consult(agent, other, party)
    if ended.channel is agent:
        _join(call, c, party, wish)
        return _optimise(call, c, party, consult)
    consult.end = call.now
    call.cdrs.append(consult)
    if ended.channel is party:
        call.say.hangup_request(party, 16)
    call.leave(party)
    call.leave(c.far)
    call.close(party, 16)
    return _back_together(call, c) if ended.channel is party else _all_over(call, c, other)


def _keys(call: Call, agent: Channel, to: str) -> None:
    """The PBX presses the feature code and the number on the agent's channel; the other party is put on hold."""
    for place, digit in enumerate(f"{FEATURE_CODE}{to}"):
        if place == len(FEATURE_CODE):
            set_hold(call, agent, True)
            call.held_since = None
        pressed = lines((("Digit", digit), ("DurationMs", "0"), ("Direction", "Received")))
        call.say.wire.emit("DTMFEnd", "dtmf", agent.snapshot(), pressed)


def _begin(call: Call, agent: Channel, other: Channel, wish: AttendedTransfer) -> Consultation:
    x, say, waiting = call.x, call.say, agent.bridge
    assert waiting is not None
    name = f"{wish.to}@{wish.context}"
    near = x.open_local(call, name, wish.to, wish.context, end=1)
    far = x.open_local(call, name, wish.to, wish.context, end=2)
    bridge = x.bridge()
    say.caller_id(far, agent.caller_num, agent.caller_name)
    where = lines((("Context", wish.context), ("Exten", wish.to), ("LocalOptimization", "Yes")))
    say.call("LocalBridge", near.snapshot("LocalOne"), far.snapshot("LocalTwo"), where)
    say.connected_line(near, agent.caller_num, agent.caller_name)
    say.bridge_enter(bridge, near)
    say.bridge_leave(agent)
    say.bridge_enter(bridge, agent)
    say.connected_line(agent, "", "")
    # Asterisk counts the agent's own channel as a caller from now on.
    own = x.cdr(agent, other=near)
    own.start = own.answer = call.now
    own.disposition = "ANSWERED"
    return Consultation(agent, other, waiting, near, far, bridge, own, call.now)


def _connect(call: Call, c: Consultation, party: Channel) -> None:
    say = call.say
    say.new_state(c.far, UP)
    bridge = call.x.bridge()
    say.new_state(c.near, UP)
    say.dial("DialEnd", None, c.near, ("DialStatus", "ANSWER"))
    party.change(exten="")
    say.bridge_enter(bridge, party)
    say.bridge_enter(bridge, c.far)


def _ring(
    call: Call, c: Consultation, to: str, ring_s: float, transfer: Transfer | None
) -> Generator[float | None, Input | None, tuple[Rung, Channel | None]]:
    """Rings the new party for the far end; whoever hangs up meanwhile ends the attempt and is named."""
    ringing = ring_one(call, c.far, to, ring_s, transfer=transfer)
    gone: Channel | None = None
    try:
        until = next(ringing)
        party = call.channels_rung[-1]
        call.say.new_state(c.near, RINGING)
        call.say.caller_id(c.near, party.caller_num, party.caller_name)
        call.say.dial("DialState", None, c.near, ("DialStatus", "RINGING"))
        while True:
            happened = yield until
            if isinstance(happened, HangUp) and happened.channel in (c.agent, c.other) and not happened.giving_up:
                gone = happened.channel
                happened = HangUp(c.far)
            until = ringing.send(happened)
    except StopIteration as stop:
        rung: Rung = stop.value
        return rung, gone


def _consult(agent: Channel, other: Channel, party: Channel) -> Generator[float | None, Input | None, HangUp]:
    while True:
        happened = yield None
        if isinstance(happened, HangUp) and happened.channel in (agent, other, party) and not happened.giving_up:
            return happened


def _join(call: Call, c: Consultation, party: Channel, wish: AttendedTransfer) -> None:
    """The agent hung up: his two bridges become one."""
    assert call.truth is not None
    say, agent = call.say, c.agent
    say.hangup_request(agent, 16)
    say.bridge_leave(agent)
    say.call("BridgeMerge", c.waiting.snapshot("To"), c.bridge.snapshot("From"))
    say.bridge_leave(c.near)
    say.bridge_enter(c.waiting, c.near)
    orig, second = c.waiting.snapshot("Orig"), c.bridge.snapshot("Second")
    where = lines((("IsExternal", "No"), ("DestType", "Bridge"), ("DestBridgeUniqueid", c.waiting.uniqueid)))
    transferers = (agent.snapshot("OrigTransferer"), orig, agent.snapshot("SecondTransferer"), second)
    parties = (c.other.snapshot("Transferee"), c.near.snapshot("TransferTarget"), where)
    say.call("AttendedTransfer", b"Result: Success\r\n", *transferers, *parties)
    say.cel("ATTENDEDTRANSFER", agent)
    say.bridge_destroy(c.bridge)
    call.truth.transferred_to = wish.to
    call.close(agent, 16, source=agent.name)
    c.own.end = call.now
    say.cdr(c.own)


def _optimise(call: Call, c: Consultation, party: Channel, consult: Cdr) -> Attended:
    """The Local pair between the two parties is taken out. Asterisk moves one or the other: whichever is first."""
    for channel in (c.near, party):
        call.say.connected_line(channel, c.other.caller_num, c.other.caller_name)
    moves_in = call.x.party_moves_in
    if moves_in is None:
        moves_in = call.x.random.random() < 0.5
    if moves_in:
        _party_moves_in(call, c, party)
    else:
        _other_moves_over(call, c, party)
    consult.end, consult.source, consult.caller_name = call.now, c.other.caller_num, c.other.caller_name
    call.say.cdr(consult)
    return Attended(AttendedOutcome.DONE, party, _joined_records(call, c, party, moved=moves_in))


def _say_begin(call: Call, c: Consultation, source: Channel, dest: Channel) -> None:
    where = lines((("DestUniqueId", dest.uniqueid), ("Id", "0")))
    pair = (c.near.snapshot("LocalOne"), c.far.snapshot("LocalTwo"))
    call.say.call("LocalOptimizationBegin", *pair, source.snapshot("Source"), where)


def _say_end(call: Call, c: Consultation) -> None:
    pair = (c.near.snapshot("LocalOne"), c.far.snapshot("LocalTwo"))
    call.say.call("LocalOptimizationEnd", *pair, lines((("Success", "No"), ("Id", "0"))))


def _party_moves_in(call: Call, c: Consultation, party: Channel) -> None:
    """The new party takes the near end's place beside the one who waited."""
    say = call.say
    _say_begin(call, c, party, c.far)
    _record_near(call, c)
    say.bridge_leave(party)
    say.bridge_leave(c.near)
    say.bridge_enter(c.waiting, party, swap=c.near.uniqueid)
    say.caller_id(c.far, c.other.caller_num, c.other.caller_name)
    _say_end(call, c)
    call.leave(c.far)
    say.hangup_request(c.far, 16)
    call.close(c.near, 16)
    say.soft_hangup(c.far)
    call.close(c.far, 16)


def _other_moves_over(call: Call, c: Consultation, party: Channel) -> None:
    """The one who waited takes the far end's place beside the new party."""
    say, beyond = call.say, c.far.bridge
    assert beyond is not None
    _say_begin(call, c, c.other, c.near)
    say.bridge_leave(c.other)
    say.caller_id(c.far, c.other.caller_num, c.other.caller_name)
    say.bridge_leave(c.far)
    say.bridge_enter(beyond, c.other, swap=c.far.uniqueid)
    _record_near(call, c)
    _say_end(call, c)
    say.hangup_request(c.near, 16)
    call.close(c.far, 16)
    call.leave(c.near)
    say.soft_hangup(c.near)
    call.close(c.near, 16)


def _record_near(call: Call, c: Consultation) -> None:
    near = call.x.cdr(c.near)
    near.start = near.answer = near.end = call.now
    near.disposition = "ANSWERED"
    call.say.cdr(near)


def _joined_records(call: Call, c: Consultation, party: Channel, *, moved: bool) -> Cdr:
    """More records at the end of the call: with the near end, with the new party, and of that party if it moved."""
    through = call.x.cdr(c.other, other=c.near, did=call.did)
    through.start, through.end = c.since, call.now
    joined = call.x.cdr(c.other, other=party, did=call.did)
    records = [through, joined]
    if moved:
        alone = call.x.cdr(party)
        alone.start = call.now
        records.append(alone)
    for record in records:
        record.answered(record.start, record.start)
    call.cdrs += records
    call.talk_begins()
    call.open_records = records[1:]
    return joined


def _back_together(call: Call, c: Consultation) -> Attended:
    """The consultation is over: the agent returns to the caller who waited."""
    call.leave(c.near)
    call.leave(c.agent)
    call.close(c.near, 16)
    call.close(c.far, 16)
    c.own.end = call.now
    call.cdrs.append(c.own)
    call.say.bridge_enter(c.waiting, c.agent)
    set_hold(call, c.agent, False)
    call.talk_begins()
    return Attended(AttendedOutcome.TAKEN_BACK)


def _all_over(call: Call, c: Consultation, gone: Channel) -> Attended:
    call.hung_up_by(gone)
    c.own.end = call.now
    call.cdrs.append(c.own)
    call.say.hangup_request(gone, 16)
    for channel in (c.other, c.agent, c.near):
        call.leave(channel)
    for channel in (c.near, c.far, c.agent, c.other):
        call.close(channel, 16, source=gone.name)
    return Attended(AttendedOutcome.OVER)
