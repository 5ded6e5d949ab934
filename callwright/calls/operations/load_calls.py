"""Loads many finished calls at once, from records: new ones by COPY, known ones by telling them anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.facts import CallState, decode_facts
from callwright.calls.follow_up import CALLS_FOR_FOLLOW_UP, State
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.call_locks import lock_calls
from callwright.calls.operations.copy_rows import Placed, Written, copy_calls, copy_keys
from callwright.calls.operations.describe import Projected, place
from callwright.calls.operations.keep_before import keep_before
from callwright.calls.operations.loadable import Loadable
from callwright.calls.operations.retell_known import Kind, Known, retelling
from callwright.calls.projection import CallView
from callwright.calls.rows import text_array
from callwright.calls.rules import ONE_KEY
from callwright.contacts.operations.note_spoken import Spoken, note_spoken
from callwright.kit.identity import uuid7_floor
from callwright.kit.phone_numbers import ParsedNumber
from callwright.telephony.events import CallEvent, Direction
from callwright.telephony.queries.pbxs import PbxFacts

_LIVE = timedelta(hours=6)
_MOST_LOCKS = 1_500
_NO_FACTS = '{"pbx":"","key":""}'


@dataclass(slots=True)
class Loaded:
    """`merged` holds, beside each call, how it was before; None for one that this load added. `into`: of calls that
    became part of another, that one.
    """

    added: list[tuple[int, UUID]] = field(default_factory=list)
    merged: list[tuple[int, UUID, dict[str, Any] | None]] = field(default_factory=list)
    unchanged: int = 0
    into: dict[UUID, UUID] = field(default_factory=dict)


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

    New calls belong to `account_id`, else to the account of their line or queue; with `account_id`, calls that another
    account has stay as they are. Of a call that the live link heard to its end nothing is changed; one that it lost is
    completed. The months of the calls are there (`months_of`), or this raises IntegrityError: making one locks others
    out for as long as a transaction lasts.
    """
    source, loaded = f"import:{pbx.slug}:{kind}", Loaded()
    _lock(pbx, calls, now)
    parts = _parts(calls, kind)
    loaded.unchanged = len(calls) - sum(len(part) for part in parts)
    for part in parts:
        new, retold = _sorted_out(part, pbx, kind, account_id, now)
        taken = _taken(new)
        added = _add([call for call in new if call.id_text not in taken], pbx, source, account_id, now, numbers or {})
        loaded.added += added
        for start in range(0, len(retold), 200):
            loaded.merged += _merge(retold[start : start + 200], source, now)
            loaded.into |= _into(retold[start : start + 200])
        loaded.unchanged += len(part) - len(added) - len(retold)
    return loaded


def _parts(calls: Sequence[Loadable], kind: Kind) -> list[list[Loadable]]:
    """Each key once in a part. Rows of a call that came in two groups are told one after the other, as from two files;
    of the rows of a CSV with the same key the last one counts.
    """
    if kind == "csv":
        return [list({call.key: call for call in calls}.values())]
    parts: list[dict[str, Loadable]] = []
    for call in calls:
        part = next((one for one in parts if call.key not in one), None)
        if part is None:
            parts.append(part := {})
        part[call.key] = call
    return [list(part.values()) for part in parts]


_Retold = tuple[Loadable, Mapping[str, Known], list[CallEvent]]


def _sorted_out(
    calls: Sequence[Loadable], pbx: PbxFacts, kind: Kind, account_id: int | None, now: datetime
) -> tuple[list[Loadable], list[_Retold]]:
    """Calls that the register does not have, and those to which there is something to add."""
    known = _known(pbx, calls)
    new: list[Loadable] = []
    retold: list[_Retold] = []
    for call in calls:
        found = {key: one for key in call.keys if (one := known.get(key)) is not None and _is_near(one, call.view)}
        if not found:
            new.append(call)
        elif any(one.is_anonymous or account_id not in (None, one.account_id) for one in found.values()):
            continue
        elif events := retelling(call, found, kind, now):
            retold.append((call, found, events))
    return new, retold


def _lock(pbx: PbxFacts, calls: Sequence[Loadable], now: datetime) -> None:
    """Keeps the link from writing the same calls meanwhile: by their keys where they ended a short time ago, by the
    hours in which they began where it could only tell them late.
    """
    recent = [call for call in calls if (call.view.ended_at or now) > now - _LIVE]
    recent.sort(key=lambda call: call.view.ended_at or now)
    lock_calls(
        [(pbx.id, key) for call in recent[-_MOST_LOCKS:] for key in call.keys],
        hours=[(pbx.id, at) for call in calls for at in _beginnings(call)],
    )


