"""Calls whose employees must register them before the next one (REG-3)."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from callwright.registration.queries.offer import offered_for
from callwright.registration.rules import Subject
from callwright.staff.operations.registration_due import settle
from callwright.staff.ports import EndedCall
from callwright.staff.rules import RIGHTS_OF_ROLE

# Of whom it cannot be asked, because they may not register it, it is not.
_DEMAND = """
    INSERT INTO registration_dueregistration (account_id, call_id, user_id, at, outcome)
    SELECT w.account_id, w.call_id, w.user_id, w.at, ''
    FROM jsonb_to_recordset(%(ended)s::jsonb) AS w (user_id bigint, call_id uuid, account_id bigint, at timestamptz)
    JOIN staff_user u ON u.id = w.user_id AND u.role = ANY(%(roles)s)
    WHERE NOT EXISTS (
        SELECT FROM registration_registration r
        WHERE r.account_id = w.account_id AND r.call_id = w.call_id AND r.by_id = w.user_id
            AND cardinality(r.topics) > 0
    ) AND (
        u.all_accounts OR EXISTS (SELECT FROM staff_accountright WHERE user_id = u.id AND account_id = w.account_id)
    )
    ON CONFLICT (account_id, call_id, user_id) DO NOTHING
    RETURNING user_id, call_id
"""
_ROLES = [role for role, rights in RIGHTS_OF_ROLE.items() if {"register_calls", "use_desk"} <= rights]


def demand(ended: Sequence[EndedCall]) -> frozenset[tuple[int, UUID]]:
    """Notes the talks whose calls are not registered as due; returns them (user, call). One statement, in the
    transaction that ends the calls.
    """
    told = msgspec.json.encode([asdict(one) for one in ended]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_DEMAND, {"ended": told, "roles": _ROLES})
        return frozenset(cursor.fetchall())


_DONE = """
    UPDATE registration_dueregistration d SET settled_at = %(now)s, outcome = 'registered'
    FROM registration_registration r
    WHERE d.settled_at IS NULL AND r.account_id = d.account_id AND r.call_id = d.call_id AND r.by_id = d.user_id
        AND cardinality(r.topics) > 0
    RETURNING d.user_id, d.call_id
"""
_OPEN = """
    SELECT DISTINCT d.account_id, c.direction, c.queue_id FROM registration_dueregistration d
    LEFT JOIN calls_call c ON c.account_id = d.account_id AND c.id = d.call_id
    WHERE d.settled_at IS NULL LIMIT 200
"""
_FREE = """
    UPDATE registration_dueregistration d SET settled_at = %(now)s, outcome = 'released'
    WHERE d.settled_at IS NULL AND d.account_id = %(account)s AND (
        EXISTS (
            SELECT FROM calls_call c WHERE c.account_id = d.account_id AND c.id = d.call_id
                AND c.direction = %(direction)s AND c.queue_id IS NOT DISTINCT FROM %(queue)s
        ) OR %(direction)s IS NULL AND NOT EXISTS (
            SELECT FROM calls_call c WHERE c.account_id = d.account_id AND c.id = d.call_id
        )
    )
    RETURNING d.user_id, d.call_id
"""


def look_after_due(now: datetime) -> int:
    """Nobody is held for nothing: settles what was registered while the call ended, and frees those of whose calls
    nothing is asked any more. Returns how many. Meant to be called every few seconds.
    """
    settled = 0
    with transaction.atomic():
        settled += _settle(_DONE, {"now": now}, now)
    for account, direction, queue in _open_places():
        subject = Subject(account_id=account, direction=direction or "", queue_id=queue)
        if direction is None or not offered_for(subject):
            with transaction.atomic():
                values = {"now": now, "account": account, "direction": direction, "queue": queue}
                settled += _settle(_FREE, values, now)
    return settled


def _open_places() -> Iterator[tuple[int, str | None, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        yield from cursor.fetchall()


def _settle(statement: str, values: dict[str, Any], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        free = sorted(cursor.fetchall())
    for user_id, call_id in free:
        settle(user_id=user_id, call_id=call_id, now=now)
    return len(free)
