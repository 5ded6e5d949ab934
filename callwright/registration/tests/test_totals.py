"""The figures of registrations are those of the registrations behind them (REG-4)."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.calls.operations.forget_calls import remove_calls
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days, make_final
from callwright.calls.operations.rollup_hours import count_quarters
from callwright.calls.testing import Other, add_call
from callwright.contacts.models import Category as ContactCategory
from callwright.kit.sums.asking import OTHER
from callwright.kit.sums.keeping import keep_sums
from callwright.registration.models import RegisteredSum, Registration, TopicQuarter, TopicSum
from callwright.registration.operations.dirty import note_changed
from callwright.registration.operations.rollup_topics import add_up_topics, rebuild_topics
from callwright.registration.queries.totals import BY, registered_figures, topic_figures
from callwright.registration.queries.totals_raw import registered_figures_raw, topic_figures_raw
from callwright.registration.topic_figures import REGISTERED, TOPICS
from callwright.staff.models import AccountRight, User
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
ZONES = ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
TICKS = [11, 12, 13, 14]  # ids of topics: what is counted does not ask what they are called


class World:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        pbx = Pbx.objects.create(slug=f"p{seed}", name="p")
        zones = ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns"]
        self.accounts = [Account.objects.create(name=f"a{n}", time_zone=zone) for n, zone in enumerate(zones)]
        self.queues = [Queue.objects.create(pbx=pbx, name=f"q{n}").pk for n in range(2)]
        self.users = [User.objects.create_user(f"u{n}", None, name=f"u{n}").pk for n in range(3)]
        self.categories = [ContactCategory.objects.create(name=f"c{n}").pk for n in range(2)]
        self.boss = User.objects.create_user("boss", None, name="b", role="controller", all_accounts=True)
        self.two = User.objects.create_user("two", None, name="t", role="supervisor")
        for account in self.accounts[:2]:
            AccountRight.objects.create(user=self.two, account=account)

    def add(self) -> None:
        """A call, registered by none, one or two."""
        one = self.chance.choice
        account = one([self.accounts[0], *self.accounts])
        at = datetime(2026, 9, 18, tzinfo=UTC) + timedelta(seconds=self.chance.randrange(66 * 86_400))
        call = add_call(
            account, at, direction=one(["inbound", "inbound", "outbound"]),
            status=one(["answered", "answered", "answered", "missed"]),
            queue_id=one([None, *self.queues]), employee_id=one([None, *self.users]),
            category_id=one([None, *self.categories]),
            local_day=at.astimezone(ZoneInfo(account.time_zone)).date(),
        )  # fmt: skip
        note_days({(account.pk, call.local_day)}, now=NOW)
        for user in self.chance.sample(self.users, one([0, 1, 1, 1, 2])):
            self.register(call, user)

    def register(self, call: Any, user: int) -> None:
        Registration.objects.create(
            id=uuid4(), account_id=call.account_id, call_id=call.pk, by_id=user, queue_id=call.queue_id,
            direction=call.direction, started_at=call.started_at, local_day=call.local_day, created_at=call.started_at,
            updated_at=call.started_at, topics=self.chance.sample(TICKS, self.chance.choice([0, 1, 1, 2, 3])),
            comment=self.chance.choice(["", "", "asked twice"]),
        )  # fmt: skip
        note_changed(call.account_id, call.local_day, NOW)

    def some(self, ids: list[Any]) -> list[Any]:
        return self.chance.sample(ids, self.chance.choice([0, 0, 1, 2]))

    def question(self) -> dict[str, Any]:
        begins = date(2026, 9, 20) + timedelta(days=self.chance.randrange(40))
        return {
            "begins_on": begins, "ends_on": begins + timedelta(days=self.chance.choice([0, 1, 6, 20, 45])),
            "zone": self.chance.choice(ZONES), "interval": self.chance.choice(["", "hour", "day", "week", "month"]),
            "by": tuple(self.chance.sample(BY, self.chance.choice([0, 1, 1, 2]))),
            "account_ids": self.some([a.pk for a in self.accounts]), "queue_ids": self.some([0, *self.queues]),
            "user_ids": self.some([0, *self.users]), "category_ids": self.some([0, *self.categories]),
            "directions": self.some(["inbound", "outbound"]),
        }  # fmt: skip


def work() -> None:
    add_up_dirty_days(NOW)
    count_quarters(NOW)
    add_up_topics(NOW)
    for family in (TOPICS, REGISTERED):
        keep_sums(family, NOW, large=15)


def compare(world: World, times: int) -> int:
    rows = 0
    for _ in range(times):
        viewer, question = world.chance.choice([world.boss, world.boss, world.two]), world.question()
        topics = {"topic_ids": world.some(TICKS)}
        found = topic_figures(viewer, **question, **topics)
        assert found == topic_figures_raw(viewer, **question, **topics), (question, topics)
        question["by"] = tuple(one for one in question["by"] if one != "topic")
        assert registered_figures(viewer, **question) == registered_figures_raw(viewer, **question), question
        rows += len(found)
    return rows


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_the_registrations(seed: int) -> None:
    world = World(seed)
    for _ in range(200):
        world.add()
    work()
    assert TopicSum.objects.filter(account_id=0, grain="m").exists()
    assert TopicSum.objects.filter(account_id=world.accounts[0].pk).exists()
    assert set(RegisteredSum.objects.filter(account_id=0).values_list("grain", flat=True)) == set("qhdm")
    assert compare(world, 50) > 100


@pytest.mark.parametrize("seed", range(3, 5))
def test_they_stay_so_when_registrations_and_calls_change(seed: int) -> None:
    world = World(seed)
    for _ in range(100):
        world.add()
    work()
    for _ in range(3):
        for row in world.chance.sample(list(Registration.objects.order_by("id")), 8):
            match world.chance.choice(["ticked", "gone", "call"]):
                case "ticked":  # or nothing any more
                    ticks = world.chance.sample(TICKS, world.chance.choice([0, 2]))
                    Registration.objects.filter(pk=row.pk).update(topics=ticks)
                    note_changed(row.account_id, row.local_day, NOW)
                case "gone":
                    remove_calls(account_id=row.account_id, ids=[row.call_id])
                    note_days({(row.account_id, row.local_day)}, now=NOW)
                case "call":  # corrected: another agent, another contact
                    Call.objects.filter(pk=row.call_id).update(
                        employee_id=world.chance.choice(world.users), category_id=world.chance.choice(world.categories)
                    )
                    note_days({(row.account_id, row.local_day)}, now=NOW)
        work()
        compare(world, 10)


def test_totals_outlive_what_retention_removes() -> None:
    world = World(10)
    for _ in range(100):
        world.add()
    question = {"begins_on": date(2026, 9, 1), "ends_on": date(2026, 12, 1), "zone": "UTC", "by": ("topic", "agent")}
    before = topic_figures_raw(world.boss, **question)
    until = date(2026, 10, 20)
    make_final(until=until)
    for account in world.accounts:
        gone = Call.objects.filter(account=account, local_day__lte=until)
        remove_calls(account_id=account.pk, ids=list(gone.values_list("pk", flat=True)))
    work()
    assert topic_figures(world.boss, **question) == before != topic_figures_raw(world.boss, **question)


def test_made_anew_they_are_the_same() -> None:
    world = World(11)
    for _ in range(60):
        world.add()
    work()
    TopicQuarter.objects.all().delete()
    rebuild_topics(date(2026, 9, 1), date(2026, 12, 1))
    work()
    compare(world, 15)


def test_sums_that_are_wrong_are_made_anew_where_what_they_are_made_of_is_right() -> None:
    world = World(17)
    for _ in range(60):
        world.add()
    work()
    kept = [sorted(TopicSum.objects.values_list()), sorted(RegisteredSum.objects.values_list())]
    assert all(kept)
    TopicSum.objects.update(registrations=F("registrations") + 1)
    RegisteredSum.objects.update(registrations=F("registrations") + 1)
    rebuild_topics(date(2026, 9, 1), date(2026, 12, 1))
    work()
    assert [sorted(TopicSum.objects.values_list()), sorted(RegisteredSum.objects.values_list())] == kept


def test_what_stands_in_a_row() -> None:
    world = World(12)
    account, at = world.accounts[0], datetime(2026, 10, 5, 9, 3, tzinfo=UTC)
    call = add_call(account, at, employee_id=world.users[0], category_id=world.categories[0])
    note_days({(account.pk, call.local_day)}, now=NOW)
    add_call(account, at + timedelta(hours=1), employee_id=world.users[0])
    for user, topics in ((world.users[0], [12, 11]), (world.users[1], [])):
        world.register(call, user)
        Registration.objects.filter(by_id=user).update(topics=topics, comment="asked twice")
    work()
    asked = {"begins_on": date(2026, 10, 5), "ends_on": date(2026, 10, 5), "zone": "Europe/Amsterdam"}
    rows = topic_figures(world.boss, **asked, by=("topic", "agent", "hour", "category"))
    assert [(row.keys, row.count) for row in rows] == [
        ((11, world.users[0], 11, world.categories[0]), 1), ((12, world.users[0], 11, world.categories[0]), 1),
    ]  # fmt: skip
    assert [(row.keys, row.count) for row in topic_figures(world.boss, **asked, by=())] == [((), 2)]
    (row,) = registered_figures(world.boss, **asked, by=("agent",))
    assert (row.keys, row.registered) == ((world.users[0],), 1)


def test_what_was_unticked_and_says_nothing_is_no_registration() -> None:
    world = World(15)
    account, at = world.accounts[0], datetime(2026, 10, 5, 9, 3, tzinfo=UTC)
    call = add_call(account, at, employee_id=world.users[0])
    note_days({(account.pk, call.local_day)}, now=NOW)
    world.register(call, world.users[0])
    asked = {"begins_on": date(2026, 10, 5), "ends_on": date(2026, 10, 5), "zone": "UTC", "by": ()}
    found = []
    for topics, comment in (([12], ""), ([], "asked twice"), ([], "")):
        Registration.objects.update(topics=topics, comment=comment)
        note_changed(account.pk, call.local_day, NOW)
        work()
        calls = sum(row.registered for row in registered_figures(world.boss, **asked))
        found.append(([row.count for row in topic_figures(world.boss, **asked)], calls))
    assert found == [([1], 1), ([1], 0), ([], 0)]


@pytest.mark.parametrize("seed", range(6, 8))
def test_columns_that_are_folded_are_the_sum_of_what_they_hold(seed: int) -> None:
    world = World(seed)
    for _ in range(120):
        world.add()
    work()
    asked = {"begins_on": date(2026, 9, 20), "ends_on": date(2026, 11, 30), "zone": "Europe/Amsterdam"}
    for viewer in (world.boss, world.two):
        for by, kept in ((("agent", "topic"), TICKS[:2]), (("account", "agent"), world.users[:1])):
            truth: dict[Any, int] = {}
            for row in topic_figures(viewer, **asked, by=by):
                key = row.keys[0], row.keys[1] if row.keys[1] in kept else OTHER
                truth[key] = truth.get(key, 0) + row.count
            folded = topic_figures(viewer, **asked, by=by, kept={by[1]: kept})
            assert {row.keys: row.count for row in folded} == truth and len(truth) > 3


def test_who_may_see_them() -> None:
    world = World(13)
    for _ in range(40):
        world.add()
    work()
    asked = {"begins_on": date(2026, 9, 1), "ends_on": date(2026, 12, 1), "zone": "UTC", "by": ("account",)}
    of_two = {row.keys[0] for row in topic_figures(world.two, **asked)}
    assert of_two == {account.pk for account in world.accounts[:2]}
    assert topic_figures(world.two, **asked, account_ids=[world.accounts[2].pk]) == []
    agent = User.objects.get(pk=world.users[0])
    assert topic_figures(agent, **asked) == [] == registered_figures(agent, **asked)


@pytest.mark.django_db(transaction=True)
def test_two_workers_add_up_a_day_once() -> None:
    world = World(14)
    for _ in range(40):
        world.add()
    for other in [Other(lambda: add_up_topics(NOW)) for _ in range(3)]:
        assert not isinstance(other.end(), Exception)
    work()
    compare(world, 10)
