"""Times of agents in reports are those of the history of their states (REP-5)."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callwright.accounts.models import Account
from callwright.calls.testing import Other
from callwright.kit.identity import uuid7_of
from callwright.kit.sums.reach import period
from callwright.staff.models import AccountRight, AgentStateChange, PauseReason, TimeQuarter, TimeReach, TimeSum, User
from callwright.staff.operations.add_up_times import add_up_times, rebuild_times
from callwright.staff.queries.times import (
    STATES,
    AgentTimes,
    PauseTimes,
    agent_times_raw,
    pause_times_raw,
    report_users,
    times_and_pauses,
)

pytestmark = pytest.mark.django_db
BEGIN, END = datetime(2026, 9, 28, tzinfo=UTC), datetime(2026, 11, 6, 15, 7, tzinfo=UTC)
ZONES = ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC"]


class World:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.boss = User.objects.create_user("boss", None, name="b", role="controller", all_accounts=True)
        self.agents = [User.objects.create_user(f"u{n}", None, name=f"u{n}").pk for n in range(4)]
        self.reasons = [PauseReason.objects.create(code=f"r{n}", label=f"r{n}") for n in range(2)]
        self.changes: list[tuple[datetime, int, str, int]] = []

    def change(self, agent: int, at: datetime, state: str = "", reason: Any = None) -> None:
        state = state or self.chance.choice([*STATES, "logged_out"])
        if state == "paused" and reason is None:
            reason = self.chance.choice([None, *self.reasons])
        key = uuid7_of(at, "agent-state", str(agent), state, str(len(self.changes)))
        AgentStateChange.objects.create(id=key, user_id=agent, state=state, reason=reason, at=at)
        self.changes.append((at, agent, state, reason.pk if reason else 0))

    def live(self, many: int) -> None:
        """A few changes a day, some bursts, a state that lasts for days and one over the change of the clocks."""
        for agent in self.agents:
            at = BEGIN + timedelta(seconds=self.chance.randrange(86_400))
            for _ in range(many):
                steps = [
                    timedelta(seconds=self.chance.randrange(1, 900)), timedelta(milliseconds=730),
                    timedelta(hours=self.chance.randrange(1, 9)), timedelta(days=self.chance.randrange(1, 4)),
                ]  # fmt: skip
                at += self.chance.choices(steps, [6, 1, 3, 1])[0]
                if at >= END:
                    break
                self.change(agent, at)
        self.change(self.agents[0], datetime(2026, 10, 24, 20, 1, 2, tzinfo=UTC), "ready")
        self.change(self.agents[0], datetime(2026, 10, 25, 2, 3, 4, tzinfo=UTC), "talking")

    def truth(self, begins_on: date, ends_on: date, zone: str, now: datetime) -> dict[tuple[int, str, int], float]:
        """Seconds by agent, state and reason, from the list of changes."""
        low, high = period(begins_on, ends_on, ZoneInfo(zone))
        high, found = min(high, now), defaultdict[tuple[int, str, int], float](float)
        for agent in self.agents:
            mine = sorted(one for one in self.changes if one[1] == agent)
            for n, (at, _, state, reason) in enumerate(mine):
                until = mine[n + 1][0] if n + 1 < len(mine) else now
                lasted = (min(until, high) - max(at, low)).total_seconds()
                if lasted > 0 and state != "logged_out":
                    found[agent, state, reason] += lasted
        return found


def ask(world: World, now: datetime) -> None:
    chance = world.chance
    begins = date(2026, 9, 28) + timedelta(days=chance.randrange(35))
    asked: dict[str, Any] = {
        "begins_on": begins, "ends_on": begins + timedelta(days=chance.choice([0, 1, 7, 30])),
        "zone": chance.choice(ZONES), "interval": chance.choice(["", "hour", "day", "week", "month"]),
        "by": tuple(chance.sample(["agent", "hour", "weekday"], chance.choice([0, 1, 2]))),
        "user_ids": chance.sample(world.agents, chance.choice([0, 0, 1, 2])), "now": now,
    }  # fmt: skip
    times, pauses = times_and_pauses(world.boss, **asked)
    assert alike(times, agent_times_raw(world.boss, **asked)), asked
    assert alike(pauses, pause_times_raw(world.boss, **asked)), asked


def times_of(viewer: User, **asked: Any) -> list[Any]:
    return times_and_pauses(viewer, **asked)[0]


def alike(found: list[Any], raw: list[Any]) -> bool:
    """Equal, but for the milliseconds that are rounded in each piece, and rows of less than one."""
    by_key = {(row.begins, row.keys, getattr(row, "reason_id", 0)): row for row in raw}
    for row in found:
        other = by_key.pop((row.begins, row.keys, getattr(row, "reason_id", 0)), None)
        if other is None:
            return False
        names = AgentTimes.__slots__[2:] if isinstance(row, AgentTimes) else PauseTimes.__slots__[3:]
        if any(abs(getattr(row, name) - getattr(other, name)) > 1 for name in names):
            return False
    return not by_key


@pytest.mark.parametrize("seed", range(4))
def test_times_are_those_of_the_history(seed: int) -> None:
    world = World(seed)
    world.live(60)
    for day in ({"begins_on": date(2026, 10, 25), "ends_on": date(2026, 10, 25)},
                {"begins_on": date(2026, 9, 20), "ends_on": date(2026, 11, 8)}):  # fmt: skip
        for zone in ZONES:
            truth = world.truth(**day, zone=zone, now=END)
            rows = {row.keys[0]: row for row in agent_times_raw(world.boss, **day, zone=zone, now=END)}
            for agent in world.agents:
                for state in STATES:
                    expected = sum(s for (who, what, _), s in truth.items() if (who, what) == (agent, state))
                    is_now = getattr(rows[agent], f"{state}_s") if agent in rows else 0
                    assert abs(is_now - expected) <= 1
    add_up_times(END)
    assert TimeReach.objects.get().until == datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
    assert TimeSum.objects.filter(grain="m").exists() and TimeSum.objects.filter(grain="q").exists()
    for _ in range(40):
        ask(world, world.chance.choice([END, END + timedelta(hours=5)]))


def test_open_states_count_up_to_now() -> None:
    world = World(9)
    agent = world.agents[0]
    at = datetime(2026, 10, 24, 21, 50, tzinfo=UTC)  # ten minutes before midnight in Amsterdam
    world.change(agent, at, "ready")
    add_up_times(at + timedelta(minutes=30))
    asked = {"zone": "Europe/Amsterdam", "begins_on": date(2026, 10, 24), "ends_on": date(2026, 10, 25)}
    rows = times_of(world.boss, **asked, interval="day", now=at + timedelta(minutes=31, seconds=7))
    assert [(row.begins, row.keys, row.ready_s) for row in rows] == [
        (date(2026, 10, 24), (agent,), 600), (date(2026, 10, 25), (agent,), 21 * 60 + 7),
    ]  # fmt: skip
    world.change(agent, at + timedelta(hours=27), "logged_out")
    add_up_times(at + timedelta(hours=40))
    (_, day) = times_of(world.boss, **asked, interval="day", now=at + timedelta(hours=40))
    assert day.logged_in_s == day.ready_s == 25 * 3600  # the clocks were put back


def test_pauses_are_told_by_their_reasons() -> None:
    world = World(10)
    agent, lunch = world.agents[0], world.reasons[0]
    at = datetime(2026, 10, 5, 10, 10, tzinfo=UTC)
    world.change(agent, at, "paused", lunch)
    world.change(agent, at + timedelta(minutes=30), "ready")
    world.change(agent, at + timedelta(minutes=40), "paused", lunch)
    world.change(agent, at + timedelta(minutes=41), "wrap_up")
    add_up_times(at + timedelta(days=1))
    day = {"zone": "UTC", "begins_on": date(2026, 10, 5), "ends_on": date(2026, 10, 5), "now": at + timedelta(hours=1)}
    assert times_and_pauses(world.boss, **day)[1] == [PauseTimes(None, (agent,), lunch.pk, 31 * 60, 2)]
    (row,) = times_of(world.boss, **day, by=())
    assert (row.ready_s, row.paused_s, row.wrap_up_s, row.logged_in_s) == (600, 31 * 60, 19 * 60, 3600)


@pytest.mark.parametrize("seed", range(20, 23))
def test_changes_that_were_written_late_are_noticed(seed: int) -> None:
    world = World(seed)
    now = datetime(2026, 10, 5, 8, tzinfo=UTC)
    for agent in world.agents:
        world.change(agent, now - timedelta(hours=1), "ready")
    for _ in range(12):
        now += timedelta(minutes=15)
        add_up_times(now)
        if world.chance.random() < 0.5:
            world.change(world.chance.choice(world.agents), now - timedelta(minutes=world.chance.randrange(1, 50)))
    now = now.replace(minute=3) + timedelta(hours=1)
    add_up_times(now)
    for _ in range(10):
        ask(world, now)


def test_made_anew_they_are_the_same() -> None:
    world = World(30)
    world.live(20)
    add_up_times(END)
    was = list(TimeQuarter.objects.order_by("user_id", "at", "state", "reason_id").values_list())
    TimeQuarter.objects.filter(at__gte=datetime(2026, 10, 10, tzinfo=UTC)).update(lasted_ms=7)
    rebuild_times(date(2026, 10, 10))
    add_up_times(END)
    assert list(TimeQuarter.objects.order_by("user_id", "at", "state", "reason_id").values_list()) == was


def test_making_times_anew_from_a_day_leaves_what_was_before_it() -> None:
    world = World(33)
    world.live(20)
    add_up_times(END)
    TimeQuarter.objects.filter(at__lt=datetime(2026, 10, 10, tzinfo=UTC)).update(lasted_ms=7)
    rebuild_times(date(2026, 10, 10))
    for minutes in (0, 15, 30, 60, 75):  # the first of these looks furthest back
        add_up_times(END.replace(minute=3) + timedelta(minutes=minutes))
    assert not TimeQuarter.objects.filter(at__lt=datetime(2026, 10, 10, tzinfo=UTC)).exclude(lasted_ms=7).exists()
    assert TimeReach.objects.get().until == END.replace(minute=0) + timedelta(minutes=75)


def test_who_sees_all_agents_is_answered_from_the_sums_of_all() -> None:
    world = World(34)
    world.live(20)
    add_up_times(END)
    account = Account.objects.create(name="a")
    supervisor = User.objects.create_user("s", None, name="s", role="supervisor")
    AccountRight.objects.create(user=supervisor, account=account)
    User.objects.filter(pk__in=world.agents[1:]).update(all_accounts=True)
    asked: dict[str, Any] = {"zone": "UTC", "begins_on": date(2026, 9, 28), "ends_on": date(2026, 11, 6), "now": END}
    assert report_users(supervisor) == {*world.agents[1:], world.boss.pk, supervisor.pk}
    assert len(times_of(supervisor, **asked)) == 3
    User.objects.filter(pk__in=world.agents).update(all_accounts=True)
    assert report_users(supervisor) is None
    assert times_of(supervisor, **asked) == times_of(world.boss, **asked)
    User.objects.filter(pk=world.agents[0]).update(role="customer")  # who was an agent once
    assert report_users(supervisor) is not None and len(times_of(supervisor, **asked)) == 3


def test_whose_times_a_viewer_sees() -> None:
    world = World(31)
    account, other = Account.objects.create(name="a"), Account.objects.create(name="b")
    for user, of in ((world.agents[0], account), (world.agents[1], other)):
        AccountRight.objects.create(user_id=user, account=of)
    supervisor = User.objects.create_user("s", None, name="s", role="supervisor")
    AccountRight.objects.create(user=supervisor, account=account)
    at = datetime(2026, 10, 5, 10, tzinfo=UTC)
    for agent in world.agents:
        world.change(agent, at, "ready")
    add_up_times(at + timedelta(hours=2))
    asked = {
        "zone": "UTC",
        "begins_on": date(2026, 10, 5),
        "ends_on": date(2026, 10, 5),
        "now": at + timedelta(hours=2),
    }
    assert {row.keys[0] for row in times_of(world.boss, **asked)} == set(world.agents)
    assert [row.keys for row in times_of(supervisor, **asked)] == [(world.agents[0],)]
    assert times_of(supervisor, **asked, user_ids=[world.agents[1]]) == []
    assert times_of(User.objects.get(pk=world.agents[0]), **asked) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_add_up_once() -> None:
    world = World(32)
    world.live(15)
    for other in [Other(lambda: add_up_times(END)) for _ in range(3)]:
        assert not isinstance(other.end(), Exception)
    add_up_times(END)
    for _ in range(10):
        ask(world, END)
