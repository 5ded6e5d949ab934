"""Writes on a call where its recording is; said by the capability above that fetches it (CALL-9)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.calls.models import Call
from callwright.live.operations.publish import Change, publish


@transaction.atomic
def set_recording(*, account_id: int, call_id: UUID, state: str, now: datetime) -> bool:
    """Sets the state (a code of `RecordingState`, or empty) and tells the pages that show the call; whether the call
    is there.
    """
    calls = Call.objects.filter(account_id=account_id, id=call_id)
    changed = calls.exclude(recording=state).update(recording=state, updated_at=now)
    publish([Change("calls", "recording", str(call_id), account_id)], now=now)
    return bool(changed) or calls.exists()
