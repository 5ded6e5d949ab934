"""What became of a missed call (CALL-6). Pure: the calls of a client and what people said go in, a state comes out.

The state follows from the set of calls and acts alone, so calls that are told late, in whatever order, give the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CALLS_FOR_FOLLOW_UP = frozenset({"missed", "abandoned", "voicemail", "busy"})
"""Statuses of inbound calls whose callers wanted to speak to us and did not (docs/decisions/040)."""


class State(StrEnum):
    NONE = ""  # no call that has to be followed up
    NOT_CALLED_BACK = "not_called_back"
    CALLED_BACK = "called_back"
    CALLED_BACK_LATE = "called_back_late"
    CALLER_REACHED_US = "caller_reached_us"
    CLOSED = "closed"


BY_CALLS = frozenset({State.CALLED_BACK, State.CALLED_BACK_LATE, State.CALLER_REACHED_US})


@dataclass(frozen=True, slots=True)
class Missed:
    """The call in question. `due_at`: until when it should be called back; None where nobody can."""

    direction: str
    status: str
    started_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Another call of the same client, in either direction and of any employee."""

    id: UUID
    direction: str
    started_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Act:
    """What a person said: closed, counted (reached at `counts_at` by other means) or reopened (conversations until
    `refused_until` do not settle it). Other kinds say nothing about the state.
    """

    kind: str
    at: datetime
    counts_at: datetime | None = None
    refused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`at`: when it was settled; `by_call`: the call that did; `attempts`: calls back in vain until then."""

    state: State
    at: datetime | None = None
    by_call: UUID | None = None
    attempts: int = 0


def outcome(missed: Missed, calls: Iterable[Later] = (), acts: Iterable[Act] = ()) -> Outcome:
    """What became of `missed`. A person's word outweighs the calls; `acts` are in the order in which they were done.

    A conversation counts from the moment when the missed call began: in whichever direction, the first one settles.
    """
    if missed.direction != "inbound" or missed.status not in CALLS_FOR_FOLLOW_UP:
        return Outcome(State.NONE)
    word, refused_until = _standing(acts)
    others = list(calls)
    talk = None if word is not None else _first_talk(missed, others, refused_until)
    if word is not None:
        settled_at = word.counts_at or word.at
        state = State.CLOSED if word.kind == "closed" else _in_time(missed, settled_at)
        return Outcome(state, settled_at, None, _attempts(missed, others, settled_at))
    if talk is None or talk.answered_at is None:
        return Outcome(State.NOT_CALLED_BACK, attempts=_attempts(missed, others, None))
    is_ours = talk.direction == "outbound"
    state = _in_time(missed, talk.answered_at) if is_ours else State.CALLER_REACHED_US
    return Outcome(state, talk.answered_at, talk.id, _attempts(missed, others, talk.answered_at))


def _standing(acts: Iterable[Act]) -> tuple[Act | None, datetime | None]:
    """The person's word that still stands, and until when conversations were refused."""
    word: Act | None = None
    refused: datetime | None = None
    for act in acts:
        if act.kind in ("closed", "counted"):
            word = act
        elif act.kind == "reopened":
            word = None
            if act.refused_until is not None:
                refused = max(refused, act.refused_until) if refused else act.refused_until
    return word, refused


def _first_talk(missed: Missed, calls: list[Later], refused_until: datetime | None) -> Later | None:
    found: tuple[datetime, UUID, Later] | None = None
    for call in calls:
        at = call.answered_at
        if call.direction == "internal" or at is None or at <= missed.started_at:
            continue
        if refused_until is not None and at <= refused_until:
            continue
        if found is None or (at, call.id) < found[:2]:
            found = (at, call.id, call)
    return found[2] if found else None


def _attempts(missed: Missed, calls: list[Later], until: datetime | None) -> int:
    return sum(
        call.direction == "outbound"
        and call.answered_at is None
        and call.started_at > missed.started_at
        and (until is None or call.started_at <= until)
        for call in calls
    )


def _in_time(missed: Missed, at: datetime) -> State:
    return State.CALLED_BACK if missed.due_at is None or at <= missed.due_at else State.CALLED_BACK_LATE
