"""Takes loaded calls out again, and puts back what records changed; never what people have added to since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from callwright.calls.facts import decode_facts
from callwright.calls.operations import rollup_changes
from callwright.calls.operations.after_load import after_load
from callwright.calls.operations.copy_rows import copy_keys
from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.keep_before import marks_of, put_back
from callwright.calls.operations.named_calls import named_calls
from callwright.calls.ports import CallChange, tell, tell_removed
from callwright.calls.projection import project
from callwright.calls.queries.in_use import contacts_with_calls
from callwright.contacts.operations.remove_unused import remove_unused

Reason = Literal["note", "marker", "comment", "follow_up", "review", "recording", "later_import", "changed_since"]
"""Why a call stays: what was added to it, or that it was changed since."""

# A lock on the rows: a note written meanwhile waits, and then finds no call.
_ROWS = """
    SELECT c.account_id, c.id, c.local_day, f.facts::text, c.contact_id,
        CASE WHEN NOT EXISTS (SELECT FROM unnest(%(accounts)s::bigint[], %(ids)s::uuid[]) AS w (account_id, id)
                    WHERE w.account_id = c.account_id AND w.id = c.id) OR f.call_id IS NULL
                THEN 'changed_since'
            WHEN EXISTS (SELECT FROM calls_callnote n WHERE n.account_id = c.account_id AND n.call_id = c.id)
                THEN 'note'
            WHEN c.marker_id IS NOT NULL THEN 'marker'
            WHEN c.comment <> '' THEN 'comment'
            WHEN c.follow_up = 'closed' OR c.assigned_to_id IS NOT NULL OR EXISTS
                    (SELECT FROM calls_followupact a WHERE a.account_id = c.account_id AND a.call_id = c.id)
                THEN 'follow_up'
            WHEN EXISTS (SELECT FROM calls_toolongreview v WHERE v.account_id = c.account_id AND v.call_id = c.id
                    AND (v.outcome_id IS NOT NULL OR v.comment <> '')) THEN 'review'
            WHEN c.recording <> '' THEN 'recording'
            ELSE '' END
    FROM calls_call c
    LEFT JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id
        AND f.call_id BETWEEN %(low)s AND %(high)s
    WHERE c.id = ANY(%(ids)s) AND c.id BETWEEN %(low)s AND %(high)s
    ORDER BY c.id
    FOR UPDATE OF c
"""


def unload_calls(
    keys: Sequence[tuple[int, UUID]], *, now: datetime, made_since: datetime | None = None
) -> dict[UUID, Reason]:
    """Removes calls, in the caller's transaction; returns those that stay, each with the reason. With them go contacts
    that were made of their callers since `made_since` and that have no other call.
    """
    if not keys:
        return {}
    ids = [id for _, id in keys]
    values: dict[str, Any] = {
        "accounts": [account for account, _ in keys],
        "ids": ids,
        "low": min(ids),
        "high": max(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        rows = cursor.fetchall()
    kept: dict[UUID, Reason] = {row[1]: row[5] for row in rows if row[5]}
    going = [row for row in rows if not row[5]]
    by_account: dict[int, list[UUID]] = {}
    contacts: dict[int, set[int]] = {}
    for account_id, id, _, _, contact_id, _ in going:
        by_account.setdefault(account_id, []).append(id)
        if contact_id is not None:
            contacts.setdefault(account_id, set()).add(contact_id)
    for account_id, gone in by_account.items():
        tell_removed(account_id, gone)
    for account_id, gone in by_account.items():
        delete_rows(account_id=account_id, ids=gone)
    tell([_gone(*row[:4]) for row in going], now)
    if made_since is not None:
        _remove_contacts(contacts, made_since, now)
    return kept


def _remove_contacts(contacts: dict[int, set[int]], since: datetime, now: datetime) -> None:
    for account_id, ids in contacts.items():
        unused = ids - contacts_with_calls(account_id, ids)
        remove_unused(account_id=account_id, contact_ids=unused, since=since, now=now)


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


@dataclass(frozen=True, slots=True)
class Retold:
    """A call that records changed: how it was (`keep_before`), and its marks afterwards (`marks_of`); None where it
    became part of another.
    """

    id: UUID
    before: dict[str, Any]
    left: dict[str, Any] | None


def put_back_calls(
    changed: Sequence[Retold], *, now: datetime, made_since: datetime | None = None
) -> dict[UUID, Reason]:
    """Has these calls as they were; returns those that stay because they were changed since. What the worker noted of
    them is no change. Contacts that were made of them since `made_since` go, where they have no other call.
    """
    if not changed:
        return {}
    marks = marks_of([one.id for one in changed], lock=True)
    kept: dict[UUID, Reason] = {one.id: "changed_since" for one in changed if _is_changed(one, marks.get(one.id))}
    back = [one for one in changed if one.id not in kept and (one.left is None or one.id in marks)]
    _note([(marks[one.id]["account"], one.id) for one in back if one.id in marks], now)
    contacts: dict[int, set[int]] = {}
    for one in back:
        is_now = marks.get(one.id)
        put_back(one.before, left=one.left, is_now=is_now)
        if is_now is not None and is_now["contact_id"] is not None:
            contacts.setdefault(is_now["account"], set()).add(is_now["contact_id"])
    tell(_moved(back, marks), now)
    with connection.cursor() as cursor:
        copy_keys(cursor, "loaded_calls", [(_account(one), one.id) for one in back])
    after_load("loaded_calls", now=now)
    if made_since is not None:
        _remove_contacts(contacts, made_since, now)
    return kept


def _account(one: Retold) -> int:
    return int(one.before["call"]["account_id"])


def _is_changed(one: Retold, is_now: dict[str, Any] | None) -> bool:
    if is_now is None:
        return False
    return one.left is None or (one.left["facts"], one.left["account"]) != (is_now["facts"], is_now["account"])


def _note(keys: Sequence[tuple[int, UUID]], now: datetime) -> None:
    """The days on which the calls stand now are added up anew too."""
    with connection.cursor() as cursor:
        copy_keys(cursor, "loaded_calls", keys)
    if (calls := named_calls("loaded_calls")) is not None:
        rollup_changes.note_loaded(calls, now=now)


def _moved(back: Sequence[Retold], marks: dict[UUID, dict[str, Any]]) -> list[CallChange]:
    """Calls that are in another account again: what others keep of them goes along."""
    return [
        CallChange(
            account_id=_account(one),
            id=one.id,
            before=(view := project(decode_facts(one.before["facts"]))),
            after=view,
            row=one.before["call"],
            account_before=marks[one.id]["account"],
        )
        for one in back
        if one.id in marks and marks[one.id]["account"] != _account(one)
    ]
