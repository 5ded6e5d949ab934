"""The one writer of agent states: locks the rows, stores what the rules decided, remembers, orders and publishes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from callwright.kit.identity import uuid7_of
from callwright.live.operations.publish import Change, publish
from callwright.staff.agent_rules import WRAP_UP_REASON, CallAtExtension, Standing
from callwright.staff.models import NO_DESK_OPEN, AgentState, PauseReason, State
from callwright.staff.ports import QueueOrder, order_queues

# Read and written while a phone rings: Django's query builder takes several times the processor time of these.
_WRITE = """
    WITH written AS (
        UPDATE staff_agentstate AS s SET state = r.state, wanted = r.wanted, reason_id = r.reason_id, since = r.since,
            until = r.until, call_id = r.call_id, calls = r.calls, due = r.due, extended = r.extended,
            queue_in_step = r.queue_in_step, queue_problem = r.queue_problem
        FROM jsonb_to_recordset(%s::jsonb) AS r (
            user_id bigint, state text, wanted text, reason_id bigint, since timestamptz, until timestamptz,
            call_id uuid, calls jsonb, due jsonb, extended smallint, queue_in_step boolean, queue_problem text
        )
        WHERE s.user_id = r.user_id
    )
    INSERT INTO staff_agentstatechange (id, user_id, state, reason_id, extension, at)
    SELECT r.id, r.user_id, r.state, r.reason_id, coalesce(e.number, ''), %s
    FROM jsonb_to_recordset(%s::jsonb) AS r (id uuid, user_id bigint, state text, reason_id bigint)
    LEFT JOIN staff_extension e ON e.employee_id = r.user_id
    ON CONFLICT DO NOTHING
"""
_COLUMNS = (
    "user_id", "state", "wanted", "reason_id", "since", "until", "call_id", "queue_in_step", "queue_problem",
    "extended", "calls", "due",
)  # fmt: skip
# Locked one after the other in the order given. (As JSON: the length of an array would have it planned each time.)
_LOCK = """
    SELECT s.user_id, s.state, s.wanted, s.reason_id, s.since, s.until, s.call_id, s.queue_in_step, s.queue_problem,
        s.extended, s.calls::text, s.due::text, to_json(r)::text
    FROM jsonb_array_elements_text(%s::jsonb) AS w (user_id)
    CROSS JOIN LATERAL (SELECT * FROM staff_agentstate WHERE user_id = w.user_id::bigint FOR UPDATE{how}) AS s
    LEFT JOIN staff_pausereason r ON r.id = s.reason_id
