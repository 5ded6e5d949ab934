"""Looks for the recording of one call once more, because somebody asks for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.calls.operations.set_recording import set_recording
from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.models import Recording, Source, State


class CannotFetch(Exception):
    """It was erased, the call goes on, or nobody said where its PBX keeps recordings."""


@transaction.atomic
def fetch_again(call: RecordedCall, *, now: datetime) -> UUID:
    """Queues it anew, as if the call had just ended. Raises CannotFetch."""
    if call.pbx_id is None or call.ended_at is None:
        raise CannotFetch
    if not Source.objects.filter(pbx_id=call.pbx_id, enabled=True).exists():
        raise CannotFetch
    values = {"state": State.WAITING, "reason": "", "detail": "", "due_at": now, "asked_at": now, "attempts": 0}
    kept = Recording.objects.select_for_update().filter(account_id=call.account_id, id=call.id).first()
    if kept is None:
        Recording.objects.create(account_id=call.account_id, id=call.id, pbx_id=call.pbx_id, **values)
    elif kept.erased_at is not None:
        raise CannotFetch
    else:
        values["attempts"] = kept.attempts + 1  # an attempt that is under way does not count any more
        Recording.objects.filter(account_id=call.account_id, id=call.id).update(**values)
    set_recording(account_id=call.account_id, call_id=call.id, state=State.WAITING, now=now)
    return call.id
