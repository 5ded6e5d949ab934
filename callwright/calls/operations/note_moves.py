"""Notes, what was sent of them and what was said of them go with their call: elsewhere, or away (CALL-16)."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from callwright.calls.models import CallNote
from callwright.calls.note_rules import is_changed, stands_as
from callwright.calls.queries.note_sendings import past_of
from callwright.live.operations.publish import Change, publish
from callwright.messaging.operations.forget_mails import forget_mails
from callwright.messaging.operations.withdraw import hold_mails, withdraw

# Who wrote on both calls has one note, which their desk goes on writing; what was sent of the other one is kept under
# it. In another account a note is for others: nobody there has it yet, and it goes to those whom that account chooses.
_ANY = "SELECT EXISTS (SELECT FROM calls_callnote WHERE account_id = %(from_account)s AND call_id = %(from)s)"
_SENT = """
    SELECT account_id, mail_id, state, recipients::text FROM calls_notesending
    WHERE account_id = %(from_account)s AND call_id = %(from)s OR account_id = %(account)s AND call_id = %(id)s
    ORDER BY id {lock}
"""
_JOINED = """
    SELECT t.id, n.id, n.version FROM calls_callnote t
    JOIN calls_callnote n ON n.account_id = %(account)s AND n.call_id = %(id)s AND n.by_id = t.by_id
    WHERE t.account_id = %(from_account)s AND t.call_id = %(from)s
    ORDER BY n.id FOR NO KEY UPDATE
"""
_NOTE_ID = "coalesce((%(joined)s::jsonb ->> note_id::text)::bigint, note_id)"
_VERSION = "version + coalesce((%(versions)s::jsonb ->> note_id::text)::int, 0)"

# In the same account in place: whoever waits for a row, to say what became of a message, finds it afterwards.
_GO = f"""
    UPDATE {{table}} SET call_id = %(id)s, note_id = {_NOTE_ID}{{more}}
    WHERE account_id = %(from_account)s AND call_id = %(from)s
"""  # noqa: S608 (names from below)
# Into another one taken out and put in again: the account is part of the key. Its people are told nothing of those who
# had the note before.
_MOVE_PART = f"""
    WITH taken AS (
        DELETE FROM {{table}} WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    )
    INSERT INTO {{table}} (id, account_id, call_id, note_id, {{columns}})
    SELECT id, %(account)s, %(id)s, {_NOTE_ID}, {{values}} FROM taken {{conflict}}
"""  # noqa: S608 (names from below)
_SENDING = (
    "version, text, recipients, is_correction, by_itself, by_id, asked_at, state, answer, sent_at, mail_id, wish,"
    " copy_ids"
)
_SENDING_ELSEWHERE = (
    f"{_VERSION}, text, '[]'::jsonb, is_correction, by_itself, by_id, asked_at,"
    " CASE state WHEN 'waiting' THEN 'withdrawn' ELSE state END, '', sent_at, mail_id, wish, copy_ids"
)
_READING = (
    "ON CONFLICT (account_id, note_id, user_id) DO UPDATE SET unread = calls_notereading.unread + excluded.unread"
)
_PARTS = ("calls_notesending", "calls_notecomment", "calls_notereading")
_WAITS = """
    CASE WHEN text <> '' AND coalesce((SELECT by_itself FROM calls_notesettings WHERE account_id = %(account)s), true)
        AND EXISTS (SELECT FROM calls_call WHERE account_id = %(account)s AND id = %(id)s AND direction <> 'internal')
    THEN updated_at END
"""
_MOVE = f"""
    WITH taken AS (
        DELETE FROM calls_callnote WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    ), told AS (  -- what of it nobody of the account has, and when that was said last
        SELECT t.*, CASE WHEN version = 0 OR %(account)s <> %(from_account)s THEN coalesce(waits_since, {_WAITS})
            ELSE waits_since END AS waits
        FROM taken t
    ), joined AS (
        UPDATE calls_callnote n SET text = concat_ws(E'\\n', nullif(n.text, ''), nullif(t.text, '')),
            updated_at = greatest(n.updated_at, t.updated_at), version = n.version + t.version,
            waits_since = greatest(n.waits_since, t.waits),
            recipients = n.recipients || CASE WHEN %(account)s <> %(from_account)s THEN '[]' ELSE (
                SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(t.recipients) AS one
                WHERE NOT n.recipients @> jsonb_build_array(jsonb_build_object('id', one -> 'id'))
            ) END
        FROM told t
        WHERE n.account_id = %(account)s AND n.call_id = %(id)s AND n.by_id = t.by_id RETURNING n.by_id
    )
    INSERT INTO calls_callnote (id, account_id, call_id, text, recipients, by_id, created_at, updated_at, version,
        state, changed, waits_since, finished_at)
    SELECT id, %(account)s, %(id)s, text,
        CASE WHEN %(account)s = %(from_account)s THEN recipients ELSE (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'email', r.email, 'phone', r.phone)
                ORDER BY r.name, r.id), '[]')
            FROM accounts_noterecipient r WHERE r.account_id = %(account)s AND r.by_default
        ) END,
        by_id, created_at, updated_at, version, CASE WHEN %(account)s = %(from_account)s THEN state ELSE '' END,
        changed AND %(account)s = %(from_account)s, waits, finished_at
    FROM told WHERE by_id IS NULL OR by_id NOT IN (SELECT by_id FROM joined)
