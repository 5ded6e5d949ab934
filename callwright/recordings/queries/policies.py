"""What accounts want of their recordings."""

from uuid import UUID

from django.db import connection

_RULED = """
    EXISTS (
        SELECT FROM calls_call c JOIN recordings_neverrule n
            ON n.account_id = c.account_id OR n.line_id = c.line_id OR n.queue_id = c.queue_id
        WHERE c.account_id = %(account)s AND c.id = %(call)s
    )
"""


def must_not_be_recorded(account_id: int, call_id: UUID) -> bool:
    """Whether a rule says that this call is not recorded; one query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_RULED}", {"account": account_id, "call": call_id})
        return bool(cursor.fetchone()[0])


_CONSENT = f"""
    SELECT consent FROM recordings_policy
    WHERE (account_id = %(account)s OR account_id IS NULL) AND consent <> '' AND NOT {_RULED}
    ORDER BY account_id NULLS LAST LIMIT 1
"""  # noqa: S608


def consent_text(account_id: int, call_id: UUID) -> str:
    """What agents say about recording in a call; empty when there is nothing to say, or it is never recorded."""
    with connection.cursor() as cursor:  # each card asks
        cursor.execute(_CONSENT, {"account": account_id, "call": call_id})
        row = cursor.fetchone()
    return row[0] if row else ""
