"""Hears of changed calls and notes those whose recording is to be seen to. On the link's hot path: one INSERT."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import connection

from callwright.calls.ports import CallChange
from callwright.recordings.operations.join_recordings import join_recordings
from callwright.recordings.rules import FIRST_LOOK, began_in_a_pause

_ROWS = (
    "jsonb_to_recordset(%(rows)s::jsonb) AS r"
    " (account_id bigint, id uuid, pbx_id bigint, announced boolean, ended boolean, in_pause boolean)"
)
# One attempt more: one that is under way has not seen what changed, so it does not count any more.
# A call that ended is looked for where its PBX has a source; one that goes on is only looked at where a rule stands, or
# where something of it began to be recorded in a pause.
_NOTICE = f"""
    INSERT INTO recordings_recording AS n (account_id, id, pbx_id, state, reason, detail, due_at, attempts, tries,
        asked_at, seconds, erase_reason)
    SELECT r.account_id, r.id, r.pbx_id, '', '', '', CASE WHEN r.ended THEN %(later)s ELSE %(now)s END, 0, 0,
        %(now)s, 0, ''
    FROM {_ROWS}
    WHERE (r.ended AND EXISTS (SELECT FROM recordings_source s WHERE s.pbx_id = r.pbx_id AND s.enabled
              AND (r.announced OR NOT s.announced_only)))
       OR (NOT r.ended AND (r.in_pause OR EXISTS (SELECT FROM recordings_neverrule)))
    ON CONFLICT (account_id, id) DO UPDATE SET due_at = excluded.due_at, attempts = n.attempts + 1, tries = 0,
        asked_at = excluded.asked_at
        WHERE n.erased_at IS NULL
"""  # noqa: S608


def notice_calls(changes: Sequence[CallChange], now: datetime) -> None:
    """Queues calls that ended with a recording (or could have one), and calls of which recording just began."""
    moved = [one for one in changes if one.account_before not in (None, one.account_id) and one.after is not None]
    if moved:
        _move(moved)
    join_recordings([one for one in changes if one.after is None], now)
    rows = [
        {
            "account_id": one.account_id, "id": one.id, "pbx_id": one.row["pbx_id"],
            "announced": bool(one.after.recordings), "ended": one.after.ended_at is not None,
            "in_pause": began_in_a_pause(one.after.recordings),
        }
        for one in changes
        if one.after is not None and one.row is not None and one.row["pbx_id"] is not None
        and _matters(one)
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            text = msgspec.json.encode(rows).decode()
            cursor.execute(_NOTICE, {"rows": text, "now": now, "later": now + FIRST_LOOK})


def _matters(change: CallChange) -> bool:
    after = change.after
    assert after is not None
    before = change.before.recordings if change.before else ()
    if after.ended_at is None:
        is_heard_now = any(one.is_heard for one in after.recordings)
        return is_heard_now and (after.recordings != before or _may_fall_under_a_rule(change))
    if after.answered_at is None:
        return False  # nobody spoke, so nothing is worth keeping
    had_ended = change.before is not None and change.before.ended_at is not None
    return not had_ended or [one.file for one in after.recordings] != [one.file for one in before]


def _may_fall_under_a_rule(change: CallChange) -> bool:
    """The PBX often says after the begin of a recording to which queue, line or account the call belongs."""
    before, after = change.before, change.after
    assert after is not None
    if before is None or change.account_before not in (None, change.account_id):
        return True
    return (before.queue, before.dialled_number) != (after.queue, after.dialled_number)


# Taken out and put in again rather than changed: the account is part of the key.
_MOVE = """
    WITH taken AS (DELETE FROM {table} WHERE account_id = %(before)s AND {key} = %(id)s RETURNING *)
    INSERT INTO {table}
    SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(taken) || jsonb_build_object('account_id', %(now)s::bigint)
        )).* FROM taken
"""
_STATE = """
    UPDATE calls_call c SET recording = r.state FROM recordings_recording r
    WHERE c.account_id = %(now)s AND c.id = %(id)s AND r.account_id = c.account_id AND r.id = c.id
"""


def _move(changes: Sequence[CallChange]) -> None:
    """A call found its account later than its row: what is kept of its recording goes with it."""
    with connection.cursor() as cursor:
        for one in changes:
            where = {"before": one.account_before, "now": one.account_id, "id": one.id}
            cursor.execute(_MOVE.format(table="recordings_recording", key="id"), where)
            cursor.execute(_MOVE.format(table="recordings_part", key="call_id"), where)
            cursor.execute(_STATE, where)
