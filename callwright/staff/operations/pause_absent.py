"""Agents whose desk was closed take no calls until they say so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from callwright.staff.agent_rules import after_choice
from callwright.staff.models import NO_DESK_OPEN, PauseReason, State
from callwright.staff.operations.agent_rows import StateChange, lock_agents, store


@transaction.atomic
def pause_absent(*, user_ids: Sequence[int], now: datetime) -> list[StateChange]:
    """Pause those of the agents who are ready, with the product's own reason; a call that goes on is left alone and
    the pause holds after it.
    """
    ready = [agent for agent in lock_agents(user_ids, now=now) if agent.standing.wanted == State.READY]
    if not ready:
        return []
    reason, _made = PauseReason.objects.get_or_create(
        code=NO_DESK_OPEN, defaults={"label": "No desk open", "retired": True}
    )
    for agent in ready:
        agent.standing, agent.reason = after_choice(agent.standing, "paused"), reason
    return store(ready, now=now)
