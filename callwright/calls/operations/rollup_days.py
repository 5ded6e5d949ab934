"""Adds up the calls of days, and from these the totals of months and of all accounts together.

One at a time: who holds the lock writes totals, other workers pass by. What is taken from the list of dirty days is
gone only when its totals are written, in one transaction, so a crash loses nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.calls.operations.ensure_partitions import following
from callwright.calls.operations.rollup_again import look_anew, look_until
from callwright.calls.operations.rollup_changes import Day
from callwright.calls.operations.rollup_hours import count_until, note_hours, recount
from callwright.calls.ports import tell_counted, tell_final
from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.replacing import replace_days

BATCH = 4_000
"""Days of accounts that are added up in one transaction."""

# A day's calls begin within 14 hours before and 36 after its midnight in UTC, and a PBX may correct a start by hours.
_BEFORE, _AFTER = timedelta(hours=24), timedelta(hours=48)
_LOCK = "hashtext('calls totals')"
_KEY = ("account_id", "local_day", "direction", "status", "queue_id", "employee_id")
_FIGURES = ("calls", "talk_s", "wait_s", "ring_s", "hold_s")


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def add_up_dirty_days(now: datetime) -> int:
    """Works off the list of dirty days; returns how many days of accounts were added up. `now` is not used: what is
    in the list is due.
    """
    done = 0
    while True:
        taken = _add_up_some()
        done += taken
        if taken < BATCH:
            return done


def rebuild(first: date, last: date) -> None:
    """Adds up all days from `first` to `last` anew, a month in one transaction; final totals stay."""
    for begin, end in _months(first, last):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            values: dict[str, Any] = {
                "first": begin,
                "end": end,
                "low": _low(begin),
                "high": _high(end - timedelta(days=1)),
            }
            cursor.execute(
                "DELETE FROM calls_daytotal t WHERE local_day >= %(first)s AND local_day < %(end)s"
                " AND NOT EXISTS (SELECT FROM calls_finaltotals f"
                " WHERE f.account_id = t.account_id AND f.until >= t.local_day)",
                values,
            )
            # Before the calls are read: what is noted while they are must stay in the list.
            cursor.execute("DELETE FROM calls_dirtyday WHERE local_day >= %(first)s AND local_day < %(end)s", values)
            cursor.execute(_sql("rollup_span.sql"), values)
            _derive_month(begin.replace(day=1), None)
            _derive_days([begin + timedelta(days=n) for n in range((end - begin).days)])
        recount(begin, end)
        look_anew(begin, end)


def make_final(*, until: date, account_ids: Collection[int] | None = None) -> None:
    """The totals of these accounts (None: all) up to `until` stand from now on, whatever becomes of their calls: to be
    called before calls of those days are removed. The register's own counts leave them out, as its list does.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _count_all(cursor, until, account_ids)
        cursor.execute(
            "WITH wanted AS (SELECT a.id, f.until FROM accounts_account a"
            "   LEFT JOIN calls_finaltotals f ON f.account_id = a.id"
            "   WHERE (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))"
            "     AND (f.until IS NULL OR f.until < %(until)s)),"
            " set AS (INSERT INTO calls_finaltotals (account_id, until) SELECT id, %(until)s FROM wanted"
            "   ON CONFLICT (account_id) DO UPDATE SET until = excluded.until)"
            " SELECT DISTINCT t.local_day FROM wanted w JOIN calls_daytotal t ON t.account_id = w.id"
            " WHERE t.local_day <= %(until)s AND (w.until IS NULL OR t.local_day > w.until)",
            {"until": until, "accounts": None if account_ids is None else sorted(account_ids)},
        )
        days = [day for (day,) in cursor.fetchall()]
        for month in sorted({day.replace(day=1) for day in days}):
            _derive_month(month, None)
        _derive_days(days)


def make_figures_final(*, until: date, account_ids: Collection[int]) -> None:
    """What reports have of these accounts up to `until` stands from now on: to be called before calls of those days are
    made anonymous, of which nobody can tell any more who called again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _count_all(cursor, until, account_ids)
        cursor.execute(
            "INSERT INTO calls_finalfigures AS f (account_id, until) SELECT unnest(%s::bigint[]), %s"
            " ON CONFLICT (account_id) DO UPDATE SET until = excluded.until WHERE f.until < excluded.until",
            [sorted(account_ids), until],
        )


def _count_all(cursor: Any, until: date, account_ids: Collection[int] | None) -> None:
    """Counts all that waits of days up to `until`, alone, and has others do so: from now on it stands."""
    cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
    _add_up(_taken("local_day <= %(until)s", {"until": until, "batch": None}))
    count_until(until)
    look_until(until)
    tell_final(until, account_ids)


def _add_up_some() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
        if cursor.fetchone() == (False,):
            return 0
        days = _taken("true", {"batch": BATCH})
        _add_up(days)
        return len(days)


def _taken(condition: str, values: Mapping[str, Any]) -> list[Day]:
    """Days from the list, of few dates at a time. A day that is told meanwhile stays for the next time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM calls_dirtyday WHERE (account_id, local_day) IN (SELECT DISTINCT account_id, local_day"  # noqa: S608
            f" FROM calls_dirtyday WHERE {condition} ORDER BY local_day DESC, account_id LIMIT %(batch)s)"
            " RETURNING account_id, local_day",
            values,
        )
        return sorted(set(cursor.fetchall()))


