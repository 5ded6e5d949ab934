"""How long the calls of each account are kept, and what of them is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.retention import ANONYMISE, Kept
from callwright.kit.identity import uuid7_floor

_KEPT = """
    SELECT a.id, a.name, a.time_zone, CASE WHEN r.id IS NULL THEN d.months ELSE r.months END,
           coalesce(r.manner, d.manner, 'remove'), r.id IS NOT NULL
    FROM accounts_account a
    LEFT JOIN calls_retention r ON r.account_id = a.id
    LEFT JOIN calls_retention d ON d.account_id IS NULL
    ORDER BY a.name, a.id
"""


def retention_of_accounts() -> list[Kept]:
    """How long each account's calls are kept: its own choice, else the organisation's; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        return [Kept(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Default:
    months: int | None
    manner: str


def default_retention() -> Default:
    """The organisation's choice; for ever, until somebody chose."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT months, manner FROM calls_retention WHERE account_id IS NULL")
        row = cursor.fetchone()
    return Default(*row) if row else Default(None, "remove")


@dataclass(frozen=True, slots=True)
class Over:
    """An account whose calls before `bound` are over; `from_id`: those before were looked at already."""

    kept: Kept
    from_id: UUID
    bound: UUID
    day: date


AGAIN_DAYS = 40
"""What came late is found so long after its day; once a week everything is looked at."""


def accounts_over(kept: Iterable[Kept], now: datetime, *, everything: bool = False) -> list[Over]:
    """The accounts that have a period, with the ids between which their calls are over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, through_day FROM calls_retentionreach")
        reached: dict[int, date] = dict(cursor.fetchall())
    found = []
    for one in kept:
        ends_at, day = one.ends_at(now), one.ends_on(now)
        if ends_at is None or day is None:
            continue
        known = reached.get(one.account_id)
        begin = UUID(int=0)
        if one.manner == ANONYMISE and known is not None and not everything:
            begin = uuid7_floor(ends_at - ((day - known) + timedelta(days=AGAIN_DAYS)))
        found.append(Over(one, begin, uuid7_floor(ends_at), day))
    return found


# One account after the other by its key; the few that are live stay.
_DUE = """
    SELECT w.account_id, d.calls
    FROM unnest(%(accounts)s::bigint[], %(from)s::uuid[], %(bounds)s::uuid[], %(anonymise)s::bool[])
        AS w (account_id, from_id, bound, anonymise)
    CROSS JOIN LATERAL (
        SELECT count(*) AS calls FROM calls_call c
        WHERE c.account_id = w.account_id AND c.id >= w.from_id AND c.id < w.bound AND c.ended_at IS NOT NULL
          AND NOT (w.anonymise AND c.anonymous)
    ) AS d
"""


def calls_over(over: Iterable[Over]) -> dict[int, int]:
    """How many calls of each account are over, all counted: for the preview and before a period is made shorter."""
    asked = list(over)
    values: dict[str, Any] = {
        "accounts": [one.kept.account_id for one in asked],
        "from": [one.from_id for one in asked],
        "bounds": [one.bound for one in asked],
        "anonymise": [one.kept.manner == ANONYMISE for one in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, values)
        return {account_id: calls for account_id, calls in cursor.fetchall() if calls}


_NEXT = """
    SELECT id FROM calls_call
    WHERE account_id = %s AND id >= %s AND id < %s AND ended_at IS NOT NULL AND NOT (%s AND anonymous)
    ORDER BY id LIMIT %s
"""


def next_over(one: Over, *, after: UUID, limit: int) -> list[UUID]:
    """The following calls of an account that are over, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [one.kept.account_id, after, one.bound, one.kept.manner == ANONYMISE, limit])
        return [row[0] for row in cursor.fetchall()]
