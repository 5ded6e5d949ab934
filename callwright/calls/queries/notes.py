"""Notes on one call, as its card shows them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class SentTo:
    """Someone to whom a note was sent; `state` as of messages, `answer` the mail server's words."""

    name: str
    email: str
    state: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """One version of a note that was sent. `asked_at`: when it was queued, `sent_at`: when the server took it."""

    version: int
    state: str
    asked_at: datetime
    sent_at: datetime | None
    answer: str
    is_correction: bool
    by_itself: bool
    recipients: tuple[SentTo, ...]
    text: str = ""
    is_same_text: bool = True  # as the note is now

    @property
    def reached(self) -> tuple[SentTo, ...]:
        return tuple(one for one in self.recipients if one.state == "sent")

    @property
    def missed(self) -> tuple[SentTo, ...]:
        """Who does not have it, whether more is tried or not."""
        return tuple(one for one in self.recipients if one.state != "sent")

    @property
    def reason(self) -> str:
        """The server's words about the first who did not get it."""
        return next((one.answer for one in self.missed if one.answer), self.answer)


def sending_in(value: dict[str, Any] | None) -> Sending | None:
    """The sending that a statement gave as JSON; None for none."""
    if value is None:
        return None
    recipients = tuple(
        SentTo(one.get("name", ""), one["email"], one["state"], one.get("answer", "")) for one in value["recipients"]
    )
    return Sending(
        value["version"], value["state"], datetime.fromisoformat(value["asked_at"]),
        datetime.fromisoformat(value["sent_at"]) if value["sent_at"] else None, value["answer"], value["is_correction"],
        value["by_itself"], recipients, value.get("text", ""), value.get("is_same_text", True),
    )  # fmt: skip


def last_sending(values: Sequence[dict[str, Any]] | None) -> Sending | None:
    """All sendings of the text that was sent last as one, from those that a statement gave as JSON, oldest first: each
    recipient as they stand now.
    """
    if not values:
        return None
    same = [one for one in values if one["key"] == values[-1]["key"]]
    known: dict[str, dict[str, Any]] = {}
    for sending in same:
        for one in sending["recipients"]:
            if not one.get("is_past") and one["state"] != "withdrawn":
                known[one["email"].lower()] = one
    sent_at = max((one["sent_at"] for one in same if one["sent_at"]), key=datetime.fromisoformat, default=None)
    return sending_in({**same[-1], "recipients": list(known.values()), "sent_at": sent_at})


@dataclass(frozen=True, slots=True)
class Note:
    """`recipients`: ids of the account's recipients as chosen for it; `waits`: it will be sent by itself; `sending`
    what was sent last; `comments` how many stand under it.
    """

    by: int | None
    author: str
    text: str
    recipients: frozenset[int]
    updated_at: datetime
    id: int = 0
    state: str = ""
    changed: bool = False
    waits: bool = False
    sending: Sending | None = None
    comments: int = 0
    chosen: tuple[str, ...] = field(default=())


_NOTES = """
    SELECT n.by_id, coalesce(u.name, ''), n.text, n.recipients::text, n.updated_at, n.id, n.state, n.changed,
        n.waits_since IS NOT NULL,
        CASE WHEN n.version > 0 THEN (
            SELECT json_agg(json_build_object('version', s.version, 'state', s.state, 'asked_at', s.asked_at,
                'sent_at', s.sent_at, 'answer', s.answer, 'is_correction', s.is_correction, 'by_itself', s.by_itself,
                'recipients', s.recipients, 'is_same_text', s.text = n.text, 'key', md5(s.text)) ORDER BY s.version
            )::text
            FROM calls_notesending s WHERE s.account_id = n.account_id AND s.note_id = n.id
        ) END,
        (SELECT count(*) FROM calls_notecomment m WHERE m.account_id = n.account_id AND m.note_id = n.id)
    FROM calls_callnote n LEFT JOIN staff_user u ON u.id = n.by_id
    WHERE n.account_id = %s AND n.call_id = %s ORDER BY n.id
"""


def notes_of_call(account_id: int, call_id: UUID) -> list[Note]:
    """All notes on a call, oldest first; one query. Whoever may see the call may see them."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTES, [account_id, call_id])
        return [_note(*row) for row in cursor.fetchall()]


def _note(
    by: int | None, author: str, text: str, chosen: str, at: datetime, id: int, state: str, changed: bool, waits: bool,
    sending: str | None, comments: int,
) -> Note:  # fmt: skip
    known = json.loads(chosen)
    return Note(
        by, author, text, frozenset(int(one["id"]) for one in known if "id" in one), at, id, state, changed, waits,
        last_sending(json.loads(sending)) if sending else None, comments,
        tuple(one.get("name", "") for one in known if one.get("email")),
    )  # fmt: skip


def note_status(*, state: str, changed: bool) -> str:
    """The status of a note as the kit shows it."""
    if changed and state != "waiting":
        return "note_changed"
    return f"note_{state or 'unsent'}"
