"""Takes whole months away by detaching their tables, when nobody keeps a call of them any more.

Each step is a statement of its own and can be the last one: whoever comes next goes on from there. Legs and facts refer
to calls, so their tables go first; a table that is detached is dropped before the next one is touched.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from callwright.calls.models import LeavingMonth
from callwright.calls.operations.ensure_partitions import following
from callwright.calls.ports import tell_removed
from callwright.calls.queries.retention import Over
from callwright.calls.retention import REMOVE
from callwright.kit.identity import uuid7_floor

ORDER = ("calls_leg", "calls_callfacts", "calls_call")
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
    for long) is left for the next night, or for the rows to be removed one by one.
    """
    removed = []
    with _alone():
        for month in LeavingMonth.objects.order_by("month"):
            removed += _finished(month)
        begun = set(LeavingMonth.objects.values_list("month", flat=True))  # not to be had tonight: for the next night
        for first in _months():
            if first in begun or (calls := _calls_if_over(first, over)) is None:
                continue
            _tell(first, over)
            month = LeavingMonth.objects.create(month=first, begun_at=now, calls=calls)
            removed += _finished(month)
    return removed


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody makes a partition meanwhile, and nobody else takes one away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('calls partitions'))")
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{PATIENCE_S}s"])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
            cursor.execute("SELECT pg_advisory_unlock(hashtext('calls partitions'))")


def _months() -> list[date]:
    """The months that have a partition, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(c.relname, 7) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'calls_call'::regclass AND c.relname ~ '^calls_call_[0-9]{4}_[0-9]{2}$' ORDER BY 1"
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
    """How many calls the month has when all are to be removed; None when one is to stay, or when it has none."""
    table, end = f"calls_call_{first:%Y_%m}", uuid7_floor(_midnight(following(first)))
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS.format(table=table))
        accounts = [row[0] for row in cursor.fetchall()]
        if not accounts or not all(_goes(over.get(account), end) for account in accounts):
            return None
        cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE ended_at IS NULL) FROM {table}")  # noqa: S608 (a month)
        calls, live = cursor.fetchone()
    return None if live else int(calls)


def _goes(one: Over | None, end: UUID) -> bool:
    return one is not None and one.kept.manner == REMOVE and one.bound >= end


def _tell(first: date, over: Mapping[int, Over]) -> None:
    """Everything that is kept of the month's calls elsewhere goes before they do, a few at a time."""
    table, last = f"calls_call_{first:%Y_%m}", (0, UUID(int=0))
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
                cursor.execute(
                    "DELETE FROM calls_callnote WHERE account_id = %s AND call_id = ANY(%s)", [account_id, ids]
                )
        if len(keys) < BATCH:
            return
        last = keys[-1]


def _finished(month: LeavingMonth) -> list[Month]:
    """Takes the month's tables away from where that stood; nothing when one of them cannot go yet."""
    try:
        for parent in ORDER:
            _take_away(parent, f"{parent}_{month.month:%Y_%m}")
    except DatabaseError as error:
        log.warning("The calls of %s cannot be removed as a whole yet: %s", f"{month.month:%Y-%m}", error)
        return []
    gone = Month(month.month, month.calls)
    month.delete()
    return [gone]


def _take_away(parent: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone() == (None,):
            return
        cursor.execute(
            "SELECT inhdetachpending FROM pg_inherits WHERE inhparent = %s::regclass AND inhrelid = %s::regclass",
            [parent, table],
        )
        attached = cursor.fetchone()
        if attached is not None:
            how = "FINALIZE" if attached[0] else "CONCURRENTLY"
            cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {table} {how}")
        cursor.execute(f"DROP TABLE {table}")


def _midnight(first: date) -> datetime:
    return datetime(first.year, first.month, first.day, tzinfo=UTC)
