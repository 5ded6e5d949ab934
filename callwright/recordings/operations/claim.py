"""Takes what is due from the queue of recordings, each by one worker only, and gives it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

LEASE = timedelta(seconds=120)
"""A worker that was not heard of for so long is dead: another takes up what it had begun. Longer than a source may
be silent.
"""

_TAKE = """
    UPDATE recordings_recording r SET due_at = %(lease)s, attempts = r.attempts + 1
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
