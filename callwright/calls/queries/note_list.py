"""Notes of accounts: the list, those of a contact, and one with everything that was sent and said of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.models import CallNote
from callwright.calls.queries.notes import Sending, last_sending, note_status
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.kit.identity import id_in
from callwright.staff.queries.rights import Viewer, may

PAGE = 50
STATES = ("", "unsent", "waiting", "sent", "failed", "changed", "nobody", "comments")


@dataclass(frozen=True, slots=True)
class NoteFilter:
    """`words`: each stands in the note; `state`: one of `STATES`; times are those when the notes were begun."""

    account: int | None = None
    words: tuple[str, ...] = ()
    state: str = ""
    by: int | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a page begins: after this note."""

    created_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.created_at.isoformat()}~{self.id}"


@dataclass(frozen=True, slots=True)
class NoteRow:
    account_id: int
    id: int
    call_id: UUID
    account: str
    zone: str
    country: str
    direction: str
    number: str
    caller: str
    contact_id: int | None
    by: int | None
    author: str
    text: str
    state: str
    changed: bool
    waits: bool
    chosen: tuple[str, ...]  # names of those with an e-mail address
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    sending: Sending | None
    comments: int
    unread: int

    @property
    def status(self) -> str:
        return note_status(state=self.state, changed=self.changed)


@dataclass(frozen=True, slots=True)
class NotePage:
    """Newest first; `next` is the place to go on after."""

    rows: tuple[NoteRow, ...]
    next: NotePlace | None


def list_notes(viewer: Viewer, wish: NoteFilter, *, after: NotePlace | None = None, limit: int = PAGE) -> NotePage:
    """One page of the notes that the viewer may see; one query besides the rights. Raises SearchTooLong."""
    found = _conditions(viewer, wish)
    if found is None:
        return NotePage((), None)
    texts, values = found
    if after is not None:
        texts.append("(n.created_at, n.id) < (%(after_at)s, %(after_id)s)")
        values |= {"after_at": after.created_at, "after_id": after.id}
    with patience():
        rows = _rows(viewer, texts, {**values, "limit": limit + 1})
    last = rows[limit - 1] if len(rows) > limit else None
    return NotePage(tuple(rows[:limit]), NotePlace(last.created_at, last.id) if last else None)


def notes_with_calls(viewer: Viewer, account_id: int, call_ids: Sequence[UUID], *, limit: int = PAGE) -> list[NoteRow]:
    """The notes on these calls, newest first. The caller has checked that the viewer may see the calls."""
    texts = ["n.account_id = %(account)s", "n.call_id = ANY(%(calls)s)"]
    return _rows(viewer, texts, {"account": account_id, "calls": list(call_ids), "limit": limit})


def notes_of_contact(viewer: Viewer, account_id: int, contact_id: int, *, limit: int) -> list[NoteRow]:
    """The latest notes on the contact's calls. The caller has checked that the viewer may see the contact."""
    texts = [
        "n.account_id = %(account)s",
        "n.call_id IN (SELECT id FROM calls_call WHERE account_id = %(account)s AND contact_id = %(contact)s)",
    ]
    return _rows(viewer, texts, {"account": account_id, "contact": contact_id, "limit": limit})


def visible_note(viewer: Viewer, note_id: int) -> CallNote | None:
    """The note, if the viewer may see the calls of its account."""
    allowed = call_accounts(viewer)
    notes = CallNote.objects.filter(pk=note_id)
    return (notes if allowed is None else notes.filter(account_id__in=allowed)).first()


def _conditions(viewer: Viewer, wish: NoteFilter) -> tuple[list[str], dict[str, Any]] | None:
    """None where the viewer may see none of them."""
    allowed = call_accounts(viewer)
    if wish.account is not None:
        allowed = frozenset({wish.account}) if allowed is None else allowed & {wish.account}
    texts: list[str] = ["true"]
    values: dict[str, Any] = {}
    if allowed is not None:
        if not allowed:
            return None
        texts, values = ["n.account_id = ANY(%(accounts)s)"], {"accounts": sorted(allowed)}
    for n, word in enumerate(wish.words):
        texts.append(f"n.text ILIKE %(word{n})s")
        values[f"word{n}"] = f"%{_plain(word)}%"
    if wish.begins_at is not None:
        texts.append("n.created_at >= %(begins)s")
        values["begins"] = wish.begins_at
    if wish.ends_at is not None:
        texts.append("n.created_at < %(ends)s")
        values["ends"] = wish.ends_at
    if wish.by is not None:
        texts.append("n.by_id = %(by)s")
        values["by"] = wish.by
    if wish.state:
        texts.append(_STATE[wish.state])
    return texts, values


_STATE = {
    "unsent": "n.state = ''",
    "waiting": "n.state = 'waiting'",
    "sent": "n.state = 'sent' AND NOT n.changed",
    "failed": "n.state IN ('failed', 'partly')",
    "changed": "n.changed",
    "nobody": "n.state = 'nobody'",
    "comments": "EXISTS (SELECT FROM calls_notecomment m WHERE m.account_id = n.account_id AND m.note_id = n.id)"
    " AND (%(comments)s OR n.by_id = %(viewer)s)",
}


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(viewer: Viewer, texts: list[str], values: dict[str, Any]) -> list[NoteRow]:
    statement = named_sql("note_list.sql").format(where=" AND ".join(texts))
    scope = {"viewer": viewer.pk, "comments": may(viewer, "comment_notes")}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **scope})
        return [_row(*row) for row in cursor.fetchall()]


def _row(*columns: Any) -> NoteRow:
    plain, chosen, times, (sending, comments, unread) = columns[:16], columns[16], columns[17:20], columns[20:]
    names = tuple(one.get("name", "") for one in json.loads(chosen) if one.get("email"))
    sent = last_sending(json.loads(sending)) if sending else None
    values: list[Any] = [*plain, names, *times, sent, comments, unread]
    return NoteRow(*values)


def note_place_in(text: str) -> NotePlace | None:
    """The place that an address names; None for what is none."""
    moment, _, number = text.rpartition("~")
    try:
        at, id = datetime.fromisoformat(moment), id_in(number)
    except ValueError:
        return None
    return NotePlace(at, id) if id is not None and at.tzinfo is not None else None
