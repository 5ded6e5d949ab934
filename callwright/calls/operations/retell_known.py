"""What records say of a call that the register knows, as events that bring it up to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from callwright.calls.facts import CallState
from callwright.calls.operations.loadable import Loadable
from callwright.calls.retelling import ending_of, events_of
from callwright.calls.rules import fold
from callwright.telephony.events import (
    CallEnded,
    CallEvent,
    CallMerged,
    CallRetold,
    QueueJoined,
    QueueLeft,
    QueueResult,
)

Kind = Literal["cel", "cdr", "csv"]
"""What the records are: CEL tells as much as the live link; cdr rows add up; of csv rows the latest counts."""

_GOES_ON = timedelta(hours=12)
_RANK = {"csv": 0, "cdr": 0, "cel": 1, "link": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """The same call, or one that became part of it, as the register has it."""

    account_id: int
    id: UUID
    source: str
    started_at: datetime
    is_over: bool
    state: CallState
    is_anonymous: bool

    @property
    def kind(self) -> str:
        return self.source.rpartition(":")[2] if self.source.startswith("import:") else "link"


def retelling(call: Loadable, found: Mapping[str, Known], kind: Kind, now: datetime) -> list[CallEvent]:
    """The events that bring the register's call up to these records; none where there is nothing to add."""
    state = call.state
    main = found.get(state.key)
    if main is None:  # only the consultation is known, as a call of its own
        if any(one.kind == "link" and one.is_over for one in found.values()) and kind != "cel":
            return []
        return [*_anew(call, found), *events_of(state), *_merges(call, found)]
    if main.kind == "link":
        return _completing(call, main, found, kind, now)
    if _RANK[kind] < _RANK[main.kind]:
        return []
    is_more = call.whole and main.state.legs.keys() <= state.legs.keys()
    if kind == "cdr" and main.kind == "cdr" and not is_more:
        both = _together(main.state, state)
        folded = msgspec.structs.replace(fold(both), recordings=main.state.recordings)
        return [] if folded == main.state else [*_anew(call, found), *both]
    consulted = set(found) - {state.key}
    if main.state == state and not consulted:
        return []
    return [*_anew(call, found), *events_of(state), *_merges(call, found)]


def _completing(call: Loadable, main: Known, found: Mapping[str, Known], kind: Kind, now: datetime) -> list[CallEvent]:
    """The live link knows more of a call than its records, unless it lost it."""
    goes_on = main.state.ending is None and main.started_at > now - _GOES_ON
    if main.is_over or goes_on:
        return []
    if kind == "cel":
        return [*_anew(call, found), *events_of(call.state), *_merges(call, found)]
    return [ending_of(call.state)]


def _anew(call: Loadable, found: Mapping[str, Known]) -> list[CallEvent]:
    at = call.state.started_at
    assert at is not None
    return [CallRetold(pbx=call.state.pbx, at=at, call=key) for key in found]


def _merges(call: Loadable, found: Mapping[str, Known]) -> list[CallEvent]:
    """What was known as a call of its own keeps its header until it is merged away."""
    told: list[CallEvent] = []
    for key in call.keys[1:]:
        if (one := found.get(key)) is not None and one.state.ending is not None:
            told += events_of(CallState(**{**_header(one.state), "legs": {}}))
            told.append(CallMerged(pbx=one.state.pbx, at=one.state.ending.at, call=key, into=call.state.key))
    return told


def _header(state: CallState) -> dict[str, Any]:
    names = ("pbx", "key", "started_at", "direction", "from_number", "to_number", "ending")
    return {name: getattr(state, name) for name in names}


def _together(one: CallState, other: CallState) -> list[CallEvent]:
    """CDR rows of one call that came in two parts: its end, and that of its waiting in a queue, is the later one."""
    first = [event for event in events_of(one) if not isinstance(event, CallEnded)]
    second = [event for event in events_of(other) if not isinstance(event, CallEnded)]
    marks = sorted(first + second, key=_at)
    # left at the same moment, the part with more rows knows that the call went on
    last = sorted(marks, key=lambda event: (event.at, getattr(event, "result", None) != QueueResult.ABANDONED))
    left = {event.queue: event for event in last if isinstance(event, QueueLeft)}
    joined = {event.queue: event for event in reversed(marks) if isinstance(event, QueueJoined)}
    rest = [event for event in first + second if not isinstance(event, QueueLeft | QueueJoined)]
    ends = [ending_of(state) for state in (one, other) if state.ending is not None]
    return [*rest, *joined.values(), *left.values(), *([max(ends, key=_at)] if ends else [])]


def _at(event: CallEvent) -> datetime:
    return event.at
