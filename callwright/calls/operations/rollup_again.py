"""Looks who called again: pairs of each inbound call with the client's call before it (docs/decisions/036).

When the calls of a day change, so may the pairs of its calls with earlier ones, and of later calls with those of that
day. Days that stand stay, and so do pairs whose earlier call was removed or made anonymous.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from callwright.calls.figures import AGAIN, AGAIN_WITHIN, LONGEST_GAP
from callwright.calls.operations.rollup_changes import Day
from callwright.calls.operations.rollup_hours import high_id, low_id, taken
from callwright.kit.sums.keeping import keep_sums, take_lock, touch, touch_all
from callwright.kit.sums.replacing import replace_rows

BATCH = 1_000
"""Days of accounts that are looked at in one transaction."""


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def look_who_called_again(now: datetime) -> int:
    """Works off the list of days, and adds up days that are long over; returns how many days of accounts it were."""
    done = 0
    while True:
        seen = _look_some("true", {"batch": BATCH}, wait=False)
        done += seen
        if seen < BATCH:
            keep_sums(AGAIN, now)
            return done


def look_until(until: date) -> None:
    """Looks at what is to be looked at of the days up to `until`: before their calls are removed. In the caller's
    transaction.
    """
    _look_some("local_day <= %(until)s", {"until": until, "batch": None}, wait=True)


def look_anew(first: date, end: date) -> None:
    """Looks at all calls from `first` to before `end` anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calls_dirtyagain (account_id, local_day, at)"
            " SELECT DISTINCT account_id, local_day, now() FROM ("
            "   SELECT account_id, local_day FROM calls_call WHERE id >= %(low)s AND id < %(high)s"
            "   UNION ALL SELECT account_id, local_day FROM calls_callagain) AS c"
            " WHERE local_day >= %(first)s AND local_day < %(end)s",
            {"first": first, "end": end, "low": low_id(first), "high": high_id(end - timedelta(days=1))},
        )
    values = {"first": first, "end": end, "batch": BATCH}
    while _look_some("local_day >= %(first)s AND local_day < %(end)s", values, wait=True):
        pass
    touch_all(AGAIN, first, end)


@transaction.atomic
def _look_some(condition: str, values: dict[str, Any], *, wait: bool) -> int:
    if not take_lock(AGAIN, wait=wait):
        return 0
    days = taken("calls_dirtyagain", condition, values)
    _look(days)
    return len(days)


_LATER = """
    CREATE TEMPORARY TABLE again_later ON COMMIT DROP AS
    WITH day AS (
        SELECT * FROM unnest(%(accounts)s::bigint[], %(days)s::date[], %(lows)s::uuid[], %(highs)s::uuid[])
            AS d (account_id, local_day, low, high)
    ), calls AS MATERIALIZED (
        SELECT c.account_id, c.id, c.client_number, c.local_day FROM day d
        CROSS JOIN LATERAL (
            SELECT * FROM calls_call
            WHERE account_id = d.account_id AND id >= d.low AND id < d.high AND local_day = d.local_day
              AND direction = 'inbound' AND client_number <> '' AND ended_at IS NOT NULL
            OFFSET 0
        ) AS c
    )
    SELECT account_id, id AS later_id FROM calls
    UNION
    SELECT c.account_id, n.id
    FROM (
        SELECT DISTINCT ON (account_id, local_day, client_number) account_id, client_number, id FROM calls
        ORDER BY account_id, local_day, client_number, id DESC
    ) AS c
    CROSS JOIN LATERAL (
        SELECT o.id FROM calls_call o
        WHERE reverse(o.client_number) = reverse(c.client_number) AND o.account_id = c.account_id
          AND o.id > c.id AND o.id < %(high)s AND o.direction = 'inbound' AND o.ended_at IS NOT NULL
        ORDER BY o.id LIMIT 1
    ) AS n
    UNION
    SELECT p.account_id, p.later_id FROM day d
    JOIN calls_callagain p ON p.account_id = d.account_id AND p.earlier_day = d.local_day
"""
_KEY = ("account_id", "later_id", "side")
_FIGURES = ("local_day", "earlier_day", "at", "queue_id", "employee_id", "category_id", *AGAIN.added)
_COUNTED = ", ".join(f"(gap <= interval '{days} days')::int" for days in AGAIN_WITHIN)
_MADE = f"""
    SELECT account_id, later_id, side, local_day, earlier_day, at, queue_id, employee_id, category_id, {_COUNTED}
    FROM again_pairs
"""  # noqa: S608 (texts from above)
_STOOD = f"""
    SELECT {", ".join(f"p.{name}" for name in (*_KEY, *_FIGURES))}
    FROM (
        SELECT account_id, later_id FROM again_later
        UNION
        SELECT p.account_id, p.later_id
        FROM unnest(%(accounts)s::bigint[], %(days)s::date[]) AS d (account_id, local_day)
        JOIN calls_callagain p ON p.account_id = d.account_id AND p.local_day = d.local_day
    ) AS l
    JOIN calls_callagain p ON p.account_id = l.account_id AND p.later_id = l.later_id
    LEFT JOIN calls_standing f ON f.account_id = l.account_id
    WHERE f.until IS NULL OR p.earlier_day > f.until OR EXISTS (
        SELECT FROM again_pairs a WHERE a.account_id = p.account_id AND a.later_id = p.later_id)
"""  # noqa: S608 (texts from above)


def _look(days: Collection[Day]) -> None:
    if not days:
        return
    dates = [day for _, day in days]
    values: dict[str, Any] = {
        "accounts": [account for account, _ in days], "days": dates,
        "lows": [low_id(day) for day in dates], "highs": [high_id(day) for day in dates],
        "low": low_id(min(dates) - LONGEST_GAP), "high": high_id(max(dates) + LONGEST_GAP),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.again_later, pg_temp.again_pairs")
        cursor.execute(_LATER, values)
        cursor.execute(_sql("rollup_again.sql"), values)
    told = ("account_id", "at")
    written = replace_rows("calls_callagain", _MADE, _STOOD, values, key=_KEY, figures=_FIGURES, told=told)
    touch(AGAIN, written)
