"""The worker's part of follow-up: takes the notes and works out what they concern (CALL-6)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from time import monotonic

from django.db import connection, transaction

from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_states import work_out
from callwright.calls.operations.next_try import next_try, tried_alone

BATCH = 300
LONGEST_S = 20.0

log = logging.getLogger("callwright.follow_up")

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('calls follow-up'))"
# What just happened goes before what an import left.
_TAKE = """
    DELETE FROM calls_followuppending WHERE id IN (
        SELECT id FROM calls_followuppending WHERE not_before IS NULL OR not_before <= %(now)s
        ORDER BY in_bulk, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    RETURNING tries, account_id, since, call_id, contact_id, number, in_bulk
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
        cursor.execute(_TAKE, {"batch": batch, "now": now})
        taken = [(tries, Note(*note)) for tries, *note in cursor.fetchall()]
    if taken and not _worked_out([note for _, note in taken], now):
        for tries, note in taken:
            if len(taken) == 1 or not _worked_out([note], now):
                tried, again = next_try(tries, now)
                note_clients([note], tries=tried, not_before=again)
    return len(taken)


def _worked_out(notes: Sequence[Note], now: datetime) -> bool:
    first = notes[0]
    return tried_alone(
        partial(work_out, notes, now=now), log,
        "Follow-up could not be worked out (%d notes, the first of account %s, call %s)",
        len(notes), first.account_id, first.call_id,
    )  # fmt: skip
