"""An employee goes home: no calls any more, and the extension is free for others."""

from datetime import datetime

from django.db import transaction

from callwright.staff.models import AgentState, State
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import release_extension


@transaction.atomic
def leave(*, user_id: int, now: datetime) -> None:
    """Log the agent out of the queues, then free the extension; nothing happens for those who have neither."""
    if AgentState.objects.filter(user_id=user_id).exclude(wanted=State.LOGGED_OUT).exists():
        set_state(user_id=user_id, choice="logged_out", now=now)
    release_extension(user_id=user_id, now=now)
