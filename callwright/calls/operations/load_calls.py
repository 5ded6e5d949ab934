"""Loads many finished calls at once, from records: new ones by COPY, known ones by telling them anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import connection

from callwright.calls.facts import CallState, decode_facts
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.copy_rows import Placed, Written, copy_calls, copy_keys
from callwright.calls.operations.describe import Projected, place
from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.calls.operations.keep_before import keep_before
from callwright.calls.projection import CallView
from callwright.calls.retelling import ending_of, events_of
from callwright.calls.rules import fold
from callwright.contacts.operations.note_spoken import Spoken, note_spoken
from callwright.kit.identity import uuid7_floor
from callwright.kit.phone_numbers import ParsedNumber
from callwright.telephony.events import (
    CallEnded,
    CallEvent,
    CallMerged,
    CallRetold,
    Direction,
    QueueJoined,
    QueueLeft,
    QueueResult,
)
from callwright.telephony.queries.pbxs import PbxFacts

Kind = Literal["cel", "cdr", "csv"]
"""What the records are: CEL tells as much as the live link; cdr rows add up; of csv rows the latest counts."""

_AROUND = timedelta(days=7)
_GOES_ON = timedelta(hours=12)
_LIVE = timedelta(hours=6)
_MOST_LOCKS = 1_500
_NO_FACTS = '{"pbx":"","key":""}'
_RANK = {"csv": 0, "cdr": 0, "cel": 1, "link": 2}


@dataclass(slots=True)
class Loadable:
    """`facts`: a CallState as JSON, `view` what follows from it. `keys`: of the call, and of consultation calls that
    became part of it. `extension`: ours, that began it. `row` and `legs`: told columns as text for COPY, each leg
    with its party.
    """

    facts: bytes
    view: CallView
    keys: Sequence[str]
    extension: str | None = None
    row: str = ""
    legs: Sequence[tuple[str, str]] = ()
    _state: CallState | None = None

    @property
    def key(self) -> str:
        return self.keys[0]

    @property
    def id(self) -> UUID:
        return UUID(self.row.partition("\t")[0])

    @property
    def state(self) -> CallState:
        if self._state is None:
            self._state = decode_facts(self.facts.decode())
        return self._state


@dataclass(frozen=True, slots=True)
class Loaded:
    """`merged` holds, beside each call, how it was before; None for one that this load added."""

    added: list[tuple[int, UUID]] = field(default_factory=list)
    merged: list[tuple[int, UUID, dict[str, Any] | None]] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
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


def load_calls(
    calls: Sequence[Loadable],
    *,
    pbx: PbxFacts,
    kind: Kind,
    account_id: int | None,
    now: datetime,
    numbers: Mapping[str, ParsedNumber] | None = None,
) -> Loaded:
    """Brings finished calls into the register, in the caller's transaction. Loading them again changes nothing.

    New calls belong to `account_id`, else to the account of their line or queue. Of a call that the live link heard to
    its end nothing is changed; one that it lost is completed.
    """
    source = f"import:{pbx.slug}:{kind}"
    unique = {call.key: call for call in calls}  # of the same key twice the later row counts
    unchanged = len(calls) - len(unique)
    _lock(pbx, list(unique.values()), now)
    known = _known(pbx, unique.values())
    new, retold = [], []
    for call in unique.values():
        found = {key: one for key in call.keys if (one := known.get(key)) is not None and _is_near(one, call.view)}
        if not found:
            new.append(call)
        elif any(one.is_anonymous for one in found.values()):
            unchanged += 1
        elif events := _retelling(call, found, kind, now):
            retold.append((call, found, events))
        else:
            unchanged += 1
    taken = _taken(new)
    unchanged += len(taken)
    new = [call for call in new if call.id not in taken]
    added = _add(new, pbx, source, account_id, now, numbers or {})
    merged = []
    for start in range(0, len(retold), 200):
        merged += _merge(retold[start : start + 200], source, now)
    return Loaded(added, merged, unchanged)


def _lock(pbx: PbxFacts, calls: Sequence[Loadable], now: datetime) -> None:
    """Keeps the link from writing the same calls meanwhile: only those can be meant that ended a short time ago."""
    recent = [call for call in calls if (call.view.ended_at or now) > now - _LIVE]
    recent.sort(key=lambda call: call.view.ended_at or now)
    keys = sorted({f"{pbx.id}:{key}" for call in recent[-_MOST_LOCKS:] for key in call.keys})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT hashtextextended(n, 7) AS k"
                " FROM unnest(%s::text[]) AS t (n) ORDER BY k) AS ordered",
                [keys],
            )


def _known(pbx: PbxFacts, calls: Any) -> dict[str, _Known]:
    starts = [call.view.started_at for call in calls]
    if not starts:
        return {}
    span = [uuid7_floor(min(starts) - _AROUND), uuid7_floor(max(starts) + _AROUND)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.pbx_key, c.account_id, c.id, c.source, c.started_at, c.ended_at IS NOT NULL AND c.complete,"
            " f.facts::text FROM calls_call c"
            " LEFT JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id"
            " AND f.call_id >= %s AND f.call_id < %s"
            " WHERE c.pbx_key = ANY(%s) AND c.pbx_id = %s AND c.id >= %s AND c.id < %s",
            [
                *span,
                [key for call in calls for key in call.keys],
                pbx.id,
                *span,
            ],
        )
        rows: list[Any] = cursor.fetchall()
    return {
        key: _Known(account, id, source, at, over, decode_facts(facts or _NO_FACTS), not facts)
        for key, account, id, source, at, over, facts in rows
    }


def _taken(calls: Sequence[Loadable]) -> set[UUID]:
    """Ids that the register has under another key: of calls that became anonymous."""
    if not calls:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM calls_call WHERE id = ANY(%s)", [[call.id for call in calls]])
        return {id for (id,) in cursor.fetchall()}


def _is_near(known: _Known, view: CallView) -> bool:
    """A PBX may give the same key again after years."""
    return abs(known.started_at - view.started_at) < _AROUND


def _retelling(call: Loadable, found: Mapping[str, _Known], kind: Kind, now: datetime) -> list[CallEvent]:
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
    if kind == "cdr" and main.kind == "cdr":
        both = _together(main.state, state)
        folded = msgspec.structs.replace(fold(both), recordings=main.state.recordings)
        return [] if folded == main.state else [*_anew(call, found), *both]
    consulted = set(found) - {state.key}
    if main.state == state and not consulted:
        return []
    return [*_anew(call, found), *events_of(state), *_merges(call, found)]


def _completing(
    call: Loadable, main: _Known, found: Mapping[str, _Known], kind: Kind, now: datetime
) -> list[CallEvent]:
    """The live link knows more of a call than its records, unless it lost it."""
    goes_on = main.state.ending is None and main.started_at > now - _GOES_ON
    if main.is_over or goes_on:
        return []
    if kind == "cel":
        return [*_anew(call, found), *events_of(call.state), *_merges(call, found)]
    return [ending_of(call.state)]


def _anew(call: Loadable, found: Mapping[str, _Known]) -> list[CallEvent]:
    at = call.state.started_at
    assert at is not None
    return [CallRetold(pbx=call.state.pbx, at=at, call=key) for key in found]


def _merges(call: Loadable, found: Mapping[str, _Known]) -> list[CallEvent]:
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


def _add(
    calls: Sequence[Loadable],
    pbx: PbxFacts,
    source: str,
    account_id: int | None,
    now: datetime,
    numbers: Mapping[str, ParsedNumber],
) -> list[tuple[int, UUID]]:
    if not calls:
        return []
    views = [call.view for call in calls]
    ensure_partitions({month_of(view.started_at) for view in views})
    # what a description needs of the facts; the rest stays JSON from the reader to the table
    states = [CallState(pbx=pbx.slug, key=call.key, extension=call.extension) for call in calls]
    projected = [Projected(pbx, state, view) for state, view in zip(states, views, strict=True)]
    placed = place(projected, now=now, account_id=account_id, numbers=numbers)
    texts = [Written(call.view.extension, call.row, call.legs, call.facts.decode()) for call in calls]
    keys = [(one.account_id, one.id) for one in placed]
    with connection.cursor() as cursor:
        copy_calls(cursor, list(zip(placed, texts, strict=True)), pbx_id=pbx.id, source=source, now=now)
        copy_keys(cursor, "loaded_calls", keys)
    note_spoken(_spoken(list(zip(views, placed, strict=True)), numbers))
    after_load("loaded_calls", now=now)
    return keys


def _spoken(calls: Sequence[tuple[CallView, Placed]], numbers: Mapping[str, ParsedNumber]) -> list[Spoken]:
    """The last talk of each contact and number."""
    last: dict[tuple[int, int, str], datetime] = {}
    for view, placed in calls:
        contact, ended = placed.contact[0], view.ended_at
        client = view.to_number if view.direction == Direction.OUTBOUND else view.from_number
        known = numbers.get(client or "")
        if contact is not None and view.talk_s and ended is not None and known is not None and known.e164:
            key = (placed.account_id, contact, known.e164)
            last[key] = max(last.get(key, ended), ended)
    return [Spoken(*key, at) for key, at in last.items()]


def _merge(
    retold: Sequence[tuple[Loadable, Mapping[str, _Known], list[CallEvent]]], source: str, now: datetime
) -> list[tuple[int, UUID, dict[str, Any] | None]]:
    old = [(one.account_id, one.id) for _, found, _ in retold for one in found.values()]
    before = keep_before(old)
    applied = apply_events([event for _, _, events in retold for event in events], now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call c SET source = %s WHERE c.id = ANY(%s)"
            " AND (c.source LIKE 'import:%%' OR NOT c.id = ANY(%s)) RETURNING c.account_id, c.id",
            [source, list(applied.changed), [id for _, id in old]],
        )
        cursor.execute("SELECT account_id, id FROM calls_call WHERE id = ANY(%s)", [list(applied.changed)])
        now_there = cursor.fetchall()
    changed = {id for _, id in now_there}
    gone = [key for key in old if key[1] not in changed]
    return [(account, id, before.get(id)) for account, id in now_there] + [
        (account, id, before[id]) for account, id in gone if _is_gone(account, id)
    ]


def _is_gone(account_id: int, id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM calls_call WHERE account_id = %s AND id = %s", [account_id, id])
        return cursor.fetchone() is None
