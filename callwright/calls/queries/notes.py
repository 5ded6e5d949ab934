"""Notes on calls."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Note:
    """`recipients`: ids of the account's recipients as chosen for it."""

    by: int | None
    author: str
    text: str
    recipients: frozenset[int]
    updated_at: datetime


_NOTES = """
    SELECT n.by_id, coalesce(u.name, ''), n.text, n.recipients::text, n.updated_at
    FROM calls_callnote n LEFT JOIN staff_user u ON u.id = n.by_id
    WHERE n.account_id = %s AND n.call_id = %s ORDER BY n.id
"""


def notes_of_call(account_id: int, call_id: UUID) -> list[Note]:
    """All notes on a call, oldest first. Whoever may see the call may see them."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTES, [account_id, call_id])
        return [
            Note(by, author, text, frozenset(int(one["id"]) for one in json.loads(recipients) if "id" in one), at)
            for by, author, text, recipients, at in cursor.fetchall()
        ]
