"""The figures of reports are those of the calls behind them, in every time zone (REP-5)."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F

from callwright.accounts.models import Account
from callwright.calls.figures import CALLS, WITHIN, edge_of
from callwright.calls.models import AgainSum, Call, DirtyAgain, DirtyQuarter, FinalTotals, QuarterSum, QuarterTotal
from callwright.calls.operations.rollup_again import look_who_called_again
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days, make_final, rebuild
from callwright.calls.operations.rollup_hours import count_quarters
from callwright.calls.queries.hours import BY, again_figures, call_figures
from callwright.calls.queries.hours_raw import again_figures_raw, call_figures_raw
from callwright.calls.queries.rollup_quarters import quarter_differences
from callwright.calls.testing import Other, add_call
from callwright.contacts.models import Category
from callwright.kit.sums.keeping import keep_sums
from callwright.staff.models import AccountRight, User
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 9, 20), date(2026, 11, 20)  # clocks change in Amsterdam and St. John's in between
NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
ZONES = ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
INTERVALS = ["", "hour", "day", "week", "month"]


class World:
    """Three accounts in three zones, with queues, employees and clients who call several times."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        pbx = Pbx.objects.create(slug=f"p{seed}", name="p")
        zones = ["Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns"]
        self.accounts = [Account.objects.create(name=f"a{n}", time_zone=zone) for n, zone in enumerate(zones)]
        self.queues = [Queue.objects.create(pbx=pbx, name=f"q{n}").pk for n in range(3)]
        self.users = [User.objects.create_user(f"u{n}", None, name=f"u{n}").pk for n in range(3)]
        self.categories = [Category.objects.create(name=f"c{n}").pk for n in range(2)]
        self.all = User.objects.create_user("boss", None, name="b", role="controller", all_accounts=True)
        self.two = User.objects.create_user("two", None, name="t", role="supervisor")
        self.nobody = User.objects.create_user("agent", None, name="a", role="agent", all_accounts=True)
        for account in self.accounts[:2]:
            AccountRight.objects.create(user=self.two, account=account)

    def at(self) -> datetime:
        begin = datetime(2026, 9, 18, tzinfo=UTC)
        near = self.chance.choice(
            [None, None, datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 31, 22, tzinfo=UTC)]
        )
        if near is not None:
            return near + timedelta(minutes=self.chance.randrange(-300, 300))
        return begin + timedelta(seconds=self.chance.randrange(66 * 86_400))

    def add(self, at: datetime | None = None, **fields: Any) -> Any:
        one = self.chance.choice
        account = fields.pop("account", None) or one([self.accounts[0], *self.accounts])
        at = at or self.at()
        status = one(["answered", "answered", "answered", "missed", "abandoned", "busy", "voicemail"])
        values = {
            "direction": one(["inbound", "inbound", "inbound", "outbound", "internal"]), "status": status,
            "wait_s": self.chance.choice([0, 5, 6, 10, 19, 20, 21, 60, 119, 500]), "ring_s": self.chance.randrange(30),
            "talk_s": self.chance.randrange(600) if status == "answered" else 0, "hold_s": self.chance.randrange(9),
            "queue_id": one([None, *self.queues]), "employee_id": one([None, *self.users]),
            "category_id": one([None, *self.categories]), "client_number": one(["", *(f"+31{n}" for n in range(8))]),
            "local_day": at.astimezone(ZoneInfo(account.time_zone)).date(), **fields,
        }  # fmt: skip
        call = add_call(account, at, **values)
        note_days({(account.pk, call.local_day)}, now=NOW)
        return call

    def fill(self, count: int) -> None:
        for _ in range(count):
            self.add()

    def some(self, ids: list[Any]) -> list[Any]:
        return self.chance.sample(ids, self.chance.choice([0, 0, 1, 2]))

    def question(self) -> dict[str, Any]:
        begins = FIRST + timedelta(days=self.chance.randrange(40))
        ends = begins + timedelta(days=self.chance.choice([0, 1, 6, 20, 45]))
        return {
            "begins_on": begins, "ends_on": ends, "zone": self.chance.choice(ZONES),
            "interval": self.chance.choice(INTERVALS),
            "by": tuple(self.chance.sample(BY, self.chance.choice([0, 1, 1, 2]))),
            "account_ids": self.some([a.pk for a in self.accounts]), "queue_ids": self.some([0, *self.queues]),
            "user_ids": self.some([0, *self.users]), "category_ids": self.some([0, *self.categories]),
        }  # fmt: skip


