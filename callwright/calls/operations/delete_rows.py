"""Deletes calls with their legs and facts, which have no reference to them that would."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

_CALLS = "DELETE FROM calls_call WHERE account_id = %s AND id = ANY(%s) RETURNING id, marker_id, comment"
_LEGS = "DELETE FROM calls_leg WHERE account_id = %s AND call_id = ANY(%s)"
_FACTS = "DELETE FROM calls_callfacts WHERE account_id = %s AND call_id = ANY(%s)"


def delete_rows(*, account_id: int, ids: Sequence[UUID]) -> list[tuple[UUID, int | None, str]]:
    """Deletes these calls in the caller's transaction; returns id, marker and comment of those that were there.

    Calls go first: whoever writes one of them at this moment is waited for, and the legs they wrote are seen then.
    """
    key: list[Any] = [account_id, list(ids)]
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, key)
        gone: list[tuple[UUID, int | None, str]] = cursor.fetchall()
        cursor.execute(_LEGS, key)
        cursor.execute(_FACTS, key)
    return gone
