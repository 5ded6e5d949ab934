"""Sums of accounts that are large in different months: everybody is counted, whichever sums there are (REP-5)."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callwright.accounts.models import Account
from callwright.calls.figures import CALLS
from callwright.calls.models import Call, QuarterSpan
from callwright.calls.operations.rollup_hours import count_quarters, note_hours
from callwright.calls.queries.hours import call_figures
from callwright.calls.queries.hours_raw import call_figures_raw
from callwright.calls.testing import add_call
from callwright.kit.sums.asking import MOST_GROUPS
from callwright.kit.sums.keeping import keep_sums
from callwright.staff.models import AccountRight, User
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTHS = [datetime(2026, month, 1, tzinfo=UTC) for month in (7, 8, 9, 10)]
LARGE = 4
BYS: list[tuple[Any, ...]] = [
    (), ("account",), ("queue",), ("agent",), ("category",), ("direction",), ("hour",), ("agent", "queue"),
]  # fmt: skip


class Bureau:
    """Fourteen accounts, each large in other months; somebody who sees all of them but one."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        pbx = Pbx.objects.create(slug="p", name="p")
        self.queues = [Queue.objects.create(pbx=pbx, name=f"q{n}").pk for n in range(2)]
        self.users = [User.objects.create_user(f"u{n}", None, name=f"u{n}") for n in range(2)]
        self.viewer = User.objects.create_user("some", None, name="s", role="supervisor")
        busy = [months for n in range(5) for months in combinations(MONTHS, n)][:14]
        self.accounts = [self._account(n, months) for n, months in enumerate(self.chance.sample(busy, 14))]
        for account in self.accounts[1:]:
            AccountRight.objects.create(user=self.viewer, account=account)
        note_hours(set(Call.objects.values_list("account_id", "local_day")))
        count_quarters(NOW)
        keep_sums(CALLS, NOW, large=LARGE)

    def _account(self, n: int, months: tuple[datetime, ...]) -> Any:
        account = Account.objects.create(name=f"a{n}", time_zone="UTC")
        for month in MONTHS:
            for _ in range(2 * LARGE if month in months else 1):
                at = month + timedelta(seconds=self.chance.randrange(28 * 86_400))
                one = self.chance.choice
                add_call(
                    account, at, queue_id=one([None, *self.queues]), employee=one([None, *self.users]),
                    direction=one(["inbound", "outbound"]), local_day=at.date(), status=one(["answered", "missed"]),
                )  # fmt: skip
        return account


@pytest.mark.parametrize("seed", range(3))
def test_accounts_in_more_groups_than_are_read_apart_are_all_counted(seed: int) -> None:
    bureau = Bureau(seed)
    ready = QuarterSpan.objects.filter(grain="m", state="ready").exclude(account_id=0)
    months: dict[int, set[datetime]] = {}
    for account, at in ready.values_list("account_id", "at"):
        months.setdefault(account, set()).add(at)
    assert len({frozenset(its) for its in months.values()}) > MOST_GROUPS
    for by in BYS:
        for zone in ("UTC", "America/New_York", "Asia/Kathmandu"):
            begins = date(2026, 7, 1) + timedelta(days=bureau.chance.randrange(20))
            ends = begins + timedelta(days=bureau.chance.choice([40, 100, 110]))
            asked: dict[str, Any] = {"begins_on": begins, "ends_on": ends, "zone": zone, "by": by}
            asked["interval"] = bureau.chance.choice(["", "", "month", "hour"])
            assert call_figures(bureau.viewer, **asked) == call_figures_raw(bureau.viewer, **asked), asked


def test_the_part_of_a_month_at_the_begin_is_read_from_sums_too() -> None:
    Bureau(1)
    week: dict[str, Any] = {"begins_on": date(2026, 7, 2), "ends_on": date(2026, 7, 8), "zone": "America/New_York"}
    admin = User.objects.create_user("boss", None, name="b", role="controller", all_accounts=True)
    ready = QuarterSpan.objects.filter(grain="m", state="ready", at=MONTHS[0]).exclude(account_id=0)
    large = list(ready.values_list("account_id", flat=True))
    assert large
    questions: list[dict[str, Any]] = [{}, {"by": ("category",)}, {"by": ("queue",), "account_ids": large}]
    for question in questions:
        with CaptureQueriesContext(connection) as queries:
            found = call_figures(admin, **week, **question)
        assert found and found == call_figures_raw(admin, **week, **question)
        assert not any("calls_quartertotal" in one["sql"] for one in queries), question


class Stopped(Exception):
    """A worker that is stopped in between."""


@contextmanager
def stopped_after(months: int) -> Iterator[None]:
    """Stops when sums of the days of all accounts are cleared once more often."""
    left = months

    def count(execute: Any, sql: str, *values: Any) -> Any:
        nonlocal left
        if sql.startswith("DELETE FROM calls_quartersum") and "IN ('d'" in sql:
            left -= 1
            if left < 0:
                raise Stopped
        return execute(sql, *values)

    with pytest.raises(Stopped), connection.execute_wrapper(count):
        yield


def test_the_newest_sums_are_made_first_each_month_when_its_days_are_there() -> None:
    Bureau(2)
    QuarterSpan.objects.update(state="due")
    with stopped_after(2):
        keep_sums(CALLS, NOW, large=LARGE)
    ready = QuarterSpan.objects.filter(state="ready", account_id=0)
    for grain in ("d", "m"):
        found = {at.month for at in ready.filter(grain=grain).values_list("at", flat=True)}
        assert found == {9, 10}, grain
