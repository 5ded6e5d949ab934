"""Takes loaded calls out again, and puts back what records changed; never what people have added to since."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from callwright.calls.facts import decode_facts
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.copy_rows import copy_keys
from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.keep_before import put_back
from callwright.calls.ports import CallChange, tell, tell_removed
from callwright.calls.projection import project

Reason = Literal["note", "marker", "comment", "follow_up", "recording", "later_import", "changed_since"]
"""Why a call stays: what was added to it, or that it was changed since."""

# A lock on the rows: a note written meanwhile waits, and then finds no call.
_ROWS = """
    SELECT c.account_id, c.id, c.local_day, f.facts::text,
        CASE WHEN EXISTS (SELECT 1 FROM calls_callnote n WHERE n.account_id = c.account_id AND n.call_id = c.id)
                THEN 'note'
            WHEN c.marker_id IS NOT NULL THEN 'marker'
            WHEN c.comment <> '' THEN 'comment'
            WHEN c.follow_up = 'closed' OR c.assigned_to_id IS NOT NULL THEN 'follow_up'
            WHEN c.recording <> '' THEN 'recording'
            ELSE '' END
    FROM unnest(%s::bigint[], %s::uuid[]) AS w (account_id, id)
    JOIN calls_call c ON c.account_id = w.account_id AND c.id = w.id
    JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id
    FOR UPDATE OF c
"""


def unload_calls(keys: Sequence[tuple[int, UUID]], *, now: datetime) -> dict[UUID, Reason]:
    """Removes calls, in the caller's transaction; returns those that stay, each with the reason."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [[account for account, _ in keys], [id for _, id in keys]])
        rows = cursor.fetchall()
        kept: dict[UUID, Reason] = {row[1]: row[4] for row in rows if row[4]}
        going = [row for row in rows if not row[4]]
        by_account: dict[int, list[UUID]] = {}
        for account_id, id, *_ in going:
            by_account.setdefault(account_id, []).append(id)
        for account_id, ids in by_account.items():
            tell_removed(account_id, ids)
        for account_id, ids in by_account.items():
            delete_rows(account_id=account_id, ids=ids)
    tell([_gone(*row[:4]) for row in going], now)
    return kept


def _gone(account_id: int, id: UUID, day: Any, facts: str) -> CallChange:
    return CallChange(
        account_id=account_id,
        id=id,
        before=project(decode_facts(facts)),
        after=None,
        row=None,
        account_before=account_id,
        day_before=day,
    )


def put_back_calls(changed: Mapping[UUID, tuple[dict[str, Any], datetime]], *, now: datetime) -> dict[UUID, Reason]:
    """`changed`: by id how each call was, and when records changed it; returns those that were changed since."""
    if not changed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, updated_at FROM calls_call WHERE id = ANY(%s) FOR UPDATE", [list(changed)])
        since = dict(cursor.fetchall())
    kept: dict[UUID, Reason] = {}
    for id, (before, at) in changed.items():
        if id in since and since[id] > at + timedelta(seconds=1):
            kept[id] = "changed_since"
        else:
            put_back(before)
    keys = [(int(before["call"]["account_id"]), id) for id, (before, _) in changed.items() if id not in kept]
    with connection.cursor() as cursor:
        copy_keys(cursor, "loaded_calls", keys)
    after_load("loaded_calls", now=now)
    return kept