def _add_up(days: Collection[Day]) -> None:
    days = _not_final(days)
    if not days:
        return
    accounts, dates = [account for account, _ in days], [day for _, day in days]
    values: dict[str, Any] = {
        "accounts": accounts, "days": dates, "lows": [_low(day) for day in dates], "highs": [_high(d) for d in dates],
    }  # fmt: skip
    replace_days("calls_daytotal", _sql("rollup_days.sql"), values, key=_KEY, figures=_FIGURES)
    note_hours(days)
    tell_counted(days)
    months: dict[date, set[int]] = {}
    for account, day in days:
        months.setdefault(day.replace(day=1), set()).add(account)
    for month, touched in sorted(months.items()):
        _derive_month(month, sorted(touched))
    _derive_days(sorted(set(dates)))


def _not_final(days: Collection[Day]) -> list[Day]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, until FROM calls_finaltotals WHERE account_id = ANY(%s::bigint[])",
            [sorted({account for account, _ in days})],
        )
        until = dict(cursor.fetchall())
    return [(account, day) for account, day in days if account not in until or day > until[account]]


_MONTH = """
    INSERT INTO calls_monthtotal (
        account_id, month, direction, status, queue_id, calls, talk_s, wait_s, ring_s, hold_s
    )
    SELECT t.account_id, %(month)s, t.direction, t.status, t.queue_id,
           sum(t.calls), sum(t.talk_s), sum(t.wait_s), sum(t.ring_s), sum(t.hold_s)
    FROM calls_daytotal t LEFT JOIN calls_finaltotals f ON f.account_id = t.account_id
    WHERE t.local_day >= %(month)s AND t.local_day < %(end)s AND (f.until IS NULL OR t.local_day > f.until)
      AND (%(all)s OR t.account_id = ANY(%(accounts)s::bigint[]))
    GROUP BY 1, 3, 4, 5
"""
_ALL_DAYS = """
    INSERT INTO calls_alldaytotal (local_day, direction, status, employee_id, calls, talk_s, wait_s, ring_s, hold_s)
    SELECT t.local_day, t.direction, t.status, t.employee_id,
           sum(t.calls), sum(t.talk_s), sum(t.wait_s), sum(t.ring_s), sum(t.hold_s)
    FROM calls_daytotal t LEFT JOIN calls_finaltotals f ON f.account_id = t.account_id
    WHERE t.local_day = ANY(%(days)s::date[]) AND (f.until IS NULL OR t.local_day > f.until)
    GROUP BY 1, 2, 3, 4
"""
_ALL_MONTHS = """
    INSERT INTO calls_allmonthtotal (month, direction, status, employee_id, calls, talk_s, wait_s, ring_s, hold_s)
    SELECT date_trunc('month', local_day)::date, direction, status, employee_id,
           sum(calls), sum(talk_s), sum(wait_s), sum(ring_s), sum(hold_s)
    FROM calls_alldaytotal WHERE local_day >= %(month)s AND local_day < %(end)s
    GROUP BY 1, 2, 3, 4
"""


def _derive_month(month: date, accounts: list[int] | None) -> None:
    """The totals of a month of these accounts (None: all), from those of its days."""
    values: dict[str, Any] = {
        "month": month,
        "end": following(month),
        "accounts": accounts or [],
        "all": accounts is None,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM calls_monthtotal WHERE month = %(month)s"
            " AND (%(all)s OR account_id = ANY(%(accounts)s::bigint[]))",
            values,
        )
        cursor.execute(_MONTH, values)


def _derive_days(days: Collection[date]) -> None:
    """The totals of all accounts of these days, and of their months."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM calls_alldaytotal WHERE local_day = ANY(%s::date[])", [list(days)])
        cursor.execute(_ALL_DAYS, {"days": list(days)})
        for month in sorted({day.replace(day=1) for day in days}):
            cursor.execute("DELETE FROM calls_allmonthtotal WHERE month = %s", [month])
            cursor.execute(_ALL_MONTHS, {"month": month, "end": following(month)})


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The parts of months from `first` to `last`, as (first day, day after)."""
    begin = first
    while begin <= last:
        end = min(following(begin), last + timedelta(days=1))
        yield begin, end
        begin = end


def _low(day: date) -> UUID:
    return uuid7_floor(datetime.combine(day, time(), UTC) - _BEFORE)


def _high(day: date) -> UUID:
    return uuid7_floor(datetime.combine(day, time(), UTC) + _AFTER)
