"""Notes to which clients something happened, so that the states of their missed calls are worked out anew (CALL-6).

A note is one row; the worker takes it (`follow_up_work.py`). What is noted twice is worked out twice, to the same end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from callwright.calls.follow_up import CALLS_FOR_FOLLOW_UP
from callwright.calls.operations.named_calls import NamedCalls
from callwright.calls.ports import CallChange
from callwright.telephony.events import Direction

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """A client (contact, number or both) of an account to whom something happened since a moment; or a call to look at
    itself, together with those that it settled. `in_bulk`: what happens now goes first.
    """

    account_id: int
    since: datetime
    call_id: UUID | None = None
    contact_id: int | None = None
    number: str = ""
    in_bulk: bool = False


_INSERT = """
    INSERT INTO calls_followuppending (account_id, call_id, contact_id, number, since, in_bulk, tries, not_before)
    SELECT account_id, call_id, contact_id, left(coalesce(number, ''), 64), since, in_bulk, %(tries)s,
        %(not_before)s::timestamptz
    FROM jsonb_to_recordset(%(notes)s::jsonb)
        AS r (account_id bigint, call_id uuid, contact_id bigint, number text, since timestamptz, in_bulk boolean)
"""


def note_clients(notes: Iterable[Note], *, not_before: datetime | None = None, tries: int = 0) -> None:
    """Writes the notes, in the caller's transaction: one INSERT, none where there are none. `not_before`: when they are
    to be worked out, after so many `tries` in vain.
    """
    rows = list(notes)
    if rows:
        values: dict[str, Any] = {"notes": msgspec.json.encode(rows).decode(), "tries": tries, "not_before": not_before}
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)


def note_changes(changes: Sequence[CallChange], now: datetime) -> None:
    """The listener of the register: at most one INSERT, for calls that came to matter with this change."""
    note_clients(note for change in changes for note in _notes(change))


def note_numbers(account_id: int, contact_id: int, numbers: Sequence[str], now: datetime) -> None:
    """A contact got or lost numbers: calls of these numbers and its own may settle one another now, or no longer."""
    notes = [Note(account_id, EVER, contact_id=contact_id)]
    note_clients([*notes, *(Note(account_id, EVER, number=number) for number in numbers)])


def _notes(change: CallChange) -> list[Note]:
    before, after, row = change.before, change.after, change.row
    moved_from = change.account_before if change.account_before not in (None, change.account_id) else None
    if after is None or row is None:
        since = before.started_at if before else EVER
        # the call that it became part of inherits what people said, and may have changed in nothing else
        into = [Note(change.into[0], since, change.into[1])] if change.into else []
        return [Note(change.account_id, since, change.id), *into]
    since = min(after.started_at, before.started_at) if before else after.started_at
    notes = [Note(moved_from, since, change.id)] if moved_from is not None else []
    if _matters(change) or moved_from is not None:
        notes.append(Note(change.account_id, since, change.id, row["contact_id"], row["client_number"]))
    return notes


def _matters(change: CallChange) -> bool:
    """A conversation began, or a call ended without one; and whatever changes of such a call later."""
    before, after = change.before, change.after
    assert after is not None
    if after.direction == Direction.INTERNAL and (before is None or before.direction == Direction.INTERNAL):
        return False
    if after.answered_at is None and after.ended_at is None:
        return before is not None and before.answered_at is not None
    if before is None:
        return True
    return (
        before.answered_at != after.answered_at
        or before.started_at != after.started_at
        or (before.direction, before.from_number, before.to_number)
        != (after.direction, after.from_number, after.to_number)
        or (after.answered_at is None and (before.status, before.ended_at) != (after.status, after.ended_at))
    )


_STATES = """
    UPDATE calls_call c SET follow_up = CASE WHEN c.direction = 'inbound' AND c.status = ANY(%(missed)s)
        THEN 'not_called_back' ELSE '' END, follow_up_due_at = NULL, follow_up_at = NULL, follow_up_call_id = NULL,
        attempts = 0
    FROM {relation} r
    WHERE c.account_id = r.account_id AND c.id = r.id AND c.id >= %(low)s AND c.id <= %(high)s AND NOT c.anonymous
      AND (c.direction = 'inbound' AND c.status = ANY(%(missed)s)) <> (c.follow_up <> '')
"""
_CLIENTS = """
    INSERT INTO calls_followuppending (account_id, contact_id, number, since, in_bulk)
    SELECT c.account_id, c.contact_id, c.client_number, min(c.started_at), true
    FROM {relation} r
    JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.id
    WHERE c.id >= %(low)s AND c.id <= %(high)s AND c.direction <> 'internal' AND NOT c.anonymous
      AND (c.client_number <> '' OR c.contact_id IS NOT NULL OR c.follow_up <> '')
    GROUP BY c.account_id, c.contact_id, c.client_number
"""


def note_loaded(calls: NamedCalls, *, now: datetime, has_states: bool = False) -> None:
    """These calls were written without events: missed ones are open at once (with `has_states` they are already), and
    their clients are worked out. Two statements in all.
    """
    values: dict[str, Any] = {**calls.bounds, "missed": sorted(CALLS_FOR_FOLLOW_UP)}
    with connection.cursor() as cursor:
        if not has_states:
            cursor.execute(_STATES.format(relation=calls.relation), values)
        cursor.execute(_CLIENTS.format(relation=calls.relation), values)
