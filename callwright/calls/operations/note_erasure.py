"""Takes an erased person out of notes on calls of others, in which they were a party (CALL-16)."""

from datetime import datetime
from typing import Any

from django.db import connection

from callwright.calls.ports import ErasedPerson
from callwright.messaging.rules import pattern_for

_NAMED = "EXISTS (SELECT FROM unnest(%(patterns)s::text[]) AS t (pattern) WHERE {column} ~* t.pattern)"
# What says nothing any more is on its way to nobody.
_OTHERS = """(
    SELECT coalesce(jsonb_agg(CASE WHEN {text} AND one ->> 'state' = 'waiting'
        THEN one || jsonb_build_object('state', 'withdrawn') ELSE one END), '[]')
    FROM jsonb_array_elements(recipients) AS one WHERE NOT {named}
)"""

# A sending before its note: so does whoever hears what became of a message.
_STATEMENTS = (
    """
    UPDATE calls_notesending SET
        recipients = {others},
        text = CASE WHEN {text} THEN '' ELSE text END,
        state = CASE WHEN state = 'waiting' AND ({text} OR {others} = '[]') THEN 'withdrawn' ELSE state END,
        answer = CASE WHEN {answer} THEN '' ELSE answer END
    WHERE {theirs} AND ({text} OR {answer} OR {recipients})
    """,
    "UPDATE calls_callnote SET text = '', waits_since = NULL, changed = false WHERE {theirs} AND {text}",
    """
    UPDATE calls_callnote SET
        recipients = {others}
    WHERE {theirs} AND {recipients}
    """,
    """
    UPDATE calls_callnote n SET state = 'withdrawn'
    WHERE {theirs} AND state = 'waiting' AND NOT EXISTS (
        SELECT FROM calls_notesending s WHERE s.account_id = n.account_id AND s.note_id = n.id AND s.state = 'waiting')
    """,
    "DELETE FROM calls_notecomment WHERE {theirs} AND {text}",
    """
    DELETE FROM calls_notereading r WHERE {theirs} AND NOT EXISTS (
        SELECT FROM calls_notecomment m WHERE m.account_id = r.account_id AND m.note_id = r.note_id)
    """,
)
_WORDS = {
    "theirs": "account_id = %(account)s AND call_id = ANY(%(calls)s)",
    "text": _NAMED.format(column="text"),
    "answer": _NAMED.format(column="answer"),
    "recipients": _NAMED.format(column="recipients::text"),
    "others": _OTHERS.format(text=_NAMED.format(column="text"), named=_NAMED.format(column="one::text")),
}


def erase_from_notes(person: ErasedPerson, now: datetime) -> None:
    """Empties notes and what was sent of them where they name the person, and takes away what was said of them, on
    calls of others. Their own calls have no notes any more.
    """
    patterns = [pattern for text in person.texts if (pattern := pattern_for(text))]
    if not patterns or not person.touched_ids:
        return
    values: dict[str, Any] = {
        "account": person.account_id, "calls": list(person.touched_ids), "patterns": patterns,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement.format(**_WORDS), values)
