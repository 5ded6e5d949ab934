"""Facts told as the events that state them: folding these gives the facts again. Pure."""

from collections.abc import Iterator
from typing import Any

from callwright.calls.facts import CallState
from callwright.telephony import events as e


def events_of(state: CallState) -> list[e.CallEvent]:
    """All that is known of a call whose start is known. Raises ValueError for one whose start is not."""
    if state.started_at is None or state.direction is None:
        raise ValueError("the start of this call is not known")
    base: dict[str, Any] = {"pbx": state.pbx, "call": state.key}
    told: list[e.CallEvent] = [
        e.CallStarted(
            **base, at=state.started_at, direction=state.direction, from_number=state.from_number,
            from_name=state.from_name, to_number=state.to_number, dialled_number=state.dialled_number,
            extension=state.extension, trunk=state.trunk, command=state.command, talk_from_legs=state.talk_from_legs,
        )
    ]  # fmt: skip
    if state.withheld:
        told.append(e.CallCorrected(**base, at=state.started_at, withheld=True))
    for at, field, value in state.corrections:
        known: dict[str, Any] = {field: e.Direction(value) if field == "direction" else value}
        told.append(e.CallCorrected(**base, at=at, **known))
    for visit in state.queues.values():
        told += [e.QueueJoined(**base, at=at, queue=visit.queue) for at in visit.joined]
        told += [e.QueueLeft(**base, at=at, queue=visit.queue, result=result) for at, result in visit.left]
    told += _legs(state)
    told += [e.TalkStarted(**base, at=at) for at in state.talk_started]
    told += [e.TalkEnded(**base, at=at) for at in state.talk_ended]
    told += [e.CallTransferred(**base, at=t.at, to=t.to, kind=t.kind, by_leg=t.by_leg) for t in state.transfers]
    return [*told, ending_of(state)] if state.ending is not None else told


def ending_of(state: CallState) -> e.CallEnded:
    """How it ended, as an event; only of a call that is over."""
    end = state.ending
    assert end is not None
    return e.CallEnded(
        pbx=state.pbx, at=end.at, call=state.key, hangup_by=end.hangup_by, cause=end.cause,
        cause_text=end.cause_text, voicemail=end.voicemail, complete=end.complete,
    )  # fmt: skip


def _legs(state: CallState) -> Iterator[e.CallEvent]:
    for leg in state.legs.values():
        base: dict[str, Any] = {"pbx": state.pbx, "call": state.key, "leg": leg.key}
        if leg.rung_at is not None:
            yield e.LegRinging(**base, at=leg.rung_at, party=leg.party, kind=leg.kind, queue=leg.queue)
        if leg.answered_at is not None:
            yield e.LegAnswered(**base, at=leg.answered_at)
        yield from (e.LegHeld(**base, at=at) for at in leg.held)
        yield from (e.LegResumed(**base, at=at) for at in leg.resumed)
        if leg.ended_at is not None and leg.result is not None:
            yield e.LegEnded(**base, at=leg.ended_at, result=leg.result, cause=leg.cause)
