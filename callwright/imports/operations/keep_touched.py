"""Keeps what an import did to each call, and the lines that it could not read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from callwright.calls.operations.load_calls import Loaded
from callwright.imports.reading.found import Bad

_MOST_RAW = 4_000


def keep_touched(import_id: UUID, loaded: Loaded, *, now: datetime) -> None:
    """A call that an import both added and changed later is one that it added; the first state before it counts."""
    with connection.cursor() as cursor:
        if loaded.added:
            with cursor.copy("COPY imports_touched (of_id, account_id, call_id, at, kept) FROM STDIN") as copy:
                at = now.isoformat()
                copy.write("".join(f"{import_id}\t{account}\t{id}\t{at}\t\n" for account, id in loaded.added))
        for account, id, before in loaded.merged:
            cursor.execute(
                "INSERT INTO imports_touched (of_id, account_id, call_id, before, at, kept)"
                " VALUES (%s, %s, %s, %s::jsonb, %s, '')"
                " ON CONFLICT (of_id, call_id) DO UPDATE SET account_id = excluded.account_id, at = excluded.at",
                [import_id, account, id, None if before is None else msgspec.json.encode(before).decode(), now],
            )


def keep_bad(import_id: UUID, bad: Sequence[Bad]) -> int:
    """Returns how many of them were not known yet."""
    if not bad:
        return 0
    rows = [
        {
            "line": one.line,
            "column": one.column[:60],
            "reason": one.reason,
            "value": _storable(one.value)[:200],
            "raw": _storable(one.raw)[:_MOST_RAW],
        }
        for one in bad
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO imports_badline (of_id, line, "column", reason, value, raw)'
            ' SELECT %s, r.line, r."column", r.reason, r.value, r.raw FROM jsonb_to_recordset(%s::jsonb)'
            ' AS r (line bigint, "column" text, reason text, value text, raw text) ON CONFLICT DO NOTHING',
            [import_id, msgspec.json.encode(rows).decode()],
        )
        return int(cursor.rowcount)


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
