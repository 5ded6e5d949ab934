"""What a call's facts mean: its row in the register and its legs. Pure: no Django, no database, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callwright.calls.facts import CallState, LegFacts, Transfer
from callwright.telephony.events import Direction, LegKind, LegResult, QueueResult, Side, TransferKind

Interval = tuple[datetime, datetime]

# Q.850: the number does not exist or is not allowed, so nobody could have been reached.
_CANNOT_BE_REACHED = {1, 2, 3, 21, 22, 28, 50, 55, 57}


@dataclass(frozen=True, slots=True)
class LegView:
    key: str
    position: int
    kind: LegKind
    party: str
    queue: str
    result: LegResult | None
    rung_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int | None
    holds: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingView:
    """One file that the PBX wrote, as far as it told. `paused_since`: while the call goes on, silence is recorded."""

    key: str
    file: str
    started_at: datetime
    ended_at: datetime | None
    pauses: tuple[Interval, ...] = ()
    paused_since: datetime | None = None

    @property
    def is_heard(self) -> bool:
        """Whether something else than silence is recorded now."""
        return self.ended_at is None and self.paused_since is None


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as the register shows it. Durations in whole seconds, rounded half up."""

    direction: Direction
    status: str
    from_number: str | None
    from_name: str
    to_number: str | None
    dialled_number: str | None
    queue: str
    extension: str
    answered_by: str
    transferred_to: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    talking_since: datetime | None
    held_since: datetime | None
    ring_s: int
    wait_s: int
    talk_s: int
    hold_s: int
    hangup_by: Side | None
    cause: int | None
    cause_text: str
    complete: bool
    legs: tuple[LegView, ...]
    talks: tuple[Interval, ...]
    queue_visits: tuple[tuple[str, datetime, datetime], ...] = ()
    transfers: tuple[Transfer, ...] = ()
    recordings: tuple[RecordingView, ...] = ()

    @property
    def rung(self) -> tuple[str, ...]:
        """The extensions that rang, each once."""
        return tuple(dict.fromkeys(leg.party for leg in self.legs if leg.kind == LegKind.EXTENSION))


def project(state: CallState) -> CallView:
    """The call that the facts describe. Raises ValueError while its start is unknown."""
    if state.started_at is None or state.direction is None:
        raise ValueError("the start of this call is not known")
    direction = Direction(state.header("direction") or state.direction)
    ended_at = state.ending.at if state.ending else None
    legs = _legs(state, ended_at)
    talks, talking_since = _talks(state, legs, direction, ended_at)
    answered_at = min([start for start, _ in talks] + ([talking_since] if talking_since else []), default=None)
    last, visits = answered_at or ended_at, _visits(state, ended_at)
    return CallView(
        direction=direction,
        status=_status(state, legs, direction, answered_at),
        from_number=None if state.withheld else state.header("from_number"),
        from_name="" if state.withheld else state.from_name,
        to_number=state.header("to_number"),
        dialled_number=state.header("dialled_number"),
        queue=visits[-1][0] if visits else _live_queue(state),
        extension=_extension(state, legs, direction),
        answered_by=_answered_by(state, legs, direction),
        transferred_to=_transferred_to(state),
        started_at=state.started_at,
        answered_at=answered_at,
        ended_at=ended_at,
        talking_since=talking_since,
        held_since=_held_since(state, ended_at),
        ring_s=_seconds(_ringing(legs, direction, last)),
        wait_s=_seconds(_waiting(state, visits, last)),
        talk_s=_seconds(talks),
        hold_s=_seconds(_holds(state, ended_at)),
        hangup_by=state.ending.hangup_by if state.ending else None,
        cause=state.ending.cause if state.ending else None,
        cause_text=state.ending.cause_text if state.ending else "",
        complete=state.ending.complete if state.ending else True,
        legs=legs,
        talks=tuple(talks),
        queue_visits=tuple(visits),
        transfers=tuple(sorted(state.transfers)),
        recordings=_recordings(state, ended_at),
    )


# ── legs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _legs(state: CallState, ended_at: datetime | None) -> tuple[LegView, ...]:
    known = [leg for leg in state.legs.values() if (leg.rung_at or leg.answered_at) and leg.party]
    known.sort(key=lambda leg: (leg.rung_at or leg.answered_at or state.started_at, leg.key))
    return tuple(_leg_view(leg, position, ended_at) for position, leg in enumerate(known))


