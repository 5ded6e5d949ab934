"""The days of calls follow the time zones of their accounts: when an account gets another one, its calls are given the
days of that, and their totals are added up anew (docs/decisions/035).
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from callwright.calls.models import DayZone
from callwright.calls.operations.rollup_changes import note_days

PART = 5_000
"""Calls of an account that are looked at in one transaction."""

LONGEST_S = 2.0
SETTLES = timedelta(minutes=2)
"""Whoever read an account's zone before it changed has written their calls by then."""

# A new account that has no call yet has nothing to be moved: were it noted as moving, everybody's totals would be added
# up as if its days could be any.
_NOTICE = """
    INSERT INTO calls_dayzone (account_id, zone, moving_to, noticed_at)
    SELECT id, CASE WHEN is_empty THEN time_zone ELSE '' END, CASE WHEN is_empty THEN '' ELSE time_zone END, %(now)s
    FROM (
        SELECT a.id, a.time_zone, CASE WHEN z.account_id IS NULL
            THEN (SELECT c.account_id FROM calls_call c WHERE c.account_id = a.id LIMIT 1) IS NULL
            ELSE false END AS is_empty
        FROM accounts_account a LEFT JOIN calls_dayzone z ON z.account_id = a.id
        WHERE z.account_id IS NULL OR (z.moving_to = '' AND z.zone <> a.time_zone)
    ) AS found
    ON CONFLICT (account_id) DO UPDATE
        SET moving_to = excluded.moving_to, noticed_at = excluded.noticed_at, went_at = NULL, after = NULL
        WHERE excluded.moving_to <> ''
"""


def follow_zones(now: datetime) -> int:
    """Moves the days of calls whose accounts have another zone than they were kept in, for a few seconds at a time;
    returns how many calls were moved. Several workers may do it, and one that dies is followed by the next.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE, {"now": now})
    moved, began = 0, monotonic()
    while monotonic() - began < LONGEST_S:
        done = _move_some(now)
        if done is None:
            break
        moved += done
    return moved


@transaction.atomic
def _move_some(now: datetime) -> int | None:
    """One part of one account; None when nothing is to be done now."""
    may_begin = Q(after__isnull=False) | Q(went_at=None) | Q(noticed_at__lte=now - SETTLES)
    waiting = DayZone.objects.select_for_update(skip_locked=True).exclude(moving_to="").filter(may_begin)
    move = waiting.order_by("noticed_at").first()
    if move is None:
        return None
    if move.after is None:
        move.went_at = now
    last = _end_of_part(move.account_id, move.after)
    moved = _move(move, last, now)
    if last is not None:
        move.after = last
    elif move.went_at and move.went_at >= move.noticed_at + SETTLES:
        move.zone, move.moving_to, move.went_at, move.after = move.moving_to, "", None, None
    else:
        move.after = None  # once more, for the calls that were on their way
    move.save()
    return moved


_NOWHERE, _END_OF_ALL = UUID(int=0), UUID(int=2**128 - 1)
_END = "SELECT id FROM calls_call WHERE account_id = %s AND id > %s ORDER BY id OFFSET %s LIMIT 1"


def _end_of_part(account_id: int, after: UUID | None) -> UUID | None:
    """The last call of the next part; None for the last part."""
    with connection.cursor() as cursor:
        cursor.execute(_END, [account_id, after or _NOWHERE, PART - 1])
        row = cursor.fetchone()
    return row[0] if row else None


# Days whose totals are final stay: not all of their calls are kept. Locked in the order of whoever else locks calls.
_OTHERS = """
    SELECT c.id, c.local_day, (c.started_at AT TIME ZONE %(zone)s)::date
    FROM calls_call c LEFT JOIN calls_finaltotals f ON f.account_id = c.account_id
    WHERE c.account_id = %(account)s AND c.id > %(after)s AND c.id <= %(last)s
      AND c.local_day <> (c.started_at AT TIME ZONE %(zone)s)::date
      AND (f.until IS NULL OR least(c.local_day, (c.started_at AT TIME ZONE %(zone)s)::date) > f.until)
    ORDER BY c.id
    FOR NO KEY UPDATE OF c
"""
_MOVE = """
    UPDATE calls_call c SET local_day = m.day FROM unnest(%s::uuid[], %s::date[]) AS m (id, day)
    WHERE c.account_id = %s AND c.id = m.id AND c.id BETWEEN %s AND %s
"""


def _move(move: DayZone, last: UUID | None, now: datetime) -> int:
    values: dict[str, Any] = {
        "account": move.account_id, "zone": move.moving_to, "after": move.after or _NOWHERE,
        "last": last or _END_OF_ALL,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, values)
        found = cursor.fetchall()
        if found:
            ids, days = [id for id, _, _ in found], [day for _, _, day in found]
            cursor.execute(_MOVE, [ids, days, move.account_id, ids[0], ids[-1]])
    note_days({(move.account_id, day) for _, was, is_now in found for day in (was, is_now)}, now=now)
    return len(found)
