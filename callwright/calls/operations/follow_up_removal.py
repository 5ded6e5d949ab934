"""What people did about missed calls goes with the calls: to another account, into another call, or away (CALL-16)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.models import Call, FollowUpAct


def forget_acts(account_id: int, call_ids: Sequence[UUID]) -> None:
    """Takes away the acts on these calls; what stays of an anonymous call is not to be called back any more."""
    FollowUpAct.objects.filter(account_id=account_id, call_id__in=call_ids).delete()
    open_ones = Call.objects.filter(account_id=account_id, id__in=call_ids, follow_up="not_called_back")
    open_ones.update(follow_up="", follow_up_due_at=None, assigned_to=None)


def acts_of_calls(account_id: int, call_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The acts on these calls as plain values, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.call_id::text, a.kind, a.at, coalesce(r.name, ''), coalesce(r.code, ''), a.text"
            " FROM calls_followupact a LEFT JOIN calls_followupreason r ON r.id = a.reason_id"
            " WHERE a.account_id = %s AND a.call_id = ANY(%s) ORDER BY a.id",
            [account_id, list(call_ids)],
        )
        return [
            {"call": call, "act": kind, "at": at.isoformat(), "reason": name or code, "text": text}
            for call, kind, at, name, code, text in cursor
        ]


_MOVE = """
    WITH taken AS (
        DELETE FROM calls_followupact WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    ), put AS (
        INSERT INTO calls_followupact
            (id, account_id, call_id, kind, at, by_id, to_id, reason_id, text, counts_at, refused_until)
        SELECT id, %(to_account)s, %(to)s, kind, at, by_id, to_id, reason_id, text, counts_at, refused_until FROM taken
    )
    UPDATE calls_call SET assigned_to_id = last.to_id
    FROM (SELECT to_id FROM taken WHERE kind = 'assigned' ORDER BY id DESC LIMIT 1) AS last
    WHERE account_id = %(to_account)s AND calls_call.id = %(to)s AND assigned_to_id IS NULL
"""


def move_acts(*, from_account: int, from_call: UUID, account_id: int, id: UUID) -> None:
    """Gives the acts on a call to the call that took its place, and with them who should call back."""
    values: dict[str, Any] = {"from_account": from_account, "from": from_call, "to_account": account_id, "to": id}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
