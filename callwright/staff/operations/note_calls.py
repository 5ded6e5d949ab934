"""Moves agents' states with their calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from callwright.staff.models import AgentState, State


@dataclass(frozen=True, slots=True)
class CallPhase:
    """What a call now is for an agent: `phase` is "ringing", "talking" or "ended"; `talked`: it was a talk before."""

    user_id: int
    call_id: UUID
    phase: str
    queue_id: int | None
    talked: bool
    at: datetime


def note_calls(phases: Sequence[CallPhase], *, now: datetime) -> None:
    """Brings the states of the agents concerned in line with their calls, many at once."""
    if not phases:
        return
    states = AgentState.objects.select_for_update().in_bulk([phase.user_id for phase in phases])
    for phase in phases:
        state = states.get(phase.user_id)
        if state is None or state.state == State.LOGGED_OUT:
            continue
        if phase.phase == "ringing" and state.state != State.TALKING:
            state.state, state.since, state.call_id = State.RINGING, phase.at, phase.call_id
        elif phase.phase == "talking":
            state.state, state.since, state.call_id = State.TALKING, phase.at, phase.call_id
        elif phase.phase == "ended" and state.call_id == phase.call_id:
            state.state, state.since, state.call_id = (State.WRAP_UP if phase.talked else state.wanted), now, None
            state.until = now + timedelta(seconds=30) if phase.talked else None
    AgentState.objects.bulk_update(states.values(), ["state", "since", "call_id", "until"])
