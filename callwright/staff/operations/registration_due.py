"""Calls that an agent must register before the next one (REG-3). Which they are is told by the layer above."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from callwright.staff.agent_rules import after_registered, after_tick
from callwright.staff.operations.agent_rows import StateChange, hold_agents, lock_free_agents, store

_HOLD_DUE = "SELECT FROM staff_agentstate WHERE user_id = %s AND due @> to_jsonb(%s::text) FOR UPDATE"


def hold_due(*, user_id: int, call_id: UUID) -> None:
    """Locks the agent, where the call is due of them: agents come before what is registered (docs/decisions/042)."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_DUE, [user_id, str(call_id)])


@transaction.atomic
def settle(*, user_id: int, call_id: UUID, now: datetime) -> StateChange | None:
    """The call is registered, or the agent was released: when nothing else is due, wrap-up ends with its time. None
    when nothing changed.

    Waits for nobody: an agent whom the caller has not locked and somebody else has is left to `bring_due_in_step`.
    """
    agents = lock_free_agents([user_id])
    for agent in agents:
        agent.standing = after_tick(after_registered(agent.standing, str(call_id)), now=now)
    changes = store(agents, now=now)
    return changes[0] if changes else None


@transaction.atomic
def settle_moved(*, user_id: int, call_id: UUID, into: UUID, now: datetime) -> None:
    """What is due is due of another call from now on: the one that `call_id` became part of. Waits for nobody."""
    for agent in lock_free_agents([user_id]):
        if str(call_id) in agent.standing.due:
            due = tuple(dict.fromkeys(str(into) if one == str(call_id) else one for one in agent.standing.due))
            agent.standing = replace(agent.standing, due=due)
            store([agent], now=now)


@transaction.atomic
def bring_due_in_step(*, user_id: int, due: Callable[[], Sequence[UUID]], now: datetime) -> None:
    """Has the agent held for just what `due` says, oldest first; it is asked once the agent is locked."""
    hold_agents([user_id])
    calls = tuple(str(one) for one in due())
    for agent in lock_free_agents([user_id]):
        if set(agent.standing.due) != set(calls):
            agent.standing = after_tick(replace(agent.standing, due=calls), now=now)
            store([agent], now=now)
