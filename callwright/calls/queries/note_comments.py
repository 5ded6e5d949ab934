"""What was sent of notes, version by version, and what was said of them among us."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.notes import Sending, sending_in
from callwright.staff.queries.rights import Viewer, account_scope, may


@dataclass(frozen=True, slots=True)
class Comment:
    by: int | None
    author: str
    text: str
    at: datetime


_COMMENTS = """
    SELECT m.note_id, m.by_id, coalesce(u.name, ''), m.text, m.at
    FROM calls_notecomment m
    JOIN calls_callnote n ON n.account_id = m.account_id AND n.id = m.note_id
    LEFT JOIN staff_user u ON u.id = m.by_id
    WHERE m.account_id = %(account)s AND m.note_id = ANY(%(notes)s) AND (%(all)s OR n.by_id = %(viewer)s)
    ORDER BY m.id
"""


def comments_on(viewer: Viewer, account_id: int, note_ids: Sequence[int]) -> dict[int, list[Comment]]:
    """The comments on these notes, oldest first, by note: for who may comment, and for the notes' authors."""
    known: dict[str, Any] = {
        "account": account_id, "notes": list(note_ids), "all": may(viewer, "comment_notes"), "viewer": viewer.pk,
    }  # fmt: skip
    found: dict[int, list[Comment]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COMMENTS, known)
        for note_id, *comment in cursor.fetchall():
            found.setdefault(note_id, []).append(Comment(*comment))
    return found


_SENDINGS = """
    SELECT s.note_id, json_build_object('version', s.version, 'state', s.state, 'asked_at', s.asked_at,
        'sent_at', s.sent_at, 'answer', s.answer, 'is_correction', s.is_correction, 'by_itself', s.by_itself,
        'recipients', s.recipients, 'text', s.text)::text
    FROM calls_notesending s WHERE s.account_id = %s AND s.note_id = ANY(%s) AND s.state <> 'nobody'
    ORDER BY s.version DESC
"""


def sendings_of(account_id: int, note_ids: Sequence[int]) -> dict[int, list[Sending]]:
    """Every version that was sent, the latest first, by note. For whoever may see the calls."""
    found: dict[int, list[Sending]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SENDINGS, [account_id, list(note_ids)])
        for note_id, sending in cursor.fetchall():
            told = sending_in(json.loads(sending))
            assert told is not None
            found.setdefault(note_id, []).append(told)
    return found


@dataclass(frozen=True, slots=True)
class UnreadThread:
    """Comments on a note that the user has not read; `text` is the last one."""

    note_id: int
    call_id: UUID
    account: str
    caller: str
    number: str
    country: str
    author: str
    text: str
    at: datetime
    unread: int


_UNREAD = """
    SELECT r.note_id, r.call_id, a.name, coalesce(nullif(k.name, ''), c.from_name, ''), coalesce(c.client_number, ''),
        a.home_country, coalesce(u.name, ''), m.text, m.at, r.unread
    FROM calls_notereading r
    JOIN accounts_account a ON a.id = r.account_id
    JOIN LATERAL (
        SELECT by_id, text, at FROM calls_notecomment
        WHERE account_id = r.account_id AND note_id = r.note_id AND by_id IS DISTINCT FROM r.user_id
        ORDER BY id DESC LIMIT 1
    ) AS m ON true
    LEFT JOIN staff_user u ON u.id = m.by_id
    LEFT JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.call_id
    LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
    WHERE r.user_id = %(user)s AND r.unread > 0 AND (%(all_accounts)s OR EXISTS (
        SELECT FROM staff_accountright t WHERE t.user_id = %(viewer)s AND t.account_id = r.account_id))
    ORDER BY m.at DESC LIMIT %(limit)s
"""


def unread_threads(viewer: Viewer, *, limit: int = 5) -> list[UnreadThread]:
    """The threads with comments that the viewer has not read, the latest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {**account_scope(viewer), "user": viewer.pk, "limit": limit})
        return [UnreadThread(*row) for row in cursor.fetchall()]
