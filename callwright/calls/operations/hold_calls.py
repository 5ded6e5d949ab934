"""Holds calls while something that is kept beside them is written."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_HOLD = "SELECT FROM calls_call WHERE account_id = %s AND id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE"


def hold_calls(account_id: int, call_ids: Sequence[UUID]) -> None:
    """Nobody else writes these calls until the transaction ends. The link writes a call first and then what is kept
    beside it; who takes the other order would wait for it while it waits for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [account_id, list(call_ids)])
