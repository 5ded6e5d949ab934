"""Notes, what was sent of them and what was said of them go with their call: elsewhere, or away (CALL-16)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.messaging.operations.forget_mails import forget_mails

# Taken out and put in again rather than changed: the account is part of the key. Who wrote on both calls has one note,
# which their desk goes on writing; what was sent of the other one is kept under it. In another account a note is for
# others: what was not sent yet goes to those whom that account chooses.
_ANY = "SELECT EXISTS (SELECT FROM calls_callnote WHERE account_id = %(from_account)s AND call_id = %(from)s)"
_JOINED = """
    SELECT t.id, n.id, n.version FROM calls_callnote t
    JOIN calls_callnote n ON n.account_id = %(account)s AND n.call_id = %(id)s AND n.by_id = t.by_id
    WHERE t.account_id = %(from_account)s AND t.call_id = %(from)s
    ORDER BY n.id FOR NO KEY UPDATE
"""
_MOVE_PART = """
    WITH taken AS (
        DELETE FROM {table} WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    )
    INSERT INTO {table} (id, account_id, call_id, note_id, {columns})
    SELECT id, %(account)s, %(id)s, coalesce((%(joined)s::jsonb ->> note_id::text)::bigint, note_id), {values}
    FROM taken {conflict}
"""
_PARTS = (
    (
        "calls_notesending",
        "version, text, recipients, is_correction, by_itself, by_id, asked_at, state, answer, sent_at, mail_id,"
        " copy_ids",
        "version + coalesce((%(versions)s::jsonb ->> note_id::text)::int, 0), text, recipients, is_correction,"
        " by_itself, by_id, asked_at, state, answer, sent_at, mail_id, copy_ids",
        "",
    ),
    ("calls_notecomment", "text, by_id, at", "text, by_id, at", ""),
    (
        "calls_notereading",
        "user_id, unread",
        "user_id, unread",
        "ON CONFLICT (account_id, note_id, user_id) DO UPDATE SET unread = calls_notereading.unread + excluded.unread",
    ),
)
_MOVE = """
    WITH taken AS (
        DELETE FROM calls_callnote WHERE account_id = %(from_account)s AND call_id = %(from)s RETURNING *
    ), joined AS (
        UPDATE calls_callnote n SET text = concat_ws(E'\\n', nullif(n.text, ''), nullif(t.text, '')),
            updated_at = greatest(n.updated_at, t.updated_at), version = n.version + t.version,
            changed = n.version + t.version > 0 AND (n.changed OR t.text <> ''),
            state = CASE WHEN t.version > 0 THEN t.state ELSE n.state END,
            waits_since = CASE WHEN n.version + t.version = 0 THEN greatest(n.waits_since, t.waits_since) END
        FROM taken t
        WHERE n.account_id = %(account)s AND n.call_id = %(id)s AND n.by_id = t.by_id RETURNING n.by_id
    )
    INSERT INTO calls_callnote (id, account_id, call_id, text, recipients, by_id, created_at, updated_at, version,
        state, changed, waits_since, finished_at)
    SELECT id, %(account)s, %(id)s, text,
        CASE WHEN %(account)s = %(from_account)s OR version > 0 THEN recipients ELSE (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'email', r.email, 'phone', r.phone)
                ORDER BY r.name, r.id), '[]')
            FROM accounts_noterecipient r WHERE r.account_id = %(account)s AND r.by_default
        ) END,
        by_id, created_at, updated_at, version, state, changed, waits_since, finished_at
    FROM taken WHERE by_id IS NULL OR by_id NOT IN (SELECT by_id FROM joined)
"""


def move_notes(*, from_account: int, from_call: UUID, account_id: int, id: UUID) -> None:
    """Gives the notes on a call, with what was sent and said of them, to the call that took its place."""
    values: dict[str, Any] = {"from_account": from_account, "from": from_call, "account": account_id, "id": id}
    with connection.cursor() as cursor:
        cursor.execute(_ANY, values)
        if not cursor.fetchone()[0]:  # as with most calls: whoever writes this one writes many a second
            return
        cursor.execute(_JOINED, values)
        joined = cursor.fetchall()
        values["joined"] = _as_json({str(old): new for old, new, _version in joined})
        values["versions"] = _as_json({str(old): version for old, _new, version in joined})
        for table, columns, kept, conflict in _PARTS:
            cursor.execute(_MOVE_PART.format(table=table, columns=columns, values=kept, conflict=conflict), values)
        cursor.execute(_MOVE, values)


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
        for table, *_rest in _PARTS:
            cursor.execute(f"DELETE FROM {table} WHERE account_id = %s AND call_id = ANY(%s)", key)  # noqa: S608 (names from above)


_SENT = """
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
        cursor.execute(_SENT, [account_id, list(ids)])
        return [
            {"call": call, "at": at.isoformat(), "state": state, "text": text, "to": recipients, "correction": corrects}
            for call, at, state, text, recipients, corrects in cursor
        ]


def report_comments(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was said among us of the notes on these calls."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [account_id, list(ids)])
        return [{"call": call, "at": at.isoformat(), "by": by, "text": text} for call, at, by, text in cursor]
