"""Keeps what an import did to each call, and the lines that it could not read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, connection, transaction

from callwright.calls.operations.copy_rows import copy_in
from callwright.calls.operations.keep_before import marks_of
from callwright.calls.operations.load_calls import Loaded
from callwright.imports.reading.found import MOST_RAW, Bad, keepable


def keep_touched(import_id: UUID, loaded: Loaded, *, now: datetime) -> None:
    """A call that an import both added and changed later is one that it added; the first state before it counts."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic(), connection.wrap_database_errors:
                _copy_added(cursor, import_id, loaded, now)
        except IntegrityError:  # one of them was a part of another call meanwhile, and came back
            values: list[Any] = [
                import_id,
                now,
                [account for account, _ in loaded.added],
                [id for _, id in loaded.added],
            ]
            cursor.execute(_ADDED, values)
        if loaded.merged:
            cursor.execute(_MERGED, {"of": import_id, "now": now, "rows": _merged_rows(loaded)})


def _copy_added(cursor: Any, import_id: UUID, loaded: Loaded, now: datetime) -> None:
    if loaded.added:
        at = now.isoformat()
        lines = [f"{import_id}\t{account}\t{id}\t{at}\t\n" for account, id in loaded.added]
        copy_in(cursor, "imports_touched (of_id, account_id, call_id, at, kept)", lines)


_ADDED = """
    INSERT INTO imports_touched (of_id, account_id, call_id, at, kept)
    SELECT %s, r.account_id, r.call_id, %s, '' FROM unnest(%s::bigint[], %s::uuid[]) AS r (account_id, call_id)
    ON CONFLICT (of_id, call_id) DO UPDATE SET account_id = excluded.account_id, last_at = excluded.at, after = NULL
"""
_MERGED = """
    INSERT INTO imports_touched AS t (of_id, account_id, call_id, before, after, at, kept)
    SELECT %(of)s, r.account_id, r.call_id, r.before, r.after, %(now)s, ''
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (account_id bigint, call_id uuid, before jsonb, after jsonb)
    ON CONFLICT (of_id, call_id) DO UPDATE SET account_id = excluded.account_id, last_at = excluded.at,
        after = CASE WHEN t.before IS NULL THEN NULL ELSE excluded.after END
"""


def _merged_rows(loaded: Loaded) -> str:
    """Each call once: as it was first, and where it is last."""
    rows: dict[UUID, dict[str, Any]] = {}
    marks = marks_of(id for _, id, _ in loaded.merged)
    for account, id, before in loaded.merged:
        known = rows.get(id)
        first = before if known is None else known["before"]
        rows[id] = {
            "account_id": account,
            "call_id": id,
            "before": first,
            "after": marks.get(id) or _part_of(id, loaded),
        }
    return msgspec.json.encode(list(rows.values())).decode()


def _part_of(id: UUID, loaded: Loaded) -> dict[str, Any] | None:
    """In place of the marks of a call that is gone: the one of which it became part."""
    return {"into": loaded.into[id]} if id in loaded.into else None


def keep_bad(import_id: UUID, bad: Sequence[Bad]) -> int:
    """Returns how many of them were not known yet."""
    if not bad:
        return 0
    rows = [
        {
            "line": one.line,
            "column": one.column[:60],
            "reason": one.reason,
            "value": keepable(one.value)[:200],
            "raw": keepable(one.raw)[:MOST_RAW],
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
