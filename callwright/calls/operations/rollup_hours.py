"""Counts the calls of days by quarters of an hour, and keeps the sums of days and months above them for reports
(docs/decisions/036). What is taken from the list of days is gone only when it is counted, in one transaction.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.calls.figures import CALLS, LONGEST_OF_CALLS, OF_CALLS
from callwright.calls.operations.rollup_changes import Day
from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.keeping import keep_sums, take_lock, touch
from callwright.kit.sums.replacing import replace_days

BATCH = 4_000
"""Days of accounts that are counted in one transaction."""

# A day's calls begin within 14 hours before and 36 after its midnight in UTC, and a PBX may correct a start by hours.
_BEFORE, _AFTER = timedelta(hours=24), timedelta(hours=48)
_LISTS = ("calls_dirtyquarter", "calls_dirtyagain")


def note_hours(days: Collection[Day]) -> None:
    """Has these days counted anew for reports, once the caller's transaction is through."""
    ordered = sorted(days)
    values: list[Any] = [[account for account, _ in ordered], [day for _, day in ordered]]
    with connection.cursor() as cursor:
        for table in _LISTS:
            cursor.execute(
                f"INSERT INTO {table} (account_id, local_day, at)"  # noqa: S608 (names from above)
                " SELECT a, d, now() FROM unnest(%s::bigint[], %s::date[]) AS t (a, d)",
                values,
            )


def count_quarters(now: datetime) -> int:
    """Works off the list of days; returns how many days of accounts were counted."""
    done = 0
    while True:
        taken = _count_some()
        done += taken
        if taken < BATCH:
            return done


def keep_sums_of_calls(now: datetime) -> int:
    """Adds up days and months that are over; returns how many."""
    return keep_sums(CALLS, now)


@transaction.atomic
def count_until(until: date) -> None:
    """Counts what is to be counted of the days up to `until`: before their calls are removed. In the caller's
    transaction.
    """
    take_lock(CALLS, wait=True)
    count_days(taken("calls_dirtyquarter", "local_day <= %(until)s", {"until": until, "batch": None}))


@transaction.atomic
def recount(first: date, end: date) -> None:
    """Counts all days from `first` to before `end` anew; those that stand stay."""
    take_lock(CALLS, wait=True)
    values: dict[str, Any] = {
        "first": first, "end": end, "low": low_id(first), "high": high_id(end - timedelta(days=1)),
    }  # fmt: skip
    not_final = "NOT EXISTS (SELECT FROM calls_standing f WHERE f.account_id = t.account_id AND f.until >= t.local_day)"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM calls_dirtyquarter t WHERE {_WITHIN}", values)  # noqa: S608
        cursor.execute(
            f"WITH gone AS (DELETE FROM calls_quartertotal t WHERE {_WITHIN} AND {not_final} RETURNING account_id, at)"  # noqa: S608
            " SELECT DISTINCT account_id, date_trunc('day', at, 'UTC') FROM gone",
            values,
        )
        days = cursor.fetchall()
        cursor.execute(_of_span(), values)
        days += cursor.fetchall()
    touch(CALLS, days)


_WITHIN = "t.local_day >= %(first)s AND t.local_day < %(end)s"


def _count_some() -> int:
    with transaction.atomic():
        if not take_lock(CALLS, wait=False):
            return 0
        days = taken("calls_dirtyquarter", "true", {"batch": BATCH})
        count_days(days)
        return len(days)


def taken(table: str, condition: str, values: dict[str, Any]) -> list[Day]:
    """Days from a list, the newest first. A day that is told meanwhile stays for the next time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE (account_id, local_day) IN (SELECT DISTINCT account_id, local_day"  # noqa: S608
            f" FROM {table} WHERE {condition} ORDER BY local_day DESC, account_id LIMIT %(batch)s)"
            " RETURNING account_id, local_day",
            values,
        )
        found = sorted(set(cursor.fetchall()))
        # A day of which nothing was counted can have been loaded since.
        cursor.execute(
            "SELECT d.account_id, d.day FROM unnest(%s::bigint[], %s::date[]) AS d (account_id, day)"
            " JOIN calls_standing f ON f.account_id = d.account_id AND d.day <= f.until"
            " WHERE EXISTS (SELECT FROM calls_quartertotal t"
            "   WHERE t.account_id = d.account_id AND t.local_day = d.day)",
            [[account for account, _ in found], [day for _, day in found]],
        )
        standing = set(cursor.fetchall())
    return [one for one in found if one not in standing]


def count_days(days: Collection[Day]) -> None:
    """Counts the calls of these days anew; whoever calls it holds the lock of the family."""
    if not days:
        return
    accounts, dates = [account for account, _ in days], [day for _, day in days]
    values: dict[str, Any] = {
        "accounts": accounts, "days": dates,
        "lows": [low_id(day) for day in dates], "highs": [high_id(day) for day in dates],
    }  # fmt: skip
    written = replace_days(
        "calls_quartertotal", _of_days(), values, key=_KEY, figures=CALLS.figures, told=("account_id", "at")
    )
    touch(CALLS, written)


_KEY = ("account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id")
_INTO = f"INSERT INTO calls_quartertotal ({', '.join((*_KEY, *CALLS.figures))})"
_PLACE = (
    "date_bin('15 minutes', c.started_at, '2000-01-01 00:00Z'), c.direction, coalesce(c.queue_id, 0),"
    " coalesce(c.employee_id, 0), coalesce(c.category_id, 0)"
)
_FIGURES = ", ".join((*OF_CALLS.values(), *LONGEST_OF_CALLS.values()))


def _of_days() -> str:
    """Counts days of accounts: each brings the span of ids in which its calls lie; one after the other, by the key."""
    return (
        "SELECT d.account_id, d.local_day, s.*"  # noqa: S608 (texts from above)
        " FROM unnest(%(accounts)s::bigint[], %(days)s::date[], %(lows)s::uuid[], %(highs)s::uuid[])"
        " AS d (account_id, local_day, low, high)"
        f" CROSS JOIN LATERAL (SELECT {_PLACE}, {_FIGURES} FROM calls_call c"
        " WHERE c.account_id = d.account_id AND c.id >= d.low AND c.id < d.high AND c.local_day = d.local_day"
        " AND c.ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5) AS s"
    )


def _of_span() -> str:
    """Counts all days of a span in one go."""
    return (
        f"WITH made AS ({_INTO} SELECT c.account_id, c.local_day, {_PLACE}, {_FIGURES} FROM calls_call c"  # noqa: S608
        " LEFT JOIN calls_standing f ON f.account_id = c.account_id"
        " WHERE c.id >= %(low)s AND c.id < %(high)s AND c.local_day >= %(first)s AND c.local_day < %(end)s"
        " AND c.ended_at IS NOT NULL AND (f.until IS NULL OR c.local_day > f.until)"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7 RETURNING account_id, at)"
        " SELECT DISTINCT account_id, date_trunc('day', at, 'UTC') FROM made"
    )


def low_id(day: date) -> UUID:
    """Calls of this day have no lower id, whatever their account's zone."""
    return uuid7_floor(datetime.combine(day, time(), UTC) - _BEFORE)


def high_id(day: date) -> UUID:
    """Calls of this day have lower ids."""
    return uuid7_floor(datetime.combine(day, time(), UTC) + _AFTER)