def work(now: datetime = NOW) -> None:
    """What the worker does; accounts are large from 15 rows a month on."""
    add_up_dirty_days(now)
    count_quarters(now)
    look_who_called_again(now)
    keep_sums(CALLS, now, large=15)


def compare(world: World, times: int) -> int:
    """Asks the same of the totals and of the calls; returns how many rows were equal."""
    rows = 0
    for _ in range(times):
        viewer = world.chance.choice([world.all, world.all, world.two])
        question, within = world.question(), world.chance.choice(WITHIN)
        directions = world.some(["inbound", "outbound", "internal"])
        more = {"directions": directions, "within_s": within}
        found = call_figures(viewer, **question, **more)
        assert found == call_figures_raw(viewer, **question, **more), (question, more)
        question["by"] = tuple(one for one in question["by"] if one != "direction")
        again = {**question, "within_days": world.chance.choice([1, 2, 3, 7, 14, 30])}
        now = world.chance.choice([NOW, datetime(2026, 11, 2, 10, 37, tzinfo=UTC)])
        assert again_figures(viewer, now=now, **again) == again_figures_raw(viewer, now=now, **again), again
        rows += len(found)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_the_calls(seed: int) -> None:
    world = World(seed)
    world.fill(350)
    work(datetime(2026, 11, 6, 13, tzinfo=UTC))
    compare(world, 15)
    work()
    assert QuarterSum.objects.filter(account_id=0, grain="m").exists()
    assert QuarterSum.objects.filter(account_id=world.accounts[0].pk).exists()
    assert compare(world, 60) > 150
    assert list(quarter_differences(FIRST, LAST)) == []


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Europe/Amsterdam"])
def test_days_of_some_accounts_are_told_apart_within_months_that_are_summed(zone: str) -> None:
    """No day of these zones is one of UTC: all of them are read of each account, whose months have sums."""
    world = World(21)
    world.fill(250)
    work()
    asked = {"begins_on": FIRST, "ends_on": FIRST + timedelta(days=60), "zone": zone, "interval": "day"}
    for by in ((), ("account",), ("direction",)):
        found = call_figures(world.two, **asked, by=by)
        assert found == call_figures_raw(world.two, **asked, by=by) and len(found) > 30


@pytest.mark.parametrize("seed", range(4, 8))
def test_they_stay_so_when_calls_change(seed: int) -> None:
    world = World(seed)
    world.fill(150)
    work()
    for _ in range(4):
        for call in world.chance.sample(list(Call.objects.order_by("id")), 12):
            change(world, call)
        if world.chance.random() < 0.5:
            world.fill(5)
        work()
        compare(world, 10)


def change(world: World, call: Any) -> None:
    """A correction, a removal, another account, another client: as whoever does it, noting the days."""
    days = {(call.account_id, call.local_day)}
    match world.chance.choice(["status", "removed", "moved", "client", "queue"]):
        case "status":
            Call.objects.filter(pk=call.pk).update(status=world.chance.choice(["answered", "missed"]), wait_s=9)
        case "removed":
            Call.objects.filter(pk=call.pk).delete()
        case "moved":
            account = world.chance.choice(world.accounts)
            day = call.started_at.astimezone(ZoneInfo(account.time_zone)).date()
            Call.objects.filter(pk=call.pk).update(account=account, local_day=day)
            days.add((account.pk, day))
        case "client":
            Call.objects.filter(pk=call.pk).update(client_number=world.chance.choice(["", "+311", "+317"]))
        case "queue":
            Call.objects.filter(pk=call.pk).update(queue_id=world.chance.choice([None, *world.queues]))
    note_days(days, now=NOW)


