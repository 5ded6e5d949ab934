"""What the ids in exported calls are called. Short lists are read once; contacts as they come."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from callwright.calls.queries.export_rows import Chunk

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
# One after the other by its key: whatever is thought of the size of the lists, the contacts are not all read.
_CONTACTS = """
    SELECT w.id, k.name FROM unnest(%s::bigint[], %s::bigint[]) AS w (account_id, id)
    CROSS JOIN LATERAL (
        SELECT name FROM contacts_contact WHERE account_id = w.account_id AND id = w.id OFFSET 0
    ) AS k
"""
_MOST_CONTACTS = 50_000
"""Names of contacts that are remembered; then it begins anew."""


class Names:
    """Names by id, read on one connection so that they belong to the same snapshot as the calls."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._contacts: dict[int | None, str] = {}
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

    def categories_at(self, ids: Sequence[int | None], started: Sequence[int]) -> list[str]:
        """The categories' names as they were when the calls started."""
        if not self._past:
            return [self.categories.get(id, "") for id in ids]
        return [self._category(id, at) for id, at in zip(ids, started, strict=True)]

    def _category(self, id: int | None, started: int) -> str:
        if id is None:
            return ""
        if (past := self._past.get(id)) and (place := bisect_right(past[0], started)) < len(past[0]):
            return past[1][place]
        return self.categories.get(id, "")

    def with_contacts(self, chunk: Chunk) -> Chunk:
        """The same calls with the names of their contacts as `contact`, where `contact_id` and `account_id` are there.
        By the thread that reads the calls.
        """
        if "contact_id" not in chunk or "account_id" not in chunk:
            return chunk
        known, ids = self._contacts, chunk["contact_id"]
        asked = {id: account for account, id in zip(chunk["account_id"], ids, strict=True) if id is not None}
        missing = [id for id in asked if id not in known]
        if missing:
            if len(known) + len(missing) > _MOST_CONTACTS:
                known.clear()
                missing = list(asked)
            with self._reader.cursor() as cursor:
                cursor.execute(_CONTACTS, [[asked[id] for id in missing], missing])
                known.update(dict.fromkeys(missing, ""))
                known.update(cursor.fetchall())
        return {**chunk, "contact": [known.get(id, "") for id in ids]}
