"""What is kept of a call over its limit goes with the call: to another account, into another call, or away with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

_REVIEW = """
    WITH taken AS (
        DELETE FROM calls_toolongreview WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    ), put AS (
        INSERT INTO calls_toolongreview (id, account_id, call_id, rule_id, conditions, limit_s, passed_at, told_at,
            outcome_id, comment, reviewed_by_id, reviewed_at, version, corrected_s)
        SELECT id, %(to_account)s, %(to)s, rule_id, conditions, limit_s, passed_at, told_at, outcome_id, comment,
            reviewed_by_id, reviewed_at, version, corrected_s
        FROM taken
        ON CONFLICT (account_id, call_id) DO NOTHING
        RETURNING limit_s
    )
    UPDATE calls_call SET too_long = true, limit_s = put.limit_s FROM put
    WHERE account_id = %(to_account)s AND calls_call.id = %(to)s
"""
_PAST = """
    WITH taken AS (
        DELETE FROM calls_toolongreviewpast WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    )
    INSERT INTO calls_toolongreviewpast (id, account_id, call_id, outcome_id, comment, by_id, at)
    SELECT id, %(to_account)s, %(to)s, outcome_id, comment, by_id, at FROM taken
"""


def move_review(*, from_account: int, from_call: UUID, account_id: int, id: UUID) -> None:
    """Gives flag and review to the call that took the place of one whose row is gone; one that has a review of its own
    keeps that.
    """
    values: dict[str, Any] = {"from_account": from_account, "from": from_call, "to_account": account_id, "to": id}
    with connection.cursor() as cursor:
        cursor.execute(_REVIEW, values)
        cursor.execute(_PAST, values)


def remove_reviews(account_id: int, ids: Sequence[UUID]) -> None:
    """Takes away the reviews of calls that go or are made anonymous: their comments may speak of the person."""
    with connection.cursor() as cursor:
        for table in ("calls_toolongreview", "calls_toolongreviewpast", "calls_toolongdue"):
            cursor.execute(
                f"DELETE FROM {table} WHERE account_id = %s AND call_id = ANY(%s)",  # noqa: S608 (names from above)
                [account_id, list(ids)],
            )


_REPORT = """
    SELECT v.call_id, v.limit_s, v.passed_at, coalesce(nullif(o.name, ''), o.code), v.comment, v.reviewed_at
    FROM calls_toolongreview v LEFT JOIN calls_toolongoutcome o ON o.id = v.outcome_id
    WHERE v.account_id = %s AND v.call_id = ANY(%s) ORDER BY v.call_id
"""


def report_reviews(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What is kept of these calls, for the person whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, [account_id, list(ids)])
        rows = cursor.fetchall()
    return [
        {
            "call": str(call), "limit_s": limit_s, "passed_at": passed.isoformat(), "outcome": outcome or "",
            "comment": comment, "reviewed_at": at.isoformat() if at else None,
        }
        for call, limit_s, passed, outcome, comment, at in rows
    ]  # fmt: skip
