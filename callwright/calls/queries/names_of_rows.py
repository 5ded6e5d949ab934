"""The names of what rows of calls refer to, for a preview of rows that are not written."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

_NAMES = {
    "account": "SELECT id, name FROM accounts_account WHERE id = ANY(%s)",
    "contact": "SELECT id, name FROM contacts_contact WHERE id = ANY(%s)",
    "employee": "SELECT id, name FROM staff_user WHERE id = ANY(%s)",
}


def names_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """By "account", "contact" and "employee": the name of each id in the rows."""
    found: dict[str, dict[int, str]] = {}
    with connection.cursor() as cursor:
        for kind, query in _NAMES.items():
            cursor.execute(query, [list({row[f"{kind}_id"] for row in rows if row[f"{kind}_id"] is not None})])
            found[kind] = dict(cursor.fetchall())
    return found
