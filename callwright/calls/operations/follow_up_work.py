"""The worker's part of follow-up: takes the notes and works out what they concern (CALL-6)."""

from datetime import datetime
from time import monotonic

from django.db import connection, transaction

from callwright.calls.operations.follow_up_changes import Note
from callwright.calls.operations.follow_up_states import work_out

BATCH = 300
LONGEST_S = 20.0

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('calls follow-up'))"
# What just happened goes before what an import left.
_TAKE = """
    DELETE FROM calls_followuppending WHERE id IN (
        SELECT id FROM calls_followuppending ORDER BY in_bulk, id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING account_id, since, call_id, contact_id, number
"""


def work_out_follow_ups(now: datetime, *, batch: int = BATCH) -> int:
    """Takes all notes, a batch in each transaction, and returns how many. Several workers may call it: one works, since
    two that read a client at once could each write what the other has made old. What dies in between is done again.
    """
    taken, began = 0, monotonic()
    while monotonic() - began < LONGEST_S:
        done = _batch(now, batch)
        taken += done
        if done < batch:
            break
    return taken


@transaction.atomic
def _batch(now: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute(_TAKE, [batch])
        notes = [Note(*row) for row in cursor.fetchall()]
    if notes:
        work_out(notes, now=now)
    return len(notes)