def _leg_view(leg: LegFacts, position: int, call_ended_at: datetime | None) -> LegView:
    rung_at = leg.rung_at or leg.answered_at
    assert rung_at is not None
    ended_at = leg.ended_at or call_ended_at
    result = leg.result
    if leg.answered_at is not None:
        result = LegResult.ANSWERED
    elif result is None and call_ended_at is not None:
        result = LegResult.CANCELLED
    return LegView(
        key=leg.key,
        position=position,
        kind=leg.kind,
        party=leg.party,
        queue=leg.queue,
        result=result,
        rung_at=rung_at,
        answered_at=leg.answered_at,
        ended_at=ended_at,
        cause=leg.cause,
        holds=tuple(_pair(leg.held, leg.resumed, ended_at)),
    )


# ── times ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pair(starts: list[datetime], ends: list[datetime], close: datetime | None) -> list[Interval]:
    """Intervals from start and end marks; a second start inside one is ignored; an open one ends at `close`."""
    intervals: list[Interval] = []
    open_since: datetime | None = None
    for at, is_end in sorted([(at, False) for at in starts] + [(at, True) for at in ends]):
        if is_end and open_since is not None:
            intervals.append((open_since, at))
            open_since = None
        elif not is_end and open_since is None:
            open_since = at
    if open_since is not None and close is not None and close > open_since:
        intervals.append((open_since, close))
    return intervals


def _open_since(starts: list[datetime], ends: list[datetime]) -> datetime | None:
    open_since: datetime | None = None
    for at, is_end in sorted([(at, False) for at in starts] + [(at, True) for at in ends]):
        open_since = None if is_end else (open_since or at)
    return open_since


def _talks(
    state: CallState, legs: tuple[LegView, ...], direction: Direction, ended_at: datetime | None
) -> tuple[list[Interval], datetime | None]:
    if state.talk_started:
        since = _open_since(state.talk_started, state.talk_ended) if ended_at is None else None
        return _pair(state.talk_started, state.talk_ended, ended_at), since
    if not state.talk_from_legs:
        return [], None
    # From the far side's answer to the end of its leg.
    kinds = {LegKind.NUMBER} if direction == Direction.OUTBOUND else {LegKind.EXTENSION, LegKind.NUMBER}
    if state.ending is not None and state.ending.voicemail:
        kinds = set()
    far = [leg for leg in legs if leg.kind in kinds and leg.answered_at and leg.party != state.extension]
    live = [leg.answered_at for leg in far if leg.ended_at is None and leg.answered_at]
    return _merge([(leg.answered_at, leg.ended_at) for leg in far if leg.answered_at and leg.ended_at]), (
        min(live) if live else None
    )


def _holds(state: CallState, ended_at: datetime | None) -> list[Interval]:
    """Also of a party that was never rung: the extension that dialled out is no leg, but can hold the client.

    An agent who talks on to a colleague when the client has hung up holds nobody any more.
    """
    marks = [(leg.held, leg.resumed, leg.ended_at or ended_at) for leg in state.legs.values()]
    holds = _merge([hold for held, resumed, close in marks for hold in _pair(held, resumed, close)])
    return holds if ended_at is None else [(start, min(end, ended_at)) for start, end in holds if start < ended_at]


