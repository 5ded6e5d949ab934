"""Whether the totals kept beside the calls are those of the calls, and how far behind they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import time_of, uuid7_floor

MOST_DIFFERENCES = 1_000
_AROUND = timedelta(days=2)  # as far as any zone, or a corrected start, is from the id's time


@dataclass(frozen=True, slots=True)
class Difference:
    """Totals that are not what they are made of. `kind`: day, month (of an account), all_day, all_month (of all, with
    `account_id` None); `day` is a month's first. Calls and talk time (seconds) of the unequal parts.
    """

    kind: str
    account_id: int | None
    day: date
    calls_kept: int
    calls_true: int
    talk_kept_s: int
    talk_true_s: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Days that wait to be added up: how many were told, and since when (None: none)."""

    told: int
    since: datetime | None


def differences(first: date, last: date) -> Iterator[Difference]:
    """Where totals of the months from that of `first` to that of `last` are wrong, a month at a time. Days that are
    about to be added up anyway are among them: see `backlog`. At most `MOST_DIFFERENCES` of a month.
    """
    month = first.replace(day=1)
    while month <= last:
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        low, high = (uuid7_floor(datetime.combine(day, time(), UTC) + off)
                     for day, off in ((month, -_AROUND), (end, _AROUND)))  # fmt: skip
        values: dict[str, Any] = {"first": month, "end": end, "low": low, "high": high, "limit": MOST_DIFFERENCES}
        with connection.cursor() as cursor:
            cursor.execute(named_sql("rollup_differences.sql"), values)
            rows = cursor.fetchall()
        yield from (Difference(*row) for row in rows)
        month = end


def backlog() -> Backlog:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(at) FROM calls_dirtyday")
        return Backlog(*cursor.fetchone())


def days_with_calls() -> tuple[date, date] | None:
    """Days between which all calls and totals lie; None without any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT id FROM calls_call ORDER BY id LIMIT 1),"
            " (SELECT id FROM calls_call ORDER BY id DESC LIMIT 1)"
        )
        low, high = cursor.fetchone()
        cursor.execute("SELECT min(local_day), max(local_day) FROM calls_alldaytotal")
        first, last = cursor.fetchone()
    days = [day for day in (first, last) if day]
    days += [
        day for at in (low, high) if at for day in ((time_of(at) - _AROUND).date(), (time_of(at) + _AROUND).date())
    ]
    return (min(days), max(days)) if days else None