"""


@dataclass(slots=True)
class Agent:
    """A locked row with what it was; operations set `standing`, and `reason` for a pause."""

    row: AgentState
    was: Standing
    standing: Standing
    reason: PauseReason | None
    touched: bool = False  # what is shown changed besides the state

    @property
    def id(self) -> int:
        return self.row.user_id


@dataclass(frozen=True, slots=True)
class StateChange:
    user_id: int
    before: str
    state: str


def lock_agents(user_ids: Iterable[int], *, now: datetime) -> list[Agent]:
    """Lock the rows of these users, in the order of their ids so that two batches never wait for each other.

    Whoever takes rows of agents and others takes the agents first, then calls, then what is kept beside calls
    (docs/decisions/042).
    """
    wanted = sorted(set(user_ids))
    if not wanted:
        return []
    found = _locked(wanted)
    if missing := set(wanted) - {row.user_id for row in found}:
        fresh = [AgentState(user_id=one, since=now) for one in sorted(missing)]
        AgentState.objects.bulk_create(fresh, ignore_conflicts=True)
        found = _locked(wanted)
    return [agent_of(row) for row in found]


def hold_agents(user_ids: Iterable[int]) -> None:
    """Lock the rows of these users until the transaction ends, where they have one."""
    _locked(sorted(set(user_ids)))


def lock_free_agents(user_ids: Iterable[int]) -> list[Agent]:
    """Lock those of the rows that this transaction has already or that nobody has, without waiting for the others: for
    who holds what comes after agents in the order of locks.
    """
    return [agent_of(row) for row in _locked(sorted(set(user_ids)), how=" SKIP LOCKED")]


def _locked(user_ids: list[int], how: str = "") -> list[AgentState]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(how=how), [json.dumps(user_ids)])
        found = []
        for *columns, calls, due, reason in cursor.fetchall():
            row = AgentState(**dict(zip(_COLUMNS, [*columns, json.loads(calls), json.loads(due)], strict=True)))
            if reason is not None:
                row.reason = PauseReason(**json.loads(reason))
            found.append(row)
        return found


def agent_of(row: AgentState) -> Agent:
    calls = {key: CallAtExtension(*told) for key, told in row.calls.items()}
    wrap_up_call = str(row.call_id or "") if row.until else ""
    standing = Standing(row.wanted, calls, row.until, wrap_up_call, tuple(row.due), row.extended)
    return Agent(row, standing, standing, row.reason)


def store(agents: Iterable[Agent], *, now: datetime, order: bool = True) -> list[StateChange]:
    """Write what changed, with one history row for each new state; `order` False: the PBX itself brought the change."""
    changed = [agent for agent in agents if _differs(agent)]
    if not changed:
        return []
    orders = [_order(agent) for agent in changed if _needs_order(agent)] if order else []
    ordered = order_queues(orders, now)
    moved, result = [], []
    for agent in changed:
        before = agent.row.state
        if _apply(agent, now):
            moved.append(agent)
        if agent.id in ordered:
            agent.row.queue_in_step, agent.row.queue_problem = False, ""
        result.append(StateChange(agent.id, before, agent.row.state))
    _write(changed, moved, now)
    _publish(changed, now)
    return result


def _write(changed: list[Agent], moved: list[Agent], now: datetime) -> None:
    """The rows of those who changed, and for those whose state is a new one a line of history."""
    rows = [{name: getattr(agent.row, name) for name in _COLUMNS} for agent in changed]
    history = [
        {
            "id": uuid7_of(now, "agent-state", str(agent.id), agent.row.state, str(agent.row.reason_id or "")),
            "user_id": agent.id,
            "state": agent.row.state,
            "reason_id": agent.row.reason_id,
        }
        for agent in moved
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [msgspec.json.encode(rows).decode(), now, msgspec.json.encode(history).decode()])


def bring_queues_in_step(user_ids: Iterable[int], *, now: datetime) -> None:
    """Tell the PBXs how these agents stand, after they took another extension or a PBX forgot it; inside the caller's
    transaction.
    """
    agents = lock_agents(user_ids, now=now)
    ordered = order_queues([_order(agent) for agent in agents], now)
    AgentState.objects.filter(user_id__in=ordered).update(queue_in_step=False, queue_problem="")


def out_of_step(*, limit: int = 200) -> list[int]:
    """The users whose choice their PBX has not confirmed."""
    rows = AgentState.objects.filter(queue_in_step=False, user__extension__isnull=False)
    return list(rows.order_by("user_id").values_list("user_id", flat=True)[:limit])


def _differs(agent: Agent) -> bool:
    return agent.touched or agent.was != agent.standing or agent.reason != agent.row.reason


def _needs_order(agent: Agent) -> bool:
    # Another reason for the same pause is told too: the PBX's own displays show it.
    told = (agent.was.paused_on_pbx, agent.row.reason)
    return told != (agent.standing.paused_on_pbx, agent.reason)


def _order(agent: Agent) -> QueueOrder:
    wanted = agent.standing.wanted
    if wanted == State.READY:
        reason = WRAP_UP_REASON if agent.standing.paused_on_pbx else ""
    else:
        reason = agent.reason.code if agent.reason else wanted
    return QueueOrder(agent.id, agent.standing.paused_on_pbx, reason)


def _apply(agent: Agent, now: datetime) -> bool:
    """Bring the row to the standing; whether its state or reason is a new one."""
    row, after = agent.row, agent.standing
    moved = row.state != after.state or row.reason != agent.reason
    row.wanted, row.state, row.until, row.reason = after.wanted, after.state, after.wrap_up_until, agent.reason
    row.calls = {key: [call.phase, call.wrap_up_s, call.forced] for key, call in after.calls.items()}
    row.due, row.extended = list(after.due), after.extended
    row.call_id = UUID(after.call) if after.call else None
    if moved:
        row.since = now
    return moved


def _publish(agents: list[Agent], now: datetime) -> None:
    changes = []
    for agent in agents:
        key = str(agent.id)
        changes.append(Change(f"agent:{key}", "state", key, data=_own_state(agent)))
        changes.append(Change("floor", "state", key, data={"state": agent.row.state}))
    publish(changes, now=now)


def _own_state(agent: Agent) -> dict[str, Any]:
    """All that the agent's own desk shows of the state, so that it need not ask. `no_desk`: the product's own reason,
    worded in the viewer's language.
    """
    row, no_desk = agent.row, agent.reason is not None and agent.reason.code == NO_DESK_OPEN
    return {
        "state": row.state,
        "wanted": row.wanted,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until and not row.due else None,
        "due": row.due,
        "extended": row.extended,
        "reason": "" if agent.reason is None or no_desk else agent.reason.label,
        "no_desk": no_desk,
        "in_step": row.queue_in_step,
        "refused": bool(row.queue_problem),
    }
