"""Calls that an agent must register before the next one (REG-3). Which they are is told by the layer above."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.staff.agent_rules import after_registered, after_tick
from callwright.staff.operations.agent_rows import StateChange, lock_agents, store


@transaction.atomic
def settle(*, user_id: int, call_id: UUID, now: datetime) -> StateChange | None:
    """The call is registered, or the agent was released: when nothing else is due, wrap-up ends with its time. None
    when nothing changed.
    """
    agents = lock_agents([user_id], now=now)
    for agent in agents:
        agent.standing = after_tick(after_registered(agent.standing, str(call_id)), now=now)
    changes = store(agents, now=now)
    return changes[0] if changes else None


@transaction.atomic
def settle_moved(*, user_id: int, call_id: UUID, into: UUID, now: datetime) -> None:
    """What is due is due of another call from now on: the one that `call_id` became part of."""
    for agent in lock_agents([user_id], now=now):
        if str(call_id) in agent.standing.due:
            due = tuple(dict.fromkeys(str(into) if one == str(call_id) else one for one in agent.standing.due))
            agent.standing = replace(agent.standing, due=due)
            store([agent], now=now)