def test_totals_outlive_the_calls_that_retention_removes() -> None:
    world = World(20)
    world.fill(250)
    until = date(2026, 10, 20)
    question = {"begins_on": FIRST, "ends_on": LAST, "zone": "Europe/Amsterdam", "by": ("account", "queue")}
    before = call_figures_raw(world.all, **question)
    again_before = again_figures_raw(world.all, now=NOW, **question)
    make_final(until=until)
    assert FinalTotals.objects.count() >= 3
    gone = Call.objects.filter(local_day__lte=until)
    days = set(gone.values_list("account_id", "local_day"))
    gone.delete()
    note_days(days | {(account.pk, until + timedelta(days=1)) for account in world.accounts}, now=NOW)
    work()
    assert call_figures(world.all, **question) == before != call_figures_raw(world.all, **question)
    assert again_figures(world.all, now=NOW, **question) == again_before
    rebuild(date(2026, 9, 1), date(2026, 11, 30))
    work()
    assert call_figures(world.all, **question) == before
    assert again_figures(world.all, now=NOW, **question) == again_before


def test_made_anew_they_are_the_same() -> None:
    world = World(21)
    world.fill(120)
    QuarterTotal.objects.all().delete()
    rebuild(date(2026, 9, 1), date(2026, 11, 30))
    assert not DirtyQuarter.objects.exists() and not DirtyAgain.objects.exists()
    compare(world, 15)
    work()
    compare(world, 15)


def test_sums_that_are_wrong_are_made_anew_where_what_they_are_made_of_is_right() -> None:
    world = World(29)
    world.fill(120)
    work()
    kept = [sorted(QuarterSum.objects.values_list()), sorted(AgainSum.objects.values_list())]
    assert all(kept)
    QuarterSum.objects.update(calls=F("calls") + 1)
    AgainSum.objects.update(within_30=F("within_30") + 1)
    rebuild(date(2026, 9, 1), date(2026, 11, 30))
    work()
    assert [sorted(QuarterSum.objects.values_list()), sorted(AgainSum.objects.values_list())] == kept


def test_totals_that_are_wrong_are_told() -> None:
    world = World(27)
    world.fill(60)
    work()
    assert list(quarter_differences(FIRST, LAST)) == []
    total = QuarterTotal.objects.filter(at__gte=datetime(2026, 10, 2, tzinfo=UTC)).order_by("at").first()
    assert total is not None
    QuarterTotal.objects.filter(pk=total.pk).update(talk_s=total.talk_s + 7)
    found = list(quarter_differences(FIRST, LAST))
    assert {one.kind for one in found} == {"quarters", "sums of quarters"}
    (day,) = (one for one in found if one.kind == "quarters")
    assert (day.account_id, day.day) == (total.account_id, total.local_day)
    assert day.talk_kept_s == day.talk_true_s + 7
    QuarterTotal.objects.filter(pk=total.pk).update(talk_s=total.talk_s)
    QuarterSum.objects.filter(account_id=0, kind="agent", grain="d").delete()
    assert {one.kind for one in quarter_differences(FIRST, LAST)} == {"sums of quarters"}


def test_a_call_that_goes_on_is_not_counted() -> None:
    world = World(22)
    at = datetime(2026, 10, 5, 9, 3, tzinfo=UTC)
    world.add(at, status="talking", ended_at=None)
    world.add(at, status="answered")
    work()
    (row,) = call_figures(world.all, begins_on=date(2026, 10, 5), ends_on=date(2026, 10, 5), zone="UTC")
    assert (row.calls, row.begins, row.keys) == (1, None, ())


