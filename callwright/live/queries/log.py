"""Reading the log of changes."""

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


def newest_id() -> int:
    """A point in the log from which a page that is being made now loses nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM live_liveevent_id_seq")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
