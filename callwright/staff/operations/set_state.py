"""The agent chooses: ready, paused with a reason, logged out."""

from datetime import datetime

from django.db import transaction

from callwright.staff.agent_rules import Choice, after_choice
from callwright.staff.models import Extension, PauseReason
from callwright.staff.operations.agent_rows import StateChange, lock_agents, store


class NoReason(Exception):
    """A pause needs a reason that is offered now."""


class NoExtension(Exception):
    """An employee without an extension cannot take calls."""


@transaction.atomic
def set_state(*, user_id: int, choice: Choice, reason: str = "", now: datetime) -> StateChange | None:
    """Change the agent's state; a call goes on and the choice holds after it. None when nothing changed.

    `reason` is the code of a pause reason. The queues of the PBX are told; until the PBX confirms, the state is shown
    as not yet confirmed. Raises NoReason, NoExtension.
    """
    chosen = PauseReason.objects.filter(code=reason, retired=False).first() if choice == "paused" else None
    if choice == "paused" and chosen is None:
        raise NoReason
    if choice != "logged_out" and not Extension.objects.filter(employee_id=user_id).exists():
        raise NoExtension
    [agent] = lock_agents([user_id], now=now)
    agent.standing, agent.reason = after_choice(agent.standing, choice), chosen
    changes = store([agent], now=now)
    return changes[0] if changes else None
