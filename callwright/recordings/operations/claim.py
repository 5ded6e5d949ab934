"""Takes what is due from the queue of recordings, each by one worker only, and gives it back."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, connection, connections

log = logging.getLogger("callwright.recordings")

LEASE = timedelta(seconds=120)
"""A worker that was not heard of for so long is dead: another takes up what it had begun."""

RENEWED_EVERY_S = 20.0
LONGEST_S = 24 * 3600.0
"""No attempt takes longer; one that does hangs, and another may try."""

_TAKE = """
    UPDATE recordings_recording r SET due_at = %(lease)s, attempts = r.attempts + 1, tries = r.tries + 1
    FROM (SELECT account_id, id FROM recordings_recording WHERE due_at <= %(now)s
          ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due
    WHERE r.account_id = due.account_id AND r.id = due.id
    RETURNING r.account_id, r.id, r.attempts
"""
_RENEW = """
    UPDATE recordings_recording SET due_at = now() + make_interval(secs => %s)
    WHERE account_id = %s AND id = %s AND attempts = %s AND due_at IS NOT NULL
"""


class ClaimLost(Exception):
    """Another worker has taken it up, or it was erased meanwhile: what was done of it does not count."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A call's recording to be worked on; `attempt` tells this try from every other."""

    account_id: int
    id: UUID
    attempt: int


def take_due(now: datetime, *, limit: int) -> list[Claim]:
    """What is due, at most `limit`; nobody else gets it before the lease is over."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "lease": now + LEASE, "limit": limit})
        return [Claim(*row) for row in cursor]


def renew(claim: Claim) -> None:
    """Says that it is still worked on. Raises ClaimLost."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [LEASE.total_seconds(), claim.account_id, claim.id, claim.attempt])
        if cursor.rowcount != 1:
            raise ClaimLost(claim.id)


@contextmanager
def kept_alive(claim: Claim) -> Iterator[Callable[[], None]]:
    """Renews a claim as long as the block lasts, whatever that does meanwhile: fetching, examining or storing may each
    take longer than the lease. Yields a function that raises ClaimLost once another worker has it.
    """
    lost, over = threading.Event(), threading.Event()
    keeper = threading.Thread(target=_keep, args=(claim, lost, over), name=f"claim-{claim.id}", daemon=True)
    keeper.start()

    def alive() -> None:
        if lost.is_set():
            raise ClaimLost(claim.id)

    try:
        yield alive
    finally:
        over.set()
        keeper.join()  # or its last word might come after what the attempt says of its end


def _keep(claim: Claim, lost: threading.Event, over: threading.Event) -> None:
    until = time.monotonic() + LONGEST_S
    try:
        while not over.wait(RENEWED_EVERY_S) and time.monotonic() < until:
            try:
                renew(claim)
            except ClaimLost:
                lost.set()
                return
            except DatabaseError as error:  # the lease is long enough for another try or two
                log.warning("the claim on the recording of call %s is not renewed (%s)", claim.id, error)
                connections.close_all()
    finally:
        connections.close_all()