def _merge(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _ringing(legs: tuple[LegView, ...], direction: Direction, until: datetime | None) -> list[Interval]:
    """When the called side's phones rang, up to the first talk: the client's for outbound calls, ours otherwise."""
    rung = [leg for leg in legs if leg.kind == LegKind.NUMBER] if direction == Direction.OUTBOUND else list(legs)
    intervals = []
    for leg in rung or legs:
        stop = leg.answered_at or leg.ended_at or until
        if stop is None or (until is not None and leg.rung_at >= until):
            continue
        intervals.append((leg.rung_at, min(stop, until) if until else stop))
    return _merge(intervals)


def _visits(state: CallState, ended_at: datetime | None) -> list[tuple[str, datetime, datetime]]:
    visits = [
        (start, end, visit.queue)
        for visit in state.queues.values()
        for start, end in _pair(visit.joined, [at for at, _ in visit.left], ended_at)
    ]
    return [(queue, start, end) for start, end, queue in sorted(visits)]


def _waiting(state: CallState, visits: list[tuple[str, datetime, datetime]], until: datetime | None) -> list[Interval]:
    """How long the caller waited: in queues where there were any, else from the start to the answer or the end."""
    if visits:
        return _merge([(start, end) for _, start, end in visits])
    assert state.started_at is not None
    return [(state.started_at, max(until, state.started_at))] if until else []


def _held_since(state: CallState, ended_at: datetime | None) -> datetime | None:
    if ended_at is not None:
        return None
    since = [_open_since(leg.held, leg.resumed) for leg in state.legs.values() if leg.ended_at is None]
    return min((at for at in since if at is not None), default=None)


def _seconds(intervals: list[Interval]) -> int:
    if not intervals:
        return 0
    total = sum((end - start for start, end in intervals), timedelta())
    return max(0, int((total + timedelta(milliseconds=500)).total_seconds()))


# ── who and what ──────────────────────────────────────────────────────────────────────────────────────────────────


def _live_queue(state: CallState) -> str:
    joined = [(visit.joined[-1], visit.queue) for visit in state.queues.values() if visit.joined]
    return max(joined)[1] if joined else ""


def _answered_by(state: CallState, legs: tuple[LegView, ...], direction: Direction) -> str:
    if direction == Direction.OUTBOUND:
        return ""
    answered = [
        (leg.answered_at, leg.position, leg.party)
        for leg in legs
        if leg.kind == LegKind.EXTENSION and leg.answered_at and leg.party != state.extension
    ]
    return min(answered)[2] if answered else ""


def _extension(state: CallState, legs: tuple[LegView, ...], direction: Direction) -> str:
    """Ours: that called (outbound), that answered, or the only one that was rung."""
    if direction == Direction.OUTBOUND:
        return state.extension or ""
    if answered_by := _answered_by(state, legs, direction):
        return answered_by
    rung = {leg.party for leg in legs if leg.kind == LegKind.EXTENSION and leg.party != state.extension}
    return rung.pop() if len(rung) == 1 else ""


def _transferred_to(state: CallState) -> str:
    given = [t for t in state.transfers if t.kind in (TransferKind.BLIND, TransferKind.ATTENDED, TransferKind.FORWARD)]
    return max(given).to if given else ""


def _status(state: CallState, legs: tuple[LegView, ...], direction: Direction, answered_at: datetime | None) -> str:
    ending = state.ending
    if ending is None:
        return "talking" if answered_at else "ringing"
    if answered_at is not None:
        return "answered"
    if ending.voicemail:
        return "voicemail"
    if not ending.complete:
        return "unknown"
    if _abandoned(state):
        return "abandoned"
    called = [leg for leg in legs if leg.kind == LegKind.NUMBER] if direction == Direction.OUTBOUND else list(legs)
    results = {leg.result for leg in called}
    if LegResult.BUSY in results and LegResult.NO_ANSWER not in results:
        return "busy"
    if direction == Direction.OUTBOUND:
        return "missed" if results - {LegResult.FAILED, LegResult.FORWARDED, None} else "failed"
    return "failed" if not legs and ending.cause in _CANNOT_BE_REACHED else "missed"


def _abandoned(state: CallState) -> bool:
    left = [mark for visit in state.queues.values() for mark in visit.left]
    return bool(left) and max(left)[1] == QueueResult.ABANDONED


def _recordings(state: CallState, ended_at: datetime | None) -> tuple[RecordingView, ...]:
    """Each file once: begun again under another name, the former one is at its end."""
    found: list[RecordingView] = []
    for one in state.recordings.values():
        for index, (began, file) in enumerate(one.started):
            nexts = [at for at, _ in one.started[index + 1 : index + 2]]
            end = min([at for at in (*one.stopped, *nexts) if at > began], default=ended_at)
            paused, resumed = _between(one.paused, began, end), _between(one.resumed, began, end)
            pauses = tuple(_pair(paused, resumed, end))
            since = _open_since(paused, resumed) if end is None else None
            found.append(RecordingView(one.key, file, began, end, pauses, since))
    return tuple(sorted(found, key=lambda view: (view.started_at, view.key, view.file)))


def _between(marks: list[datetime], start: datetime, end: datetime | None) -> list[datetime]:
    return [at for at in marks if start <= at and (end is None or at <= end)]
