"""Erases recordings: the sound and its waveform go, the record stays and says who did it, when, and why."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from callwright.calls.operations.export_expiry import expire_exports_of_persons
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.set_recording import set_recording
from callwright.recordings.models import Part, Recording, State
from callwright.recordings.operations.keep_files import give_up_files
from callwright.staff.operations.record_audit import record_audit

LONGEST_REASON = 300


class NothingToErase(Exception):
    """The call has no recording, or it was erased before."""


class ReasonNeeded(Exception):
    """Whoever erases a recording says why, in at most `LONGEST_REASON` characters."""


def erase_recording(*, account_id: int, call_id: UUID, by: int, reason: str, address: str = "", now: datetime) -> None:
    """Erases the recording of a call that the caller may see. Raises NothingToErase, ReasonNeeded."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise ReasonNeeded
    with transaction.atomic():
        if not _erase(account_id, call_id, by=by, reason=reason, code="", now=now):
            raise NothingToErase
        record_audit(
            action="recording_erased", subject=f"call:{call_id}", by=by, account_id=account_id,
            detail={"reason": reason}, address=address, now=now,
        )  # fmt: skip
        # Once it is committed: an archive that is being made may have read the sound until then.
        transaction.on_commit(partial(expire_exports_of_persons, account_id=account_id, now=now))


_OVERDUE = """
    SELECT r.account_id, r.id FROM recordings_recording r
    LEFT JOIN recordings_policy own ON own.account_id = r.account_id
    LEFT JOIN recordings_policy house ON house.account_id IS NULL
    WHERE r.state = 'downloaded'
        AND coalesce(r.call_ended_at, r.fetched_at)
            < %(now)s - make_interval(days => coalesce(own.keep_days, house.keep_days))
    ORDER BY r.account_id, r.call_ended_at LIMIT %(limit)s
"""


def erase_overdue(now: datetime, *, limit: int = 500) -> int:
    """Erases recordings whose call ended as long ago as their account wants them kept; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, {"now": now, "limit": limit})
        overdue: Sequence[tuple[int, UUID]] = cursor.fetchall()
    erased = 0
    for account_id, call_id in overdue:
        with transaction.atomic():
            if _erase(account_id, call_id, by=None, reason="", code="retention", now=now):
                erased += 1
                record_audit(
                    action="recording_expired", subject=f"call:{call_id}", by=None, account_id=account_id, now=now
                )
    return erased


def _erase(account_id: int, call_id: UUID, *, by: int | None, reason: str, code: str, now: datetime) -> bool:
    hold_calls(account_id, [call_id])
    recording = Recording.objects.select_for_update().filter(account_id=account_id, id=call_id).first()
    if recording is None or recording.erased_at is not None or recording.state == State.NONE:
        return False
    parts = Part.objects.filter(account_id=account_id, call_id=call_id)
    give_up_files([name for names in parts.values_list("file", "playable") for name in names], now)
    parts.delete()
    # one attempt more: a fetch that is under way does not count any more
    Recording.objects.filter(account_id=account_id, id=call_id).update(
        state=State.ERASED, reason=code, detail="", due_at=None, attempts=recording.attempts + 1, erased_at=now,
        erased_by_id=by, erase_reason=reason,
    )  # fmt: skip
    set_recording(account_id=account_id, call_id=call_id, state=State.ERASED, now=now)
    return True
