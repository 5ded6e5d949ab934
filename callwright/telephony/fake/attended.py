"""Attended transfer as Asterisk does it by feature: the agent consults through a Local channel pair."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum, auto

from callwright.telephony.fake.announce import compact
from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import RINGING, UP, Channel
from callwright.telephony.fake.dialling import (
    INTERNAL_RING_S,
    OUTSIDE_RING_S,
    Rung,
    is_outside,
    ring_one,
)
from callwright.telephony.fake.inputs import AttendedTransfer, CancelTransfer, HangUp, Input
from callwright.telephony.fake.joining import Consultation, join, optimise, say_begin, say_end
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


Consulting = Generator[float | None, Input | None, Attended]


def attended_transfer(call: Call, agent: Channel, other: Channel, wish: AttendedTransfer, record: Cdr) -> Consulting:
    """The agent calls `wish.to` while the other party waits; hanging up then joins the two, also while it rings."""
    transfer, call.pending_transfer = call.pending_transfer, None
    call.talk_ends()
    _keys(call, agent, wish.to)
    record.end = call.now
    c = _begin(call, agent, other, wish)
    rung = yield from _ring(call, c, wish.to, transfer)
    party = rung.winner
    if party is None:
        return _back_together(call, c) if c.gone is None else _all_over(call, c)
    consult = call.cdrs.pop()
    _connect(call, c, party)
    if c.gone is not agent:
        if transfer is not None:
            call.clock.after(transfer.consult_s, call.post, HangUp(agent))
        happened = yield from _consult(agent, other, party)
        if happened.channel is other:
            return (yield from _agents_go_on(call, c, party, consult))
        if happened.channel is party or isinstance(happened, CancelTransfer):
            call.cdrs.append(consult)
            return _back_together(call, c, party, asked=isinstance(happened, HangUp))
        join(call, c, wish.to, asked=not happened.by_program)
    joined = optimise(call, c, party, consult)
    return Attended(AttendedOutcome.DONE, party, joined)


def _keys(call: Call, agent: Channel, to: str) -> None:
    """The PBX presses the feature code and the number on the agent's channel; the other party is put on hold."""
    for place, digit in enumerate(f"{FEATURE_CODE}{to}"):
        if place == len(FEATURE_CODE):
            set_hold(call, agent, True)
        pressed = lines((("Digit", digit), ("DurationMs", "0"), ("Direction", "Received")))
        call.say.wire.emit("DTMFEnd", "dtmf", agent.snapshot(), pressed)
        call.say.cel("DTMF", agent, extra=compact(digit=digit, duration_ms=0))


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
    call: Call, c: Consultation, to: str, transfer: Transfer | None
) -> Generator[float | None, Input | None, Rung]:
    """Rings the new party for the far end; the agent may take it back, or leave the caller to the ringing phone."""
    ring_s = OUTSIDE_RING_S if is_outside(call, to) else INTERNAL_RING_S
    ringing = ring_one(call, c.far, to, ring_s, transfer=transfer)
    try:
        until = next(ringing)
        party = call.channels_rung[-1]
        call.say.new_state(c.near, RINGING)
        call.say.caller_id(c.near, party.caller_num, party.caller_name)
        call.say.dial("DialState", None, c.near, ("DialStatus", "RINGING"))
        patience = call.now + call.x.consult_ring_s
        while True:
            happened = yield until if c.gone else min(until or patience, patience)
            match happened:
                case None if c.gone is None and call.now >= patience:
                    happened = HangUp(c.far)
                case HangUp(channel=channel, giving_up=False, by_program=program) if (
                    channel is c.agent and c.gone is None
                ):
                    c.gone = channel
                    join(call, c, to, asked=not program)
                    continue
                case HangUp(channel=channel, giving_up=False) if channel is c.other:
                    c.gone = channel
                    happened = HangUp(c.far)
                case CancelTransfer(channel=channel) if channel is c.agent:
                    happened = HangUp(c.far)
            until = ringing.send(happened)
    except StopIteration as stop:
        rung: Rung = stop.value
        return rung


def _consult(
    agent: Channel, other: Channel, party: Channel
) -> Generator[float | None, Input | None, HangUp | CancelTransfer]:
    while True:
        happened = yield None
        match happened:
            case HangUp(channel=channel, giving_up=False) if channel in (agent, other, party):
                return happened
            case CancelTransfer(channel=channel) if channel is agent:
                return happened
            case _:
                continue


def _back_together(call: Call, c: Consultation, party: Channel | None = None, *, asked: bool = False) -> Attended:
    """The consultation is over: the agent returns to the one who waited."""
    say = call.say
    if party is not None and asked:
        say.hangup_request(party, 16)
    say.bridge_leave(c.agent)
    say.bridge_enter(c.waiting, c.agent)
    set_hold(call, c.agent, False)
    call.leave(c.near)
    if party is not None:
        say.hangup_request(c.far, 16)
        call.leave(c.far)
        call.leave(party)
        call.close(party, 16)
        call.cdrs[-1].end = call.now
    call.close(c.far, 16)
    call.close(c.near, 16)
    c.own.end = call.now
    again = call.x.cdr(c.agent)
    again.start = call.now
    again.answered(call.now, call.now)
    call.cdrs += [c.own, again]
    call.open_records = [again]
    call.talk_begins()
    return Attended(AttendedOutcome.TAKEN_BACK)


def _agents_go_on(call: Call, c: Consultation, party: Channel, consult: Cdr) -> Consulting:
    """The one who waited hung up: the agent and the new party are left with each other until one hangs up."""
    assert call.truth is not None
    say, agent = call.say, c.agent
    call.hold_ends()
    call.hung_up_by(c.other)
    call.truth.ended_at = call.now
    say.hangup_request(c.other, 16)
    call.leave(c.other)
    call.close(c.other, 16, source=c.other.name)
    consult.end = c.own.end = call.now
    say.cdr(consult)
    say_begin(call, c, party, c.far)
    say.bridge_leave(party)
    say.bridge_leave(c.near)
    say.bridge_enter(c.bridge, party, swap=c.near.uniqueid)
    say_end(call, c)
    say.hangup_request(c.far, 16)
    call.leave(c.far)
    call.close(c.near, 16)
    call.close(c.far, 16)
    left = call.x.cdr(agent, other=party)
    left.start = call.now
    left.answered(call.now, call.now)
    call.cdrs += [c.own, left]
    ended = yield from _consult(agent, party, party)
    say.hangup_request(ended.channel, 16)
    for channel in (agent, party):
        call.leave(channel)
        call.close(channel, 16, source=ended.channel.name)
    left.end = call.now
    return Attended(AttendedOutcome.OVER)


def _all_over(call: Call, c: Consultation) -> Attended:
    """Somebody hung up while it rang, and nobody is left to talk with."""
    call.hold_ends()
    call.hung_up_by(c.gone if c.gone is c.other else None)
    c.own.end = call.now
    if c.gone is c.other:
        call.say.hangup_request(c.other, 16)
        call.cdrs.append(c.own)
    for channel in (c.other, c.agent, c.near):
        call.leave(channel)
    for channel in (c.near, c.far, c.agent, c.other):
        call.close(channel, 16)
    return Attended(AttendedOutcome.OVER)