def _beginnings(call: Loadable) -> list[datetime]:
    """About when the call began, and what became part of it: that began while it went on."""
    at, ended_at = call.view.started_at, call.view.ended_at
    found = [at]
    while len(call.keys) > 1 and ended_at is not None and at < ended_at:
        at = min(at + timedelta(hours=1), ended_at)
        found.append(at)
    return found


def _known(pbx: PbxFacts, calls: Any) -> dict[str, Known]:
    starts = [call.view.started_at for call in calls]
    if not starts:
        return {}
    span = [uuid7_floor(min(starts) - ONE_KEY), uuid7_floor(max(starts) + ONE_KEY)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.pbx_key, c.account_id, c.id, c.source, c.started_at, c.ended_at IS NOT NULL AND c.complete,"
            " f.facts::text FROM calls_call c"
            " LEFT JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id"
            " AND f.call_id >= %s AND f.call_id < %s"
            " WHERE c.pbx_key = ANY(%s::text[]) AND c.pbx_id = %s AND c.id >= %s AND c.id < %s",
            [*span, text_array(key for call in calls for key in call.keys), pbx.id, *span],
        )
        rows: list[Any] = cursor.fetchall()
    return {
        key: Known(account, id, source, at, over, decode_facts(facts or _NO_FACTS), not facts)
        for key, account, id, source, at, over, facts in rows
    }


def _taken(calls: Sequence[Loadable]) -> set[str]:
    """Ids that the register has under another key: of calls that became anonymous."""
    if not calls:
        return set()
    with connection.cursor() as cursor:
        ids = [call.id_text for call in calls]
        cursor.execute(
            "SELECT id FROM calls_call WHERE id = ANY(%s::uuid[]) AND id >= %s AND id <= %s",
            [text_array(ids), min(ids), max(ids)],
        )
        return {str(id) for (id,) in cursor.fetchall()}


def _is_near(known: Known, view: CallView) -> bool:
    return abs(known.started_at - view.started_at) < ONE_KEY


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
    # what a description needs of the facts; the rest stays JSON from the reader to the table
    states = [CallState(pbx=pbx.slug, key=call.key, extension=call.extension) for call in calls]
    projected = [Projected(pbx, state, view) for state, view in zip(states, views, strict=True)]
    placed = place(projected, now=now, account_id=account_id, numbers=numbers)
    texts = [
        Written(call.view.extension, call.row, call.legs, call.facts.decode(), _follow_up(call.view)) for call in calls
    ]
    keys = [(one.account_id, one.id) for one in placed]
    with connection.cursor() as cursor:
        copy_calls(cursor, list(zip(placed, texts, strict=True)), pbx_id=pbx.id, source=source, now=now)
        copy_keys(cursor, "loaded_calls", keys)
    note_spoken(_spoken(list(zip(views, placed, strict=True)), numbers))
    after_load("loaded_calls", now=now, has_states=True)
    return keys


def _follow_up(view: CallView) -> str:
    """A missed call is open at once; what is known of its client is worked out by the worker."""
    is_missed = view.direction == Direction.INBOUND and view.status in CALLS_FOR_FOLLOW_UP
    return State.NOT_CALLED_BACK if is_missed else State.NONE


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


def _merge(retold: Sequence[_Retold], source: str, now: datetime) -> list[tuple[int, UUID, dict[str, Any] | None]]:
    old = [(one.account_id, one.id) for _, found, _ in retold for one in found.values()]
    before = keep_before(old)
    applied = apply_events([event for _, _, events in retold for event in events], now=now)
    changed = list(applied.changed)
    ids = [*changed, *(id for _, id in old)]
    span = [min(ids), max(ids)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call c SET source = %s WHERE c.id = ANY(%s) AND c.id >= %s AND c.id <= %s"
            " AND (c.source LIKE 'import:%%' OR NOT c.id = ANY(%s))",
            [source, changed, *span, [id for _, id in old]],
        )
        cursor.execute(
            "SELECT account_id, id FROM calls_call WHERE id = ANY(%s) AND id >= %s AND id <= %s", [ids, *span]
        )
        there = set(cursor.fetchall())
    return [(account, id, before.get(id)) for account, id in there if id in applied.changed] + [
        (account, id, before[id]) for account, id in old if (account, id) not in there and id not in applied.changed
    ]


def _into(retold: Sequence[_Retold]) -> dict[UUID, UUID]:
    """The call of which each consultation call became part, if it is gone."""
    into: dict[UUID, UUID] = {}
    for call, found, _ in retold:
        main = found[call.key].id if call.key in found else UUID(call.id_text)
        into |= {one.id: main for key, one in found.items() if key != call.key}
    return into