"""  # noqa: S608 (texts from above)
_DESKS = """
    SELECT c.employee_id FROM calls_call c WHERE c.account_id = %(account)s AND c.id = %(id)s
        AND coalesce(c.ended_at, now()) > now() - interval '30 minutes'
    UNION SELECT l.employee_id FROM calls_leg l JOIN calls_call c ON c.account_id = l.account_id AND c.id = l.call_id
        WHERE l.account_id = %(account)s AND l.call_id = %(id)s
            AND coalesce(c.ended_at, now()) > now() - interval '30 minutes'
"""


def move_notes(*, from_account: int, from_call: UUID, account_id: int, id: UUID) -> None:
    """Gives the notes on a call, with what was sent and said of them, to the call that took its place. The caller has
    locked both. What still waits to go to people of another account is withdrawn.
    """
    values: dict[str, Any] = {"from_account": from_account, "from": from_call, "account": account_id, "id": id}
    with connection.cursor() as cursor:
        if from_account != account_id:
            _tell_desks(cursor, values)
        cursor.execute(_ANY, values)
        if not cursor.fetchone()[0]:  # as with most calls: whoever writes this one writes many a second
            return
        if from_account != account_id:
            _withdraw(cursor, values)
        cursor.execute(_SENT.format(lock="FOR UPDATE"), values)  # before the notes, as whoever hears of a message
        cursor.execute(_JOINED, values)
        joined = cursor.fetchall()
        values["joined"] = _as_json({str(old): new for old, new, _version in joined})
        values["versions"] = _as_json({str(old): version for old, _new, version in joined})
        _move_parts(cursor, values)
        cursor.execute(_MOVE, values)
    for _old, note_id, _version in joined:
        _weigh_anew(account_id, note_id)


def _move_parts(cursor: Any, values: dict[str, Any]) -> None:
    if values["account"] == values["from_account"]:
        cursor.execute(_GO.format(table="calls_notesending", more=f", version = {_VERSION}"), values)
        cursor.execute(_GO.format(table="calls_notecomment", more=""), values)
    else:
        parts = [("calls_notesending", _SENDING, _SENDING_ELSEWHERE), ("calls_notecomment", *["text, by_id, at"] * 2)]
        for table, columns, kept in parts:
            cursor.execute(_MOVE_PART.format(table=table, columns=columns, values=kept, conflict=""), values)
    reading = {"columns": "user_id, unread", "values": "user_id, unread", "conflict": _READING}
    cursor.execute(_MOVE_PART.format(table="calls_notereading", **reading), values)


def _withdraw(cursor: Any, values: dict[str, Any]) -> None:
    cursor.execute(_SENT.format(lock=""), values)
    sent = [row for row in cursor.fetchall() if row[1] is not None]
    hold_mails([mail_id for _account, mail_id, _state, _recipients in sent])
    left = {
        mail_id: [one["email"] for one in json.loads(recipients)]
        for account_id, mail_id, _state, recipients in sent
        if account_id == values["from_account"]
    }
    withdraw(left, now=timezone.now())


def _weigh_anew(account_id: int, note_id: int) -> None:
    """How a note stands that two became."""
    note, past = CallNote.objects.get(account_id=account_id, pk=note_id), past_of(account_id, note_id)
    chosen = [one["email"] for one in note.recipients if one.get("email")]
    CallNote.objects.filter(account_id=account_id, pk=note_id).update(
        state=stands_as(past) or note.state, changed=is_changed(note.text, chosen, past)
    )


def _tell_desks(cursor: Any, values: dict[str, Any]) -> None:
    """Cards that stand there were drawn for another account: its people, its texts."""
    cursor.execute(_DESKS, values)
    topics = [f"desk:{employee}" for (employee,) in cursor.fetchall() if employee is not None]
    changes = [
        Change(topic, name, str(values["id"]), values["account"]) for topic in topics for name in ("note", "contact")
    ]
    publish(changes, now=timezone.now())


def _as_json(values: dict[str, int]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in values.items()) + "}"


_MAILS = """
    SELECT unnest(array_append(copy_ids, mail_id)) FROM calls_notesending WHERE account_id = %s AND call_id = ANY(%s)
"""


def remove_note_parts(account_id: int, ids: Sequence[UUID]) -> None:
    """What was sent and said of notes goes before the calls do, and the mails with it. The notes themselves go with
    their calls. First the mails: whoever hears of them has locked them, and comes for the rest afterwards.
    """
    key: list[Any] = [account_id, list(ids)]
    with connection.cursor() as cursor:
        cursor.execute(_MAILS, key)
        forget_mails([row[0] for row in cursor.fetchall() if row[0] is not None])
        for table in _PARTS:
            cursor.execute(f"DELETE FROM {table} WHERE account_id = %s AND call_id = ANY(%s)", key)  # noqa: S608 (names from above)


_SENT_OF = """
    SELECT s.call_id::text, s.asked_at, s.state, s.text, s.recipients::text, s.is_correction FROM calls_notesending s
    WHERE s.account_id = %s AND s.call_id = ANY(%s) ORDER BY s.id
"""
_SAID = """
    SELECT m.call_id::text, m.at, coalesce(u.name, ''), m.text
    FROM calls_notecomment m LEFT JOIN staff_user u ON u.id = m.by_id
    WHERE m.account_id = %s AND m.call_id = ANY(%s) ORDER BY m.id
"""


def report_sendings(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was sent of the notes on these calls, for the person whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(_SENT_OF, [account_id, list(ids)])
        return [
            {"call": call, "at": at.isoformat(), "state": state, "text": text, "to": recipients, "correction": corrects}
            for call, at, state, text, recipients, corrects in cursor
        ]


def report_comments(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was said among us of the notes on these calls."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [account_id, list(ids)])
        return [{"call": call, "at": at.isoformat(), "by": by, "text": text} for call, at, by, text in cursor]
