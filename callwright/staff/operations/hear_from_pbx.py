"""The PBX speaks of an agent: paused or not in its queues, and what became of our orders."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from callwright.staff.agent_rules import QueueWord, heard_from_pbx
from callwright.staff.models import PauseReason, State
from callwright.staff.operations.agent_rows import Agent, StateChange, bring_queues_in_step, lock_agents, store


@transaction.atomic(savepoint=False)
def apply_agent_events(words: Mapping[int, QueueWord], *, now: datetime) -> list[StateChange]:
    """How the extension of each user (by id) now stands in the queues of its PBX.

    A pause made at the phone becomes the agent's choice; our own order confirmed is marked so. A listed word is how the
    PBX stands after a gap (a restart forgets pauses), so the agent's choice holds and the PBX is told it again.
    Returns what changed; a fixed number of queries, but for agents of whom the PBX forgot a pause.
    """
    if not words:
        return []
    reasons = _reasons(words.values())
    heard: list[Agent] = []
    forgotten: list[Agent] = []
    for agent in lock_agents(words, now=now):
        word = words[agent.id]
        contrary = word.listed and word.in_queues and word.paused != agent.standing.paused_on_pbx
        (forgotten if contrary else heard).append(agent)
    held = [agent for agent in heard if not _hear(agent, words[agent.id], reasons)]
    changes = store(heard, now=now, order=False)
    bring_queues_in_step([agent.id for agent in (*forgotten, *held)], now=now)
    return changes


def _hear(agent: Agent, word: QueueWord, reasons: Mapping[str, PauseReason]) -> bool:
    """False for who came back at the phone and may not: their PBX is to be told so."""
    row = agent.row
    agent.standing, in_step = heard_from_pbx(agent.standing, word, in_step=row.queue_in_step)
    if agent.standing.wanted != agent.was.wanted:
        agent.reason = reasons.get(word.reason) if agent.standing.wanted == State.PAUSED else None
    if in_step and (not row.queue_in_step or row.queue_problem):
        row.queue_in_step, row.queue_problem, agent.touched = True, "", True
    return in_step or not row.queue_in_step


def _reasons(words: Iterable[QueueWord]) -> dict[str, PauseReason]:
    codes = {word.reason for word in words if word.paused_in}
    return {reason.code: reason for reason in PauseReason.objects.filter(code__in=codes)} if codes else {}


@transaction.atomic
def note_order_outcome(*, user_id: int, paused: bool, done: bool, problem: str, now: datetime) -> None:
    """Our order was carried out, or refused: then the agent sees why (`problem`, the code of a refusal)."""
    [agent] = lock_agents([user_id], now=now)
    if agent.standing.paused_on_pbx != paused:  # the agent has chosen otherwise meanwhile; a newer order is out
        return
    agent.row.queue_in_step, agent.row.queue_problem, agent.touched = done, "" if done else problem[:200], True
    store([agent], now=now, order=False)
