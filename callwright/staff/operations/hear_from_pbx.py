"""The PBX speaks of an agent: paused or not in its queues, and what became of our orders."""

from datetime import datetime

from django.db import transaction

from callwright.staff.agent_rules import QueueWord, heard_from_pbx
from callwright.staff.models import PauseReason, State
from callwright.staff.operations.agent_rows import StateChange, bring_queues_in_step, lock_agents, store


@transaction.atomic
def apply_agent_event(
    *, user_id: int, in_queues: int, paused_in: int, reason: str, listed: bool = False, now: datetime
) -> StateChange | None:
    """The agent's extension is in so many queues, and paused in so many of them, with a reason.

    A pause made at the phone becomes the agent's choice; our own order confirmed is marked so. `listed`: it is how the
    PBX stands after a gap (a restart forgets pauses), so the agent's choice holds and the PBX is told it again.
    None: nothing changed.
    """
    [agent] = lock_agents([user_id], now=now)
    row = agent.row
    word = QueueWord(in_queues, paused_in, reason)
    if listed and word.in_queues and word.paused != agent.standing.paused_on_pbx:
        bring_queues_in_step(user_id, now=now)
        return None
    agent.standing, in_step = heard_from_pbx(agent.standing, word, in_step=row.queue_in_step)
    if agent.standing.wanted != agent.was.wanted:
        paused = agent.standing.wanted == State.PAUSED
        agent.reason = PauseReason.objects.filter(code=reason).first() if paused else None
    if in_step and (not row.queue_in_step or row.queue_problem):
        row.queue_in_step, row.queue_problem, agent.touched = True, "", True
    changes = store([agent], now=now, order=False)
    return changes[0] if changes else None


@transaction.atomic
def note_order_outcome(*, user_id: int, paused: bool, done: bool, problem: str, now: datetime) -> None:
    """Our order was carried out, or refused: then the agent sees why (`problem`, the code of a refusal)."""
    [agent] = lock_agents([user_id], now=now)
    if agent.standing.paused_on_pbx != paused:  # the agent has chosen otherwise meanwhile; a newer order is out
        return
    agent.row.queue_in_step, agent.row.queue_problem, agent.touched = done, "" if done else problem[:200], True
    store([agent], now=now, order=False)
