"""Takes whole months away by detaching their tables, when nobody keeps a call of them any more.

Each step is a statement of its own and can be the last one: whoever comes next goes on from there. The calls go first.
From their detaching on nobody sees or writes them, and before their table is dropped it is looked once more whether all
are over: what came meanwhile, or was decided anew since the month was begun, is not lost.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from callwright.calls.models import LeavingMonth
from callwright.calls.operations.ensure_partitions import LOCK, Place, ensure_partitions, following, place_of
from callwright.calls.operations.orphans import remove_orphans
from callwright.calls.ports import tell_removed
from callwright.calls.queries.retention import Over
from callwright.calls.retention import REMOVE
from callwright.calls.tables import CALLS, PARTS
from callwright.kit.identity import uuid7_floor

BATCH = 2_000
PATIENCE_S = 5
"""Nobody who reads or writes calls is made to wait longer than this behind a table that cannot be detached yet."""

log = logging.getLogger("callwright.retention")


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    calls: int


def remove_months(over: Mapping[int, Over], now: datetime) -> list[Month]:
    """Removes the months in which every call is over; returns them. One that cannot be detached now (somebody reads it
    for long) is left for the next night, or for the rows to be removed one by one; the others go all the same.
    """
    begun = {month.month: month for month in LeavingMonth.objects.order_by("month")}
    removed = []
    for first in sorted({*begun, *_months()}):
        try:
            removed += _remove(first, begun.get(first), over, now)
        except DatabaseError as error:
            log.warning("The calls of %s cannot be removed as a whole yet: %s", f"{first:%Y-%m}", error)
    return removed


def _remove(first: date, month: LeavingMonth | None, over: Mapping[int, Over], now: datetime) -> list[Month]:
    place = place_of(CALLS, first)
    if place != Place.MISSING and (calls := _calls_if_over(first, over)) is None:
        return _left(first, month)
    if month is None:
        if place != Place.ATTACHED or not calls:
            return []
        month = LeavingMonth.objects.create(month=first, begun_at=now, calls=calls)
    return [Month(first, month.calls)] if _taken_away(month, over) else []


def _left(first: date, month: LeavingMonth | None) -> list[Month]:
    """Nothing of the month goes as a whole. Where it was begun, all its tables come back."""
    if month is not None:
        ensure_partitions([first])
        remove_orphans(first)  # parts of calls whose table was dropped, before others of the same month came
        month.delete()
    return []


def _months() -> list[date]:
    """The months that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(c.relname, 7) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'calls_call'::regclass AND c.relname ~ '^calls_call_[0-9]{4}_[0-9]{2}$'"
        )
        return [date(int(text[:4]), int(text[5:]), 1) for (text,) in cursor.fetchall()]


_ACCOUNTS = """
    WITH RECURSIVE found AS (
        (SELECT account_id FROM {table} ORDER BY account_id LIMIT 1)
        UNION ALL
        SELECT (SELECT account_id FROM {table} t WHERE t.account_id > f.account_id ORDER BY account_id LIMIT 1)
        FROM found f WHERE f.account_id IS NOT NULL
    )
    SELECT account_id FROM found WHERE account_id IS NOT NULL
"""


def _calls_if_over(first: date, over: Mapping[int, Over]) -> int | None:
    """How many calls the month's table holds when all are to be removed; None when one is to stay."""
    table, end = f"{CALLS}_{first:%Y_%m}", uuid7_floor(_midnight(following(first)))
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS.format(table=table))
        if not all(_goes(over.get(account_id), end) for (account_id,) in cursor.fetchall()):
            return None
        cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE ended_at IS NULL) FROM {table}")  # noqa: S608 (a month)
        calls, live = cursor.fetchone()
    return None if live else int(calls)


def _goes(one: Over | None, end: UUID) -> bool:
    return one is not None and one.kept.manner == REMOVE and one.bound >= end


def _tell_of(first: date) -> None:
    """What others keep of the calls goes when nobody sees or writes these any more and it is sure that they go, and
    before they do. That may take long, so nobody is locked out meanwhile: whoever needs the month has it back.
    """
    if place_of(CALLS, first) != Place.BESIDE:
        return
    try:
        _tell(first)
    except Exception:
        ensure_partitions([first])  # the calls are not hidden until the next night
        raise


def _tell(first: date) -> None:
    """A few calls at a time."""
    table, last = f"{CALLS}_{first:%Y_%m}", (0, UUID(int=0))
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT account_id, id FROM {table} WHERE (account_id, id) > (%s, %s)"  # noqa: S608 (a month)
                " ORDER BY account_id, id LIMIT %s",
                [*last, BATCH],
            )
            keys = cursor.fetchall()
            by_account: dict[int, list[UUID]] = {}
            for account_id, id in keys:
                by_account.setdefault(account_id, []).append(id)
            for account_id, ids in by_account.items():
                tell_removed(account_id, ids)
        if len(keys) < BATCH:
            return
        last = keys[-1]


def _taken_away(month: LeavingMonth, over: Mapping[int, Over]) -> bool:
    """Takes the month's tables away from where that stood; False where a call came that is to stay, or whose time is
    over but that came too late for this: it goes one by one.
    """
    first = month.month
    with _alone():
        is_going = _is_out_of_sight(month, over)
    if is_going:
        _tell_of(first)
        with _alone():
            is_going = _dropped(first)
    if not is_going:
        _left(first, month)
        return False
    month.delete()
    return True


def _is_out_of_sight(month: LeavingMonth, over: Mapping[int, Over]) -> bool:
    """Detaches the calls, and looks a last time whether all of them go."""
    first = month.month
    _detach(CALLS, first)
    if place_of(CALLS, first) == Place.BESIDE:
        calls = _calls_if_over(first, over)
        if calls is None:
            return False
        # as many as go now: some of those that were counted may have gone one by one
        LeavingMonth.objects.filter(pk=first).update(calls=calls)
        month.calls = calls
    return True


def _dropped(first: date) -> bool:
    """Drops the tables; False where somebody has taken the month back since."""
    place = place_of(CALLS, first)
    if place in (Place.ATTACHED, Place.LEAVING):
        return False
    if place == Place.BESIDE:
        _remove_notes(first)
        _drop(CALLS, first)
    for table in PARTS:
        _detach(table, first)
        _drop(table, first)
    return True


def _remove_notes(first: date) -> None:
    """Nobody can write one any more: the calls are not to be seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM calls_callnote n USING {CALLS}_{first:%Y_%m} c"  # noqa: S608 (a month)
            " WHERE n.account_id = c.account_id AND n.call_id = c.id"
        )


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody makes a partition meanwhile, and nobody else takes one away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{PATIENCE_S}s"])
        try:
            cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
            try:
                yield
            finally:
                cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")


def _detach(parent: str, first: date) -> None:
    place = place_of(parent, first)
    if place in (Place.ATTACHED, Place.LEAVING):
        how = "CONCURRENTLY" if place == Place.ATTACHED else "FINALIZE"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {parent}_{first:%Y_%m} {how}")


def _drop(parent: str, first: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {parent}_{first:%Y_%m}")


def _midnight(first: date) -> datetime:
    return datetime(first.year, first.month, first.day, tzinfo=UTC)
