"""Attended transfer as Asterisk does it by feature: a Local channel pair, bridges merged, the pair optimised away."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import UP, Bridge, Channel
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
from callwright.telephony.fake.wire import lines


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


Consulting = Generator[float | None, Input | None, Attended]


def attended_transfer(call: Call, agent: Channel, other: Channel, wish: AttendedTransfer, record: Cdr) -> Consulting:
    """The agent calls `wish.to` while the other party waits; hanging up then joins the two."""
    transfer, call.pending_transfer = call.pending_transfer, None
    call.talk_ends()
    consultation = _begin(call, agent, other, wish)
    ring_s = OUTSIDE_RING_S if is_outside(call, wish.to) else INTERNAL_RING_S
    rung, gone = yield from _ring(call, consultation, wish.to, ring_s, transfer)
    if rung.winner is None:
        return _failed(call, consultation, gone, record)
    party = rung.winner
    consult_record = call.cdrs[-1]
    call.say.new_state(consultation.far, UP)
    bridge = call.x.bridge()
    call.say.bridge_enter(bridge, party)
    call.say.bridge_enter(bridge, consultation.far)
    call.say.new_state(consultation.near, UP)
    if transfer is not None:
        call.clock.after(transfer.consult_s, call.post, HangUp(agent))
    ended = yield from _consult(agent, other, party)
    if ended.channel is agent:
        return _complete(call, consultation, party, wish, record, consult_record)
    if ended.channel is party:
        call.say.hangup_request(party, 16)
        _drop(call, consultation, party, consult_record)
        return _back_together(call, consultation)
    return _caller_gone(call, consultation, party, record, consult_record)


def _begin(call: Call, agent: Channel, other: Channel, wish: AttendedTransfer) -> Consultation:
    x, waiting = call.x, agent.bridge
    assert waiting is not None
    name = f"{wish.to}@{wish.context}"
    near = x.open_local(call, name, agent, wish.to, wish.context, end=1)
    far = x.open_local(call, name, agent, wish.to, wish.context, end=2)
    body = near.snapshot("LocalOne") + far.snapshot("LocalTwo")
    where = lines((("Context", wish.context), ("Exten", wish.to), ("LocalOptimization", "Yes")))
    call.say.call("LocalBridge", body, where)
    call.say.bridge_leave(agent)
    bridge = x.bridge()
    call.say.bridge_enter(bridge, agent)
    call.say.bridge_enter(bridge, near)
    return Consultation(agent, other, waiting, near, far, bridge)


def _ring(
    call: Call, c: Consultation, to: str, ring_s: float, transfer: Transfer | None
) -> Generator[float | None, Input | None, tuple[Rung, Channel | None]]:
    """Rings the new party for the far end; whoever hangs up meanwhile ends the attempt and is named."""
    ringing = ring_one(call, c.far, to, ring_s, transfer=transfer)
    gone: Channel | None = None
    try:
        until = next(ringing)
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


def _complete(
    call: Call, c: Consultation, party: Channel, wish: AttendedTransfer, record: Cdr, consult: Cdr
) -> Attended:
    """The agent hung up: the two bridges become one, then the Local pair between them is optimised away."""
    assert call.truth is not None
    say, agent = call.say, c.agent
    say.hangup_request(agent, 16)
    _say_transfer(call, c)
    say.call("BridgeMerge", c.waiting.snapshot("To"), c.bridge.snapshot("From"))
    call.leave(agent)
    call.leave(c.near)
    say.bridge_enter(c.waiting, c.near)
    call.truth.transferred_to = wish.to
    record.end = consult.end = call.now
    call.close(agent, 16, source=agent.name)
    identity = (("Id", "0"),)
    pair = c.near.snapshot("LocalOne") + c.far.snapshot("LocalTwo")
    begin = lines((("DestUniqueId", c.near.uniqueid), *identity))
    say.call("LocalOptimizationBegin", pair, party.snapshot("Source"), begin)
    call.leave(party)
    c.waiting.channels.remove(c.near)
    say.bridge_enter(c.waiting, party, swap=c.near.uniqueid)
    c.waiting.channels.insert(0, c.near)
    call.leave(c.near)
    say.call("LocalOptimizationEnd", pair, lines((("Success", "Yes"), *identity)))
    call.leave(c.far)
    call.close(c.near, 16)
    call.close(c.far, 16)
    joined = call.x.cdr(c.other, other=party, did=call.did)
    joined.answered(call.now, call.now)
    call.cdrs.append(joined)
    call.talk_begins()
    return Attended(AttendedOutcome.DONE, party, joined)


def _say_transfer(call: Call, c: Consultation) -> None:
    parts = (
        c.agent.snapshot("OrigTransferer"),
        c.waiting.snapshot("Orig"),
        c.agent.snapshot("SecondTransferer"),
        c.bridge.snapshot("Second"),
        c.other.snapshot("Transferee"),
        c.near.snapshot("TransferTarget"),
        lines((("IsExternal", "No"), ("DestType", "Bridge"), ("DestBridgeUniqueid", c.waiting.uniqueid))),
    )
    call.say.call("AttendedTransfer", b"Result: Success\r\n", *parts)
    call.say.cel("ATTENDEDTRANSFER", c.agent)


def _drop(call: Call, c: Consultation, party: Channel, record: Cdr) -> None:
    record.end = call.now
    call.leave(party)
    call.leave(c.far)
    call.close(party, 16)


def _back_together(call: Call, c: Consultation) -> Attended:
    """The consultation is over: the agent returns to the caller who waited."""
    call.leave(c.near)
    call.leave(c.agent)
    call.close(c.near, 16)
    call.close(c.far, 16)
    call.say.bridge_enter(c.waiting, c.agent)
    call.talk_begins()
    return Attended(AttendedOutcome.TAKEN_BACK)


def _failed(call: Call, c: Consultation, gone: Channel | None, record: Cdr) -> Attended:
    """Nobody answered the consultation, or somebody hung up while it rang."""
    if gone is None:
        return _back_together(call, c)
    return _all_over(call, c, gone, record)


def _caller_gone(call: Call, c: Consultation, party: Channel, record: Cdr, consult: Cdr) -> Attended:
    _drop(call, c, party, consult)
    return _all_over(call, c, c.other, record)


def _all_over(call: Call, c: Consultation, gone: Channel, record: Cdr) -> Attended:
    call.hung_up_by(gone)
    record.end = call.now
    call.say.hangup_request(gone, 16)
    for channel in (c.other, c.agent, c.near):
        call.leave(channel)
    for channel in (c.near, c.far, c.agent, c.other):
        call.close(channel, 16, source=gone.name)
    return Attended(AttendedOutcome.OVER)
