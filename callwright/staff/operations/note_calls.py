"""Calls at the extensions of agents move their states: ringing, talking, wrap-up, and back to what they chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from callwright.staff.agent_rules import Phase, after_call, after_tick
from callwright.staff.models import AgentState
from callwright.staff.operations.agent_rows import StateChange, agent_of, lock_agents, store
from callwright.staff.ports import wrap_up_limits


@dataclass(frozen=True, slots=True)
class CallPhase:
    """What a call now means for an employee; `phase` is ringing, talking or ended, `at` when the phase began.

    `talked`: the employee had been in conversation until now, so that the end of the call earns wrap-up.
    """

    user_id: int
    call_id: UUID
    phase: str
    queue_id: int | None
    talked: bool
    at: datetime


@transaction.atomic(savepoint=False)
def note_calls(noted: Sequence[CallPhase], *, now: datetime) -> list[StateChange]:
    """Apply the phases in their order, a fixed number of queries for any number. Told twice, nothing changes."""
    if not noted:
        return []
    # What a call earns is settled before it ends.
    limits = wrap_up_limits(frozenset(one.queue_id for one in noted if one.queue_id and one.phase != "ended"))
    agents = {agent.id: agent for agent in lock_agents((one.user_id for one in noted), now=now)}
    for one in noted:
        agent = agents.get(one.user_id)
        if agent is None:  # the user was deleted meanwhile
            continue
        phase, limit = cast(Phase, one.phase), limits.get(one.queue_id or 0, 0)
        # After a gap the link reports old calls: their wrap-up counts from their end and may be over already.
        agent.standing = after_call(
            agent.standing, call=str(one.call_id), phase=phase, wrap_up_s=limit, now=one.at if phase == "ended" else now
        )
        agent.standing = after_tick(agent.standing, now=now)
    return store(agents.values(), now=now)


def note_call(*, user_id: int, call_id: UUID, phase: Phase, queue_id: int | None, now: datetime) -> StateChange | None:
    """One call at one employee's extension rings, is talked or has ended now; None when nothing changed."""
    one = CallPhase(user_id, call_id, phase, queue_id, phase == "ended", now)
    changes = note_calls([one], now=now)
    return changes[0] if changes else None


@transaction.atomic
def end_due_wrap_ups(now: datetime) -> list[StateChange]:
    """End every wrap-up whose time is over; rows that another process holds are left to it."""
    due = AgentState.objects.select_for_update(skip_locked=True, of=("self",)).select_related("reason")
    agents = [agent_of(row) for row in due.filter(until__lte=now).order_by("user_id")]
    for agent in agents:
        agent.standing = after_tick(agent.standing, now=now)
    return store(agents, now=now)
