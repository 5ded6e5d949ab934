"""How events become facts of a call. Pure: no Django, no database, no clock."""

from bisect import insort
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from callwright.calls.facts import CallState, Ending, LegFacts, QueueVisit, RecordingFacts, Transfer
from callwright.telephony import events as e

ONE_KEY = timedelta(days=7)
"""What is told of one key and is farther apart is of two calls: a PBX may give the same key again after years."""

_HEADER = (
    "direction",
    "from_number",
    "from_name",
    "to_number",
    "dialled_number",
    "extension",
    "trunk",
    "command",
    "talk_from_legs",
)


def fold(events: Iterable[e.CallEvent], state: CallState | None = None) -> CallState:
    """The facts of one call after `events` (all of that call), on top of what was known (changed in place)."""
    for event in events:
        if state is None:
            state = CallState(pbx=event.pbx, key=event.call)
        note(state, event)
    if state is None:
        raise ValueError("no events and nothing known: there is no call")
    return state


def note(state: CallState, event: e.CallEvent) -> None:
    """Adds one event to the facts. Noting it again changes nothing."""
    how = _HOW.get(type(event))
    if how is None:
        raise TypeError(f"{type(event).__name__} is not about a single call")
    how(state, event)


def told_anew(state: CallState) -> CallState:
    """What is left when the whole call is about to be told from the PBX's records: what these do not have, holds and
    recordings.
    """
    held = {key: LegFacts(key=key, held=leg.held, resumed=leg.resumed) for key, leg in state.legs.items() if leg.held}
    return CallState(
        pbx=state.pbx, key=state.key, legs=held, recordings=state.recordings, took_in=state.took_in
    )  # fmt: skip


def absorb(state: CallState, other: CallState) -> None:
    """The consultation call `other` becomes part of `state`: its legs, transfers and recordings, not its talk (the
    client was not in it) and not its header.
    """
    for key, leg in other.legs.items():
        known = state.legs.get(key)
        if known is None:
            state.legs[key] = leg
        else:
            _absorb_leg(known, leg)
    for transfer in other.transfers:
        _add(state.transfers, transfer)
    for key, recording in other.recordings.items():
        mine = _recording(state, key)
        for name in ("started", "stopped", "paused", "resumed"):
            for fact in getattr(recording, name):
                _add(getattr(mine, name), fact)
    for key in (other.key, *other.took_in):
        _add(state.took_in, key)


def _absorb_leg(mine: LegFacts, other: LegFacts) -> None:
    """Some events of a leg came under the call that it moved to, before the merging was told."""
    if other.rung_at is not None and (mine.rung_at is None or other.rung_at < mine.rung_at):
        mine.rung_at, mine.party, mine.kind = other.rung_at, other.party, other.kind
        mine.queue = other.queue or mine.queue
    if other.answered_at is not None:
        mine.answered_at = min(mine.answered_at or other.answered_at, other.answered_at)
    if other.ended_at is not None and (mine.ended_at is None or other.ended_at < mine.ended_at):
        mine.ended_at, mine.result, mine.cause = other.ended_at, other.result, other.cause
    for at in other.held:
        _add(mine.held, at)
    for at in other.resumed:
        _add(mine.resumed, at)


def _started(state: CallState, event: e.CallStarted) -> None:
    if state.started_at is not None and state.started_at <= event.at:
        return
    state.started_at = event.at
    for field in _HEADER:
        setattr(state, field, getattr(event, field))


def _corrected(state: CallState, event: e.CallCorrected) -> None:
    state.withheld = state.withheld or event.withheld
    for field in ("direction", "from_number", "to_number", "dialled_number"):
        value = getattr(event, field)
        if value is not None:
            _add(state.corrections, (event.at, field, str(value)))


def _leg_event(state: CallState, event: e.LegRinging | e.LegAnswered | e.LegHeld | e.LegResumed | e.LegEnded) -> None:
    leg = state.legs.get(event.leg)
    if leg is None:
        leg = state.legs[event.leg] = LegFacts(key=event.leg)
    match event:
        case e.LegRinging():
            if leg.rung_at is None or event.at < leg.rung_at:
                leg.rung_at, leg.party, leg.kind = event.at, event.party, event.kind
                leg.queue = event.queue or leg.queue
        case e.LegAnswered():
            leg.answered_at = event.at if leg.answered_at is None else min(leg.answered_at, event.at)
        case e.LegHeld():
            _add(leg.held, event.at)
        case e.LegResumed():
            _add(leg.resumed, event.at)
        case e.LegEnded():
            if leg.ended_at is None or event.at < leg.ended_at:
                leg.ended_at, leg.result, leg.cause = event.at, event.result, event.cause


def _recording_event(
    state: CallState, event: e.RecordingStarted | e.RecordingPaused | e.RecordingResumed | e.RecordingStopped
) -> None:
    recording = _recording(state, event.recording)
    match event:
        case e.RecordingStarted():
            _add(recording.started, (event.at, event.file))
        case e.RecordingPaused():
            _add(recording.paused, event.at)
        case e.RecordingResumed():
            _add(recording.resumed, event.at)
        case e.RecordingStopped():
            _add(recording.stopped, event.at)


def _recording(state: CallState, key: str) -> RecordingFacts:
    recording = state.recordings.get(key)
    if recording is None:
        recording = state.recordings[key] = RecordingFacts(key=key)
    return recording


def _ended(state: CallState, event: e.CallEnded) -> None:
    """A complete end outweighs one found out later; of two alike the earlier counts."""
    old = state.ending
    if old is not None and (not old.complete, old.at) <= (not event.complete, event.at):
        return
    state.ending = Ending(
        at=event.at,
        hangup_by=event.hangup_by,
        cause=event.cause,
        cause_text=event.cause_text,
        voicemail=event.voicemail,
        complete=event.complete,
    )


def _visit(state: CallState, queue: str) -> QueueVisit:
    visit = state.queues.get(queue)
    if visit is None:
        visit = state.queues[queue] = QueueVisit(queue=queue)
    return visit


def _add(facts: list[Any], fact: Any) -> None:
    if fact not in facts:
        insort(facts, fact)


# By type: one look-up for each event instead of up to a dozen comparisons.
_HOW: dict[type, Callable[[CallState, Any], None]] = {
    e.CallStarted: _started,
    e.CallCorrected: _corrected,
    e.QueueJoined: lambda state, event: _add(_visit(state, event.queue).joined, event.at),
    e.QueueLeft: lambda state, event: _add(_visit(state, event.queue).left, (event.at, event.result)),
    **dict.fromkeys((e.LegRinging, e.LegAnswered, e.LegHeld, e.LegResumed, e.LegEnded), _leg_event),
    e.TalkStarted: lambda state, event: _add(state.talk_started, event.at),
    e.TalkEnded: lambda state, event: _add(state.talk_ended, event.at),
    e.CallTransferred: lambda state, event: _add(
        state.transfers, Transfer(at=event.at, to=event.to, kind=event.kind, by_leg=event.by_leg)
    ),
    **dict.fromkeys((e.RecordingStarted, e.RecordingPaused, e.RecordingResumed, e.RecordingStopped), _recording_event),
    e.CallEnded: _ended,
}
