"""Reading the log of changes."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Logged:
    """One change as it stands in the log."""

    id: int
    topic: str
    name: str
    key: str
    account_id: int | None
    data: dict[str, Any]


COLUMNS = "id, topic, name, key, account_id, data"

OVERLAP = 1000
"""How many ids before the last seen one are read again after a gap: ids are given before their change is committed, so
a lower one can become visible after a higher one. Reading a change twice is harmless.
"""


def last_data(topic: str, name: str, key: str) -> dict[str, Any]:
    """What the log says last of this thing; empty where it says nothing. Reads the hour that is kept: for the rare
    question alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data::text FROM live_liveevent WHERE topic = %s AND name = %s AND key = %s"
            " ORDER BY id DESC LIMIT 1",
            [topic, name, key],
        )
        row = cursor.fetchone()
    data: dict[str, Any] = json.loads(row[0]) if row else {}
    return data


def newest_id() -> int:
    """A point in the log from which a page that is being made now loses nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM live_liveevent_id_seq")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
