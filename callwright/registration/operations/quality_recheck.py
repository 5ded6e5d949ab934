"""Looks again at what is open against a call's registrations, since one of them was just corrected (REG-5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.quality_judge import judge, rulebook


def recheck(account_id: int, call_id: UUID, ids: Sequence[UUID], now: datetime) -> int:
    """Ends the findings of a call whose fault is gone; returns how many. `ids`: its registrations that have open ones.
    In the caller's transaction; no query where there are none. What is newly wrong is found by the next evaluation.
    """
    if not ids:
        return 0
    closed = judge(rulebook(), account_id, list(ids), run_id=None, now=now, only_close=True).closed
    if closed:
        publish([Change("calls", "registration", str(call_id), account_id, {})], now=now)
    return closed