def test_what_stands_in_a_row() -> None:
    world = World(23)
    account, at = world.accounts[0], datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # 2:50 in Amsterdam, the first time
    same = {"account": account, "queue_id": world.queues[0], "employee_id": world.users[0], "category_id": None,
            "direction": "inbound", "client_number": "+31612", "hold_s": 3, "ring_s": 4}  # fmt: skip
    world.add(at, status="answered", wait_s=20, talk_s=60, **same)
    world.add(at + timedelta(hours=1), status="abandoned", wait_s=21, talk_s=0, **same)  # 2:50 once more
    world.add(at + timedelta(hours=2), status="missed", wait_s=5, talk_s=0, **same)
    work()
    asked = {"begins_on": date(2026, 10, 25), "ends_on": date(2026, 10, 25), "zone": "Europe/Amsterdam"}
    hours = call_figures(world.all, **asked, interval="hour", by=("hour",), within_s=20)
    assert [(row.begins, row.keys, row.calls) for row in hours] == [
        (at.replace(minute=0), (2,), 1), (at.replace(hour=1, minute=0), (2,), 1),
        (at.replace(hour=2, minute=0), (3,), 1),
    ]  # fmt: skip
    (row,) = call_figures(world.all, **asked, by=("weekday", "agent", "direction"), within_s=20)
    assert row.keys == (7, world.users[0], "inbound")
    assert (row.calls, row.answered, row.missed, row.abandoned) == (3, 1, 1, 1)
    assert (row.answered_within, row.abandoned_within) == (1, 0)
    assert (row.wait_s, row.answered_wait_s, row.wait_max_s, row.talk_s, row.hold_s, row.ring_s) == (
        46,
        20,
        21,
        60,
        9,
        12,
    )
    (row,) = call_figures(world.all, **asked, within_s=44)
    assert (row.answered_within, row.abandoned_within) == (1, 1)
    (again,) = again_figures(world.all, now=NOW, **asked)
    assert (again.known, again.repeats, again.decided, again.again) == (3, 2, 1, 1)
    assert again_figures(world.all, now=at + timedelta(days=6), **asked)[0].decided == 0


def test_who_may_see_them() -> None:
    world = World(24)
    for account in world.accounts:
        world.add(datetime(2026, 10, 5, 9, tzinfo=UTC), account=account, direction="inbound", client_number="+31612")
    work()
    asked = {"begins_on": date(2026, 10, 5), "ends_on": date(2026, 10, 5), "zone": "UTC", "by": ("account",)}
    ids = [account.pk for account in world.accounts]
    assert [row.keys for row in call_figures(world.all, **asked)] == [(pk,) for pk in ids]
    assert [row.keys for row in call_figures(world.two, **asked)] == [(pk,) for pk in ids[:2]]
    assert call_figures(world.two, **asked, account_ids=[ids[2]]) == []
    assert call_figures(world.nobody, **asked) == [] == again_figures(world.nobody, now=NOW, **asked)
    customer = User.objects.create_user("c", None, name="c", role="customer", all_accounts=True)
    assert call_figures(customer, **asked) == []
    assert [row.known for row in again_figures(world.two, now=NOW, **asked)] == [1, 1]


def test_answers_within_other_seconds_are_counted_as_for_the_next_shorter_ones() -> None:
    assert [edge_of(seconds) for seconds in (5, 7, 20, 44, 120, 600)] == [5, 5, 20, 30, 120, 120]
    with pytest.raises(ValueError, match="from 5 s on"):
        edge_of(4)
    assert set(WITHIN) >= {5, 10, 15, 20, 30, 45, 60, 90, 120}


@pytest.mark.django_db(transaction=True)
def test_two_workers_count_a_day_once() -> None:
    world = World(25)
    world.fill(40)
    add_up_dirty_days(NOW)
    others = [Other(lambda: count_quarters(NOW)) for _ in range(3)]
    others += [Other(lambda: look_who_called_again(NOW)) for _ in range(3)]
    for other in others:
        assert not isinstance(other.end(), Exception)
    work()
    compare(world, 10)


def test_only_days_are_noted_when_totals_are_added_up() -> None:
    world = World(26)
    world.fill(30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT (account_id, local_day)) FROM calls_dirtyday")
        (days,) = cursor.fetchone()
    add_up_dirty_days(NOW)
    assert DirtyQuarter.objects.count() == DirtyAgain.objects.count() == days
    assert not QuarterTotal.objects.exists()
