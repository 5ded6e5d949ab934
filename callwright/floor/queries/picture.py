"""What a wallboard or the floor shows, as named values that travel to screens (`live.boards`). Pure.

Times are milliseconds since 1970. The names of the values are short, since hundreds of them go to many screens; they
are read by static/floor/board.js and floor.js.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callwright.calls.queries.live_now import LiveCall
from callwright.calls.queries.today_now import DaySoFar
from callwright.floor.queries.snapshot import Snapshot
from callwright.floor.rules import service_level
from callwright.kit.phone_numbers import format_number
from callwright.staff.queries.floor_now import AgentOnFloor
from callwright.telephony.queries.queues_now import QueueState

Values = dict[str, Any]
FREE, TALKING, WRAP_UP, PAUSED = "f", "t", "u", "p"
_COLUMN = {"ready": FREE, "talking": TALKING, "ringing": TALKING, "wrap_up": WRAP_UP, "paused": PAUSED}


@dataclass(frozen=True, slots=True)
class Scope:
    """`accounts` and `queues`: those that may be shown, None for all. `name`: how an agent is called."""

    accounts: frozenset[int] | None
    queues: frozenset[int] | None
    parts: frozenset[str]
    within_s: int
    target: int
    name: Callable[[str], str] = str

    def sees(self, account_id: int | None) -> bool:
        return account_id is None or self.accounts is None or account_id in self.accounts

    def has(self, queue: QueueState) -> bool:
        return self.sees(queue.account_id) and (self.queues is None or queue.id in self.queues)


@dataclass(frozen=True, slots=True)
class Day:
    """What `day_so_far` counted."""

    limits: tuple[int, ...]
    rows: list[DaySoFar]

    def of(self, rows: Iterable[DaySoFar], scope: Scope) -> Values:
        """`sl`: the service level in percent, of `o` calls that were offered, as reports have it."""
        place = self.limits.index(scope.within_s)
        offered = answered = missed = abandoned = waiting = within = 0
        for row in rows:
            answered, missed, abandoned = answered + row.answered, missed + row.missed, abandoned + row.abandoned
            waiting, within = waiting + row.not_called_back, within + row.within[place]
            offered += row.offered
        return {
            "a": answered, "m": missed, "b": abandoned, "c": waiting, "o": offered,
            "sl": service_level(within, offered),
        }  # fmt: skip


def wallboard_picture(now: Snapshot, day: Day, scope: Scope) -> Values:
    """No caller is named on a wall: only how long who waits in which queue."""
    queues = [queue for queue in now.queues if scope.has(queue)]
    waiting = _waiting(now, scope, {queue.id for queue in queues})
    agents = agents_of(now, scope, {queue.id for queue in queues})
    found: Values = {
        "set": {"within": scope.within_s, "target": scope.target, "parts": sorted(scope.parts)},
        **_away(now, agents, queues),
    }
    rows = [row for row in day.rows if scope.sees(row.account_id)]
    if scope.queues is not None:
        rows = [row for row in rows if row.queue_id in scope.queues]
    found["day"] = day.of(rows, scope)
    found |= {f"w:{call.id}": _wait(call, now) for call in waiting}
    if "queues" in scope.parts:
        found |= {f"q:{queue.id}": value for queue, value in _queues(now, day, scope, queues, waiting)}
    if "agents" in scope.parts:
        found |= {f"a:{agent.user_id}": _agent(agent, now, scope) for agent in agents}
    return found


def floor_picture(now: Snapshot, day: Day, scope: Scope) -> Values:
    """What a supervisor watches: also who talks with whom, of the accounts that they see."""
    found = wallboard_picture(now, day, scope)
    calls = {call.id: call for call in now.calls}
    for agent in now.agents:
        value = found.get(f"a:{agent.user_id}")
        if value is None:
            continue
        call = calls.get(agent.call_id) if agent.call_id and agent.state in ("talking", "ringing") else None
        if call is not None:
            value["c"] = _who(call) if scope.sees(call.account_id) else {"hidden": True}
        if agent.due:
            value["due"] = agent.due
        value["q"] = sorted(now.members.get((agent.pbx_id or 0, agent.extension), ()))
        heard = [
            {"id": str(one.id), "by": one.by_id, "n": one.by_name, "m": one.mode, "on": one.began_at is not None}
            for one in now.listenings
            if one.agent_id == agent.user_id and scope.sees(one.account_id)
        ]
        if heard:
            value["l"] = heard
    for call in now.calls:
        if (value := found.get(f"w:{call.id}")) is not None:
            value |= _who(call)
    return found


def without_silent(picture: Values, now: Snapshot, user_id: int) -> Values:
    """The picture for somebody who may be an agent on it: who listens to them silently is not shown to them."""
    own = picture.get(f"a:{user_id}")
    if own is None or "l" not in own:
        return picture
    silent = {str(one.id) for one in now.listenings if not one.is_shown}
    shown = [one for one in own["l"] if one["id"] not in silent]
    kept = {name: value for name, value in own.items() if name != "l"}
    return {**picture, f"a:{user_id}": kept | ({"l": shown} if shown else {})}


def agents_of(now: Snapshot, scope: Scope, queues: set[int]) -> list[AgentOnFloor]:
    """Those who work for the accounts; where queues were chosen, those who are in one of them."""
    agents = [agent for agent in now.agents if agent.works_for(scope.accounts)]
    if scope.queues is None:
        return agents
    return [agent for agent in agents if queues & now.members.get((agent.pbx_id or 0, agent.extension), {}).keys()]


def _waiting(now: Snapshot, scope: Scope, queues: set[int]) -> list[LiveCall]:
    return [
        call for call in now.calls
        if call.waits_since is not None and call.queue_id in queues and scope.sees(call.account_id)
    ]  # fmt: skip


def _queues(
    now: Snapshot, day: Day, scope: Scope, queues: list[QueueState], waiting: list[LiveCall]
) -> Iterable[tuple[QueueState, Values]]:
    counts: dict[int, Counter[str]] = {queue.id: Counter() for queue in queues}
    for agent in now.agents:
        column = _COLUMN.get(agent.state)
        for queue_id, is_paused in now.members.get((agent.pbx_id or 0, agent.extension), {}).items():
            if queue_id in counts and column is not None:
                counts[queue_id][PAUSED if is_paused and column == FREE else column] += 1
    rows: dict[int, list[DaySoFar]] = defaultdict(list)
    for row in day.rows:
        if scope.sees(row.account_id):
            rows[row.queue_id].append(row)
    for queue in queues:
        own = [call for call in waiting if call.queue_id == queue.id]
        today = day.of(rows[queue.id], scope)
        yield (
            queue,
            {
                "n": queue.label,
                "w": len(own),
                "l": milliseconds(min((call.waits_since for call in own if call.waits_since), default=None)),
                **{column: counts[queue.id][column] for column in (FREE, TALKING, WRAP_UP, PAUSED)},
                "sl": today["sl"],
                "o": today["o"],
                **_unknown(now, queue.pbx_id),
            },
        )


def _agent(agent: AgentOnFloor, now: Snapshot, scope: Scope) -> Values:
    value: Values = {
        "n": scope.name(agent.name), "e": agent.extension, "s": agent.state, "t": milliseconds(agent.since),
        **_unknown(now, agent.pbx_id),
    }  # fmt: skip
    if agent.state == "paused" and (agent.reason or agent.no_desk):
        value["r"] = "" if agent.no_desk else agent.reason
        value["nd"] = agent.no_desk
    return value


def _wait(call: LiveCall, now: Snapshot) -> Values:
    label = next((queue.label for queue in now.queues if queue.id == call.queue_id), "")
    return {"q": call.queue_id, "n": label, "t": milliseconds(call.waits_since), **_unknown(now, call.pbx_id)}


def _who(call: LiveCall) -> Values:
    """Whom a call is with, and for which account."""
    shown = format_number(call.client_number, call.home_country) if call.client_number else ""
    value: Values = {
        "id": str(call.id), "d": call.direction, "who": call.contact or shown, "num": shown, "acc": call.account,
        "q": call.queue_id,
    }  # fmt: skip
    if call.held_since:
        value["h"] = milliseconds(call.held_since)
    return value


def _away(now: Snapshot, agents: list[AgentOnFloor], queues: list[QueueState]) -> Values:
    concerned = {agent.pbx_id for agent in agents} | {queue.pbx_id for queue in queues}
    return {
        f"x:{pbx.id}": {"n": pbx.name, "t": milliseconds(pbx.away_since)}
        for pbx in now.pbxs.values()
        if pbx.away_since is not None and pbx.id in concerned
    }


def _unknown(now: Snapshot, pbx_id: int | None) -> Values:
    """What a PBX that is not heard said last may not be true any more."""
    return {"x": True} if now.away_since(pbx_id) else {}


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
