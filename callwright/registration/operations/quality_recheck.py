"""Looks again at what is open against a call's registrations, since one of them was just corrected (REG-5)."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.quality_judge import judge, rulebook

_OPEN = """
    SELECT DISTINCT registration_id FROM registration_qualityfinding
    WHERE account_id = %s AND call_id = %s AND closed_at IS NULL
"""


def recheck(account_id: int, call_id: UUID, now: datetime) -> int:
    """Ends the findings of a call whose fault is gone; returns how many. In the caller's transaction; one query where
    nothing is open. What is newly wrong is found by the next evaluation.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [account_id, call_id])
        ids = [id for (id,) in cursor.fetchall()]
    if not ids:
        return 0
    closed = judge(rulebook(), account_id, ids, run_id=None, now=now, only_close=True).closed
    if closed:
        publish([Change("calls", "registration", str(call_id), account_id, {})], now=now)
    return closed
