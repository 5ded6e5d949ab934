"""Sends the notes whose authors are done with them (ACC-6): none is forgotten, none goes out half-typed."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.models import CallNote
from callwright.calls.note_rules import QUIET, QUIET_AFTER_LEAVING, QUIET_AFTER_PUTTING_AWAY, STILL_WRITING
from callwright.calls.operations.next_try import tried_alone
from callwright.calls.operations.send_note import send_by_itself

MOST_AT_ONCE = 50

log = logging.getLogger("callwright.notes")

# The call is over, and its author typed nothing for a while: a short one where they put the card away after the last
# word, or left the wrap-up of the call, which counts only where there was one: without it they are ready at once, and
# may be writing. In the wrap-up of the call they may be thinking, or registering it: that is waited for, not for ever.
_DUE = """
    SELECT n.account_id, n.call_id, n.id, n.waits_since
    FROM calls_callnote n
    JOIN calls_call c ON c.account_id = n.account_id AND c.id = n.call_id AND c.ended_at IS NOT NULL
    LEFT JOIN staff_agentstate s ON s.user_id = n.by_id
    WHERE n.waits_since <= %(now)s - %(away)s AND (
        greatest(n.waits_since, c.ended_at) <= %(now)s - CASE
            WHEN s.state = 'wrap_up' AND s.call_id = n.call_id THEN %(writing)s ELSE %(quiet)s END
        OR n.finished_at >= n.waits_since
        OR n.waits_since <= %(now)s - %(left)s AND s.since >= n.waits_since
            AND (s.state <> 'wrap_up' OR s.call_id IS DISTINCT FROM n.call_id)
            AND EXISTS (
                SELECT FROM staff_agentstatechange w
                WHERE w.user_id = n.by_id AND w.state = 'wrap_up'
                    AND w.at >= c.ended_at - interval '5 seconds' AND w.at <= s.since
            )
    )
    ORDER BY n.waits_since LIMIT %(most)s
"""


def send_due_notes(now: datetime) -> int:
    """Sends the notes that are due, each in a transaction of its own; returns how many. Several workers may do it at
    once. One that cannot be sent is tried again after a while, and holds up no other.
    """
    times: dict[str, Any] = {
        "now": now, "quiet": QUIET, "left": QUIET_AFTER_LEAVING, "away": QUIET_AFTER_PUTTING_AWAY,
        "writing": STILL_WRITING, "most": MOST_AT_ONCE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE, times)
        due = cursor.fetchall()
    return sum(_sent(*one, now=now) for one in due)


def _sent(account_id: int, call_id: UUID, note_id: int, as_of: datetime, *, now: datetime) -> bool:
    sent: list[Any] = []

    def work() -> None:
        sent.append(send_by_itself(account_id=account_id, call_id=call_id, note_id=note_id, as_of=as_of, now=now))

    if not tried_alone(work, log, "The note %s could not be sent by itself", note_id):
        stuck = CallNote.objects.filter(account_id=account_id, pk=note_id, waits_since=as_of)
        stuck.update(waits_since=now, finished_at=None)  # the others first
    return bool(sent and sent[0])
