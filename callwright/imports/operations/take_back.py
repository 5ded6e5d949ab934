"""Takes back what an import did to some calls; what the database or people are against stays, each with the reason."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError, connection

from callwright.calls.operations.keep_before import marks_of
from callwright.calls.operations.unload_calls import Reason, Retold, put_back_calls, unload_calls
from callwright.imports.models import Import, Touched
from callwright.imports.operations.in_halves import in_halves

# IntegrityError and LookupError too: what a call referred to has gone since, and will not come back.
_REFUSED = (DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError, ValueError, LookupError)
One = TypeVar("One", Retold, tuple[int, UUID])


def take_back(row: Import, some: Sequence[Touched], now: datetime) -> int:
    """Returns how many calls stay. A call that became part of another one comes back where that one goes, or is as it
    was: `some` holds them together (`with_their_calls`).
    """
    reasons: dict[UUID, Reason] = dict.fromkeys(_touched_later(row, [one.call_id for one in some]), "later_import")
    free = [one for one in some if one.call_id not in reasons]
    parts = [one for one in free if main_of(one) is not None]
    there = marks_of({main for one in parts if (main := main_of(one)) is not None})
    since = row.started_at
    changed = [Retold(one.call_id, one.before, one.after) for one in free if one.before and main_of(one) is None]
    added = [(one.account_id, one.call_id) for one in free if one.before is None]
    reasons |= _or_stay(lambda few: put_back_calls(few, now=now, made_since=since), changed, lambda one: one.id)
    reasons |= _or_stay(lambda few: unload_calls(few, now=now, made_since=since), added, lambda one: one[1])
    reasons |= (kept := _kept_with_their_calls(row, parts, reasons))
    by_id = {one.call_id: one for one in parts}
    back = [
        Retold(one.call_id, one.before, None)
        for one in parts
        if one.before and one.call_id not in kept and _last(one, by_id) in there
    ]
    reasons |= _or_stay(lambda few: put_back_calls(few, now=now, made_since=since), back, lambda one: one.id)
    Touched.objects.filter(pk__in=[one.pk for one in some if one.call_id not in reasons]).delete()
    for one in some:
        one.kept = reasons.get(one.call_id, "")
    Touched.objects.bulk_update([one for one in some if one.kept], ["kept"])
    return len(reasons)


def main_of(one: Touched) -> UUID | None:
    """The call of which this one became part."""
    into = (one.after or {}).get("into")
    return UUID(into) if into else None


def with_their_calls(row: Import, some: Sequence[Touched]) -> list[Touched]:
    """With the calls of which they became part, and all other parts of those, as far as they are not taken back yet."""
    found = {one.call_id: one for one in some}
    asked: set[UUID] = set()
    pending = Touched.objects.filter(of=row, kept="")
    while wanted := {main for one in found.values() if (main := main_of(one)) is not None} - asked:
        asked |= wanted
        mains = pending.filter(call_id__in=wanted)
        others = pending.filter(after__into__in=[str(id) for id in wanted])
        for one in [*mains, *others]:
            found.setdefault(one.call_id, one)
    return list(found.values())


def _last(one: Touched, parts: dict[UUID, Touched]) -> UUID | None:
    """Of a call that became part of a part, the one that is still there."""
    main, seen = main_of(one), {one.call_id}
    while main in parts and main not in seen:
        seen.add(main)
        main = main_of(parts[main])
    return main


def _kept_with_their_calls(row: Import, parts: Sequence[Touched], reasons: dict[UUID, Reason]) -> dict[UUID, Reason]:
    """Parts of calls that stay: put back, they would be there twice."""
    mains = {main for one in parts if (main := main_of(one)) is not None}
    stayed: dict[UUID, Any] = dict(
        Touched.objects.filter(of=row, call_id__in=mains).exclude(kept="").values_list("call_id", "kept")
    )
    stayed |= reasons
    kept: dict[UUID, Reason] = {}
    while more := {
        one.call_id: stayed[main]
        for one in parts
        if one.call_id not in kept and (main := main_of(one)) is not None and main in stayed
    }:
        kept |= more
        stayed |= more
    return kept


def _or_stay(
    take: Callable[[Sequence[One]], dict[UUID, Reason]], some: Sequence[One], id_of: Callable[[One], UUID]
) -> dict[UUID, Reason]:
    """One that the database refuses stays and stops no other."""
    taken, refused = in_halves(take, some, _REFUSED)
    reasons: dict[UUID, Reason] = {id_of(one): "changed_since" for one, _error in refused}
    for more in taken:
        reasons |= more
    return reasons


_LATER = """
    SELECT DISTINCT mine.call_id FROM imports_touched mine
    JOIN imports_touched other ON other.call_id = mine.call_id AND other.of_id <> mine.of_id
        AND coalesce(other.last_at, other.at) > mine.at
    JOIN imports_import i ON i.id = other.of_id AND i.state <> 'undone'
    WHERE mine.of_id = %s AND mine.call_id = ANY(%s)
"""


def _touched_later(row: Import, ids: list[UUID]) -> set[UUID]:
    """The calls to which another import has added since this one first touched them."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [row.pk, ids])
        return {id for (id,) in cursor.fetchall()}
