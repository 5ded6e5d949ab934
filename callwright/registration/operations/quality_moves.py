"""What was found against a call's registrations goes with the call: to another account, into another call, or away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from callwright.calls.ports import CallChange, ErasedPerson

# Taken out and put in again rather than changed: the account is part of the key. Of two registrations of an agent whose
# calls became one, one is left (`follow_calls` comes first).
_MOVE = """
    WITH taken AS (
        DELETE FROM registration_qualityfinding WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *
    )
    INSERT INTO registration_qualityfinding (id, account_id, call_id, registration_id, rule_id, agent_id, queue_id,
        direction, started_at, detail, run_id, found_at, closed_at, how, closed_by_id, reason)
    SELECT t.id, %(account)s, %(into)s, coalesce(r.id, t.registration_id), t.rule_id, t.agent_id, t.queue_id,
        t.direction, t.started_at, t.detail, t.run_id, t.found_at, t.closed_at, t.how, t.closed_by_id, t.reason
    FROM taken t LEFT JOIN registration_registration r
        ON r.account_id = %(account)s AND r.call_id = %(into)s AND r.by_id = t.agent_id
    ON CONFLICT DO NOTHING
"""


def follow_findings(changes: Sequence[CallChange], now: datetime) -> None:
    """Hears of changed calls, in the transaction that changes them; asks nothing but for the few that moved."""
    for one in changes:
        if one.into is not None:
            _move(one.account_before or one.account_id, one.id, *one.into)
        elif one.after is not None and one.account_before not in (None, one.account_id):
            assert one.account_before is not None
            _move(one.account_before, one.id, one.account_id, one.id)


def _move(before: int, call_id: UUID, account_id: int, into: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"before": before, "call": call_id, "account": account_id, "into": into})


_REMOVE = """
    UPDATE registration_qualityfinding SET detail = '{}', reason = '',
        closed_at = coalesce(closed_at, %(now)s), how = CASE WHEN closed_at IS NULL THEN 'removed' ELSE how END
    WHERE account_id = %(account)s AND call_id = ANY(%(calls)s)
"""


def remove_findings(account_id: int, ids: Sequence[UUID]) -> None:
    """Of calls that go or are made anonymous stays that a rule spoke against a registration, and nothing of it."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, {"account": account_id, "calls": list(ids), "now": timezone.now()})


_REPORT = """
    SELECT f.call_id, q.kind, f.found_at, f.how, f.reason FROM registration_qualityfinding f
    JOIN registration_qualityrule q ON q.id = f.rule_id
    WHERE f.account_id = %s AND f.call_id = ANY(%s) ORDER BY f.call_id, f.id
"""


def report_findings(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was found against registrations of these calls, for the person whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, [account_id, list(ids)])
        rows = cursor.fetchall()
    return [
        {"call": str(call), "rule": kind, "found_at": at.isoformat(), "ended": how, "reason": reason}
        for call, kind, at, how, reason in rows
    ]


_ERASE = """
    UPDATE registration_qualityfinding SET reason = '' WHERE account_id = %(account)s AND call_id = ANY(%(calls)s)
    AND EXISTS (SELECT FROM unnest(%(texts)s::text[]) AS t (said)
        WHERE said <> '' AND strpos(lower(reason), lower(said)) > 0)
"""


def erase_from_findings(person: ErasedPerson, now: datetime) -> None:
    """Takes away reasons that name an erased person, on calls of others in which they were a party."""
    if not person.touched_ids:
        return
    values: dict[str, Any] = {
        "account": person.account_id,
        "calls": list(person.touched_ids),
        "texts": list(person.texts),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ERASE, values)
