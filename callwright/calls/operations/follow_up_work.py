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
# An import notes a client with each part of its file; their calls are looked up once for all of these.
_MOST_TOGETHER = 100_000
_TOGETHER = f"""
    WITH notes AS MATERIALIZED (
        SELECT id, account_id, contact_id, number, since FROM calls_followuppending
        WHERE in_bulk AND call_id IS NULL AND not_before IS NULL
        ORDER BY id LIMIT {_MOST_TOGETHER} FOR UPDATE SKIP LOCKED
    ), clients AS MATERIALIZED (
        SELECT array_agg(id ORDER BY id) AS ids, min(since) AS since FROM notes
        GROUP BY account_id, contact_id, number HAVING count(*) > 1
    ), gone AS (
        DELETE FROM calls_followuppending USING (SELECT unnest(ids[2:]) AS id FROM clients) AS c
        WHERE calls_followuppending.id = c.id
    )
    UPDATE calls_followuppending p SET since = c.since FROM clients c WHERE p.id = c.ids[1] AND p.since <> c.since
"""  # noqa: S608 (a number of ours)


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
        if taken == batch:  # the first of many
            _put_together()
    return taken


@transaction.atomic
def _put_together() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if cursor.fetchone() == (True,):
            cursor.execute(_TOGETHER)


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
