"""What the ids in exported calls are called. Short lists are read once; contacts as they come."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from callwright.calls.queries.export_rows import ExportRow

_LISTS = {
    "accounts": "SELECT id, name FROM accounts_account",
    "lines": "SELECT id, coalesce(nullif(label, ''), number) FROM accounts_line",
    "queues": "SELECT id, coalesce(nullif(label, ''), name) FROM telephony_queue",
    "users": "SELECT id, name FROM staff_user",
    "markers": "SELECT id, name FROM calls_marker",
    "categories": "SELECT id, name FROM contacts_category",
}
_PAST = """
    SELECT category_id, floor(date_part('epoch', until))::bigint, name FROM contacts_categorypast
    ORDER BY category_id, until
"""
_CONTACTS = """
    SELECT k.id, k.name FROM unnest(%s::bigint[], %s::bigint[]) AS w (account_id, id)
    JOIN contacts_contact k ON k.account_id = w.account_id AND k.id = w.id
"""


class Names:
    """Names by id, read on one connection so that they belong to the same snapshot as the calls."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.contacts: dict[int | None, str] = {}
        with reader.cursor() as cursor:
            for name, statement in _LISTS.items():
                cursor.execute(statement)
                setattr(self, name, dict(cursor.fetchall()))
            cursor.execute(_PAST)
            self._past: dict[int, tuple[list[int], list[str]]] = {}
            for category, until, name in cursor.fetchall():
                times, names = self._past.setdefault(category, ([], []))
                times.append(until)
                names.append(name)

    accounts: dict[int | None, str]
    lines: dict[int | None, str]
    queues: dict[int | None, str]
    users: dict[int | None, str]
    markers: dict[int | None, str]
    categories: dict[int | None, str]

    def category(self, id: int | None, started: int) -> str:
        """The category's name as it was when a call started."""
        if id is None:
            return ""
        if (past := self._past.get(id)) and (place := bisect_right(past[0], started)) < len(past[0]):
            return past[1][place]
        return self.categories.get(id, "")

    def learn_contacts(self, rows: Iterable[ExportRow]) -> None:
        """Reads the names of the contacts of these rows; those of earlier rows are forgotten."""
        keys = {(row.account_id, row.contact_id) for row in rows if row.contact_id is not None}
        with self._reader.cursor() as cursor:
            cursor.execute(_CONTACTS, [[account for account, _ in keys], [id for _, id in keys]])
            self.contacts = dict(cursor.fetchall())
