"""Calls at the extensions of agents move their states: ringing, talking, wrap-up, and back to what they chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction

from callwright.staff.agent_rules import Phase, after_call, after_merged, after_tick, demands
from callwright.staff.models import AgentState
from callwright.staff.operations.agent_rows import Agent, StateChange, agent_of, lock_agents, store
from callwright.staff.ports import AfterCall, CallPlace, EndedCall, demand_registration, wrap_up_limits

REMEMBERED = timedelta(hours=12)
"""Of a talk that the product heard of so long after it, nobody is asked what it was about."""


@dataclass(frozen=True, slots=True)
class CallPhase:
    """What a call now means for an employee; `phase` is ringing, talking or ended, `at` when the phase began.

    `talked`: the employee had been in conversation until now, so that the end of the call earns wrap-up; `unheard`:
    nothing had been told of the conversation before its end. `into`: the call is not over, but part of this one.
    """

    user_id: int
    call_id: UUID
    phase: str
    queue_id: int | None
    talked: bool
    at: datetime
    account_id: int | None = None
    direction: str = ""
    unheard: bool = False
    into: UUID | None = None

    @property
    def place(self) -> CallPlace:
        return CallPlace(self.queue_id, self.account_id, self.direction)


@transaction.atomic(savepoint=False)
def note_calls(
    noted: Sequence[CallPhase], *, now: datetime, agents: Sequence[Agent] | None = None
) -> list[StateChange]:
    """Apply the phases in their order, a fixed number of queries for any number. Told twice, nothing changes.

    `agents`: those concerned, where the caller's transaction has locked them already.
    """
    if not noted:
        return []
    held = lock_agents((one.user_id for one in noted), now=now) if agents is None else agents
    by_id = {agent.id: agent for agent in held}
    # What a call earns is settled before it ends.
    limits = wrap_up_limits(frozenset(one.place for one in noted if one.phase != "ended" or one.unheard))
    due = demand_registration([_ended_call(one) for one in noted if _is_demanded(one, by_id, limits, now)])
    for one in noted:
        agent = by_id.get(one.user_id)
        if agent is None:  # the user was deleted meanwhile
            continue
        if one.into is not None:
            agent.standing = after_merged(agent.standing, call=str(one.call_id), into=str(one.into))
            continue
        phase, limit = cast(Phase, one.phase), limits.get(one.place, AfterCall())
        # After a gap the link reports old calls: their wrap-up counts from their end and may be over already.
        agent.standing = after_call(
            agent.standing, call=str(one.call_id), phase=phase, wrap_up_s=limit.wrap_up_s, forced=limit.forced,
            is_due=(one.user_id, one.call_id) in due, unheard=one.unheard,
            now=one.at if phase == "ended" else now,
        )  # fmt: skip
        agent.standing = after_tick(agent.standing, now=now)
    return store(held, now=now)


def _is_demanded(
    one: CallPhase, agents: Mapping[int, Agent], limits: Mapping[CallPlace, AfterCall], now: datetime
) -> bool:
    """Whether the talk that ended here asks for its registration."""
    if one.phase != "ended" or not one.talked or one.account_id is None or one.user_id not in agents:
        return False
    if one.unheard:
        return limits.get(one.place, AfterCall()).forced and one.at > now - REMEMBERED
    return demands(agents[one.user_id].standing, str(one.call_id))


def _ended_call(one: CallPhase) -> EndedCall:
    assert one.account_id is not None
    return EndedCall(one.user_id, one.call_id, one.account_id, one.at)


@transaction.atomic
def end_due_wrap_ups(now: datetime) -> list[StateChange]:
    """End every wrap-up whose time is over; rows that another process holds are left to it."""
    due = AgentState.objects.select_for_update(skip_locked=True, of=("self",)).select_related("reason")
    agents = [agent_of(row) for row in due.filter(until__lte=now).order_by("user_id")]
    for agent in agents:
        agent.standing = after_tick(agent.standing, now=now)
    return store(agents, now=now)
