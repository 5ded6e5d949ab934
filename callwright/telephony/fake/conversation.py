"""A conversation from the first answer to the last hang-up, through any number of transfers."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from callwright.telephony.fake.attended import AttendedOutcome, attended_transfer
from callwright.telephony.fake.call import Call
from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.dialling import (
    INTERNAL,
    INTERNAL_RING_S,
    OUTSIDE_RING_S,
    after_failed_dial,
    is_outside,
    ring_one,
)
from callwright.telephony.fake.inputs import AttendedTransfer, BlindTransfer, Input
from callwright.telephony.fake.records import Cdr
from callwright.telephony.fake.talk import Ended, GivenAway, connect, part, set_hold, talk

Script = Generator[float | None, Input | None, None]


@dataclass(slots=True)
class Pair:
    """Who talks now; `caller` is the side that the PBX runs the dial plan for."""

    caller: Channel
    party: Channel
    record: Cdr


def converse(call: Call, pair: Pair, on_end: Callable[[str], None] = lambda reason: None) -> Script:
    """Connects the pair and returns when every channel of the call is gone. `on_end` hears why the first talk
    ended: caller, agent or transfer."""
    assert call.truth is not None
    if call.truth.answered_by is None and pair.party.extension:
        call.truth.answered_by = pair.party.extension
    connect(call, pair.caller, pair.party)
    while True:
        outcome = yield from talk(call, pair.caller, pair.party)
        if isinstance(outcome, Ended):
            _end(call, outcome, pair, on_end)
            return
        if isinstance(outcome.wish, BlindTransfer):
            following = yield from blind_transfer(call, outcome, outcome.wish, pair, on_end)
        else:
            following = yield from _attended(call, outcome, outcome.wish, pair, on_end)
        if following is None:
            return
        pair = following
        on_end = _nothing


def _nothing(reason: str) -> None:
    """A queue's agent is done once: later talks are not the queue's."""


def _end(call: Call, ended: Ended, pair: Pair, on_end: Callable[[str], None]) -> None:
    if ended.asked:
        call.say.hangup_request(ended.by, 16)
    by_caller = ended.by is pair.caller
    if by_caller:
        on_end("caller")
    part(call, ended, pair.caller, pair.party)
    if not by_caller:
        on_end("agent")
    pair.record.end = call.now
    for record in call.open_records:
        record.end = call.now
    call.close(pair.caller, 16, source=ended.by.name, dial_status="ANSWER")


Following = Generator[float | None, Input | None, Pair | None]


def blind_transfer(
    call: Call, given: GivenAway, wish: BlindTransfer, pair: Pair, on_end: Callable[[str], None]
) -> Following:
    """The agent leaves and the other party is dialled on to `wish.to`; None when that failed and all is over."""
    assert call.truth is not None
    agent = given.by
    other = pair.party if agent is pair.caller else pair.caller
    bridge = agent.bridge
    assert bridge is not None
    if call.held_since is not None:
        set_hold(call, agent, False)
    else:
        call.say.call("Unhold", agent.snapshot())
    call.say.blind_transfer(agent, other, bridge, wish.context, wish.to)
    on_end("transfer")
    call.talk_ends()
    call.leave(agent)
    for record in (pair.record, *call.open_records):
        record.end = call.now
    call.open_records = []
    other_leaves(call, other, wish.to)
    pair.record.destination, pair.record.context = wish.to, INTERNAL
    call.close(agent, 16, source=agent.name)
    call.truth.transferred_to = wish.to
    transfer, call.pending_transfer = call.pending_transfer, None
    ring_s = OUTSIDE_RING_S if is_outside(call, wish.to) else INTERNAL_RING_S
    if is_outside(call, wish.to):
        call.say.new_exten(other, "Set", f"CALLERID(num)={call.x.house.company_number}")
        call.say.caller_id(other, call.x.house.company_number, other.caller_name)
    rung = yield from ring_one(call, other, wish.to, ring_s, transfer=transfer)
    if rung.winner is None:
        after_failed_dial(call, other, rung)
        return None
    connect(call, other, rung.winner)
    return Pair(other, rung.winner, call.cdrs[-1])


def other_leaves(call: Call, other: Channel, to: str) -> None:
    """The transferred party goes to the dial plan of the inside."""
    call.leave(other)
    other.change(context=INTERNAL, exten=to, priority=1)


def _attended(
    call: Call, given: GivenAway, wish: AttendedTransfer, pair: Pair, on_end: Callable[[str], None]
) -> Following:
    agent = given.by
    other = pair.party if agent is pair.caller else pair.caller
    result = yield from attended_transfer(call, agent, other, wish, pair.record)
    match result.outcome:
        case AttendedOutcome.DONE:
            on_end("transfer")
            assert result.party is not None
            assert result.record is not None
            return Pair(other, result.party, result.record)
        case AttendedOutcome.TAKEN_BACK:
            return (yield from _resume(call, pair, on_end))
        case AttendedOutcome.OVER:
            on_end("caller")
            return None


def _resume(call: Call, pair: Pair, on_end: Callable[[str], None]) -> Following:
    """The consultation failed: the agent has the caller back, and they go on talking."""
    outcome = yield from talk(call, pair.caller, pair.party)
    if isinstance(outcome, Ended):
        _end(call, outcome, pair, on_end)
        return None
    if isinstance(outcome.wish, BlindTransfer):
        return (yield from blind_transfer(call, outcome, outcome.wish, pair, on_end))
    return (yield from _attended(call, outcome, outcome.wish, pair, on_end))
