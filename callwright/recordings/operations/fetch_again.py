"""Looks for the recording of one call once more, because somebody asks for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.set_recording import set_recording
from callwright.calls.queries.recorded import RecordedCall, recorded_call
from callwright.recordings.models import Recording, Source, State


class CannotFetch(Exception):
    """It was erased, or a person taken out of the call; it goes on; or nobody said where its PBX keeps recordings."""


@transaction.atomic
def fetch_again(call: RecordedCall, *, now: datetime) -> UUID:
    """Queues it anew, as if the call had just ended; what was fetched before can be heard meanwhile. Raises
    CannotFetch.
    """
    if call.pbx_id is None or call.ended_at is None or call.recording == State.ERASED:
        raise CannotFetch
    if not Source.objects.filter(pbx_id=call.pbx_id, enabled=True).exists():
        raise CannotFetch
    hold_calls(call.account_id, [call.id])
    current = recorded_call(call.account_id, call.id)
    if current is None or not current.has_facts:
        raise CannotFetch
    values = {"reason": "", "detail": "", "due_at": now, "asked_at": now, "tries": 0}
    kept = Recording.objects.select_for_update().filter(account_id=call.account_id, id=call.id).first()
    state = State.WAITING
    if kept is None:
        Recording.objects.create(account_id=call.account_id, id=call.id, pbx_id=call.pbx_id, state=state, **values)
    elif kept.erased_at is not None:
        raise CannotFetch
    else:
        if kept.state == State.DOWNLOADED:
            state = State.DOWNLOADED
        # one attempt more: one that is under way does not count any more
        mine = Recording.objects.filter(account_id=call.account_id, id=call.id)
        mine.update(state=state, attempts=kept.attempts + 1, **values)
    set_recording(account_id=call.account_id, call_id=call.id, state=state, now=now)
    return call.id
