"""Days follow the zones of accounts, and what viewers in other zones count is what they list (REP-8)."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callwright.calls.models import Call, DayTotal, DayZone, DirtyDay, FinalTotals
from callwright.calls.operations import account_days
from callwright.calls.operations.account_days import follow_zones
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days, make_final
from callwright.calls.queries.groups import groups_of
from callwright.calls.queries.known_totals import known_groups, known_total
from callwright.calls.queries.other_days import zones_of_others
from callwright.calls.queries.register import register_page
from callwright.calls.queries.rollup import differences
from callwright.calls.search import parse_search
from callwright.calls.testing import add_call
from callwright.calls.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
VIEW = Viewpoint(AMSTERDAM, NOW, "NL")
LATER = timedelta(minutes=3)
MONTHS = (date(2026, 8, 1), date(2026, 11, 30))
QUERIES = (
    "period=all", "period=month", "period=week", "from=2026-10-20&to=2026-10-27", "from=2026-10-25&to=2026-10-25",
    "to=2026-10-25", "from=2026-11-17", "period=month&status=missed", "from=2026-11-16&to=2026-11-17",
)  # fmt: skip


def search_of(query: str) -> Any:
    return parse_search(parse_qs(query))[0]


def added_up() -> None:
    note_days({(call.account_id, call.local_day) for call in Call.objects.all()}, now=NOW)
    add_up_dirty_days(NOW)


def day_of(call: Call) -> date:
    return Call.objects.get(pk=call.pk).local_day


def moved_to(account: Any, zone: str) -> None:
    type(account).objects.filter(pk=account.pk).update(time_zone=zone)


def with_days(account: Any, zone: str) -> list[Call]:
    """A call each 97 minutes, over a change of the clock, whose days are those of `zone`."""
    moved_to(account, zone)
    times = [NOW - timedelta(minutes=97 * n) for n in range(470)]
    return [
        add_call(
            account, at, status=("answered", "missed")[n % 2], talk_s=n, local_day=at.astimezone(ZoneInfo(zone)).date()
        )
        for n, at in enumerate(times)
    ]


def assert_counts_are_lists(viewer: Any) -> None:
    for query in QUERIES:
        rows = register_page(viewer, search_of(query), VIEW, limit=5000).rows
        known = known_total(viewer, search_of(query), VIEW)
        assert known is not None, query
        assert (known.calls, known.talk_s) == (len(rows), sum(row.talk_s for row in rows)), query
        for by in ("day", "account", "status", "employee"):
            search = search_of(f"{query}&group={by}")
            assert known_groups(viewer, search, VIEW) is not None
            groups = groups_of(viewer, search, VIEW).groups
            assert sum(group.calls for group in groups) == len(rows), (query, by)
            for group in groups[:3]:
                inside = register_page(viewer, group.search, VIEW, limit=5000).rows
                assert (len(inside), sum(row.talk_s for row in inside)) == (group.calls, group.talk_s), (query, by)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "Europe/London", "Pacific/Kiritimati"])
def test_accounts_of_other_zones_are_counted_for_who_sees_all(
    account: Any, other_account: Any, administrator: Any, zone: str
) -> None:
    with_days(account, "Europe/Amsterdam")
    with_days(other_account, zone)
    added_up()
    follow_zones(NOW)
    assert_counts_are_lists(administrator)


def test_counts_are_right_before_while_and_after_an_account_moves(
    account: Any, other_account: Any, administrator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_days, "PART", 100)
    with_days(account, "Europe/Amsterdam")
    calls = with_days(other_account, "Asia/Tokyo")
    added_up()
    follow_zones(NOW - timedelta(days=1))
    follow_zones(NOW)
    assert not DayZone.objects.exclude(moving_to="").exists()
    moved_to(other_account, "Europe/Amsterdam")
    assert_counts_are_lists(administrator)  # nobody has noticed yet
    with monkeypatch.context() as patch:
        patch.setattr(account_days, "LONGEST_S", 0)
        follow_zones(NOW)
    assert DayZone.objects.get(account=other_account).moving_to == "Europe/Amsterdam"
    assert_counts_are_lists(administrator)
    assert account_days._move_some(NOW) and account_days._move_some(NOW)
    add_up_dirty_days(NOW)
    assert any(day_of(call) != call.local_day for call in calls)
    assert_counts_are_lists(administrator)  # half of the days are moved
    follow_zones(NOW)
    follow_zones(NOW + LATER)
    add_up_dirty_days(NOW)
    assert_counts_are_lists(administrator)
    assert list(differences(*MONTHS)) == []
    for call in Call.objects.all():
        assert call.local_day == call.started_at.astimezone(AMSTERDAM).date()
    assert not DayZone.objects.exclude(moving_to="", zone="Europe/Amsterdam").exists()


def test_a_new_account_without_calls_is_not_looked_at_call_by_call(account: Any, other_account: Any) -> None:
    """Totals of all accounts are read as before; once it moves, it is followed like any other."""
    moved_to(account, "Europe/Amsterdam")
    moved_to(other_account, "Europe/Amsterdam")
    add_call(account, NOW - timedelta(days=1))
    follow_zones(NOW)
    follow_zones(NOW + LATER)
    DayZone.objects.filter(account=other_account).delete()  # it is new
    follow_zones(NOW + 2 * LATER)
    kept = DayZone.objects.values_list("zone", "moving_to")
    assert kept.get(account=other_account) == kept.get(account=account) == ("Europe/Amsterdam", "")
    assert zones_of_others({"of_all": True, "t_accounts": [], "zone": "Europe/Amsterdam"}) == frozenset()
    call = add_call(other_account, datetime(2026, 11, 17, 20, tzinfo=UTC), local_day=date(2026, 11, 17))
    moved_to(other_account, "Asia/Tokyo")
    follow_zones(NOW + 3 * LATER)
    assert day_of(call) == date(2026, 11, 18)


def test_accounts_that_moved_before_anybody_noted_zones_are_followed_after_the_upgrade(
    account: Any, other_account: Any
) -> None:
    DayZone.objects.all().delete()
    moved_to(account, "Asia/Tokyo")
    moved_to(other_account, "Asia/Tokyo")
    call = add_call(account, datetime(2026, 11, 17, 20, tzinfo=UTC), local_day=date(2026, 11, 17))  # in Amsterdam
    noting = import_module("callwright.calls.migrations.0014_days_and_tries").SQL.partition("CREATE INDEX")[0]
    with connection.cursor() as cursor:
        cursor.execute(noting)
    kept = DayZone.objects.values_list("zone", "moving_to")
    assert kept.get(account=account) == ("", "Asia/Tokyo") and kept.get(account=other_account) == ("Asia/Tokyo", "")
    follow_zones(NOW)
    assert day_of(call) == date(2026, 11, 18)


def test_what_was_written_with_the_old_zone_meanwhile_is_moved_by_a_second_look(account: Any) -> None:
    moved_to(account, "Europe/Amsterdam")
    follow_zones(NOW - timedelta(days=1))
    follow_zones(NOW - timedelta(hours=1))
    moved_to(account, "Asia/Tokyo")
    follow_zones(NOW)
    late = add_call(account, datetime(2026, 11, 17, 20, tzinfo=UTC), local_day=date(2026, 11, 17))  # Tokyo: the 18th
    follow_zones(NOW + timedelta(seconds=5))
    assert DayZone.objects.get().moving_to == "Asia/Tokyo"
    follow_zones(NOW + LATER)
    assert day_of(late) == date(2026, 11, 18)
    assert DayZone.objects.values_list("zone", "moving_to").get() == ("Asia/Tokyo", "")
    assert set(DirtyDay.objects.values_list("local_day", flat=True)) == {date(2026, 11, 17), date(2026, 11, 18)}
    add_up_dirty_days(NOW)
    assert [total.local_day for total in DayTotal.objects.all()] == [date(2026, 11, 18)]


def test_a_zone_that_changes_twice_is_followed_to_the_last(account: Any) -> None:
    moved_to(account, "Europe/Amsterdam")
    call = add_call(account, datetime(2026, 11, 17, 23, 30, tzinfo=UTC), local_day=date(2026, 11, 18))
    follow_zones(NOW)
    moved_to(account, "Asia/Tokyo")
    follow_zones(NOW)  # the first look is not over yet
    moved_to(account, "America/New_York")
    for minutes in (3, 6, 9):
        follow_zones(NOW + timedelta(minutes=minutes))
    assert day_of(call) == date(2026, 11, 17)
    assert DayZone.objects.values_list("zone", "moving_to").get() == ("America/New_York", "")


def test_final_days_stay_as_they_are(account: Any) -> None:
    moved_to(account, "Europe/Amsterdam")
    until = date(2026, 11, 16)
    old, on_the_edge, new = (
        add_call(account, datetime(2026, 11, day, 20, tzinfo=UTC), local_day=date(2026, 11, day))
        for day in (15, 16, 17)
    )
    added_up()
    make_final(until=until)
    follow_zones(NOW - timedelta(days=1))
    follow_zones(NOW - timedelta(hours=1))
    moved_to(account, "Asia/Tokyo")
    follow_zones(NOW)
    follow_zones(NOW + LATER)
    add_up_dirty_days(NOW)
    assert [day_of(call).day for call in (old, on_the_edge, new)] == [15, 16, 18]
    assert FinalTotals.objects.get().until == until
    assert sorted(DayTotal.objects.values_list("local_day", "calls")) == [
        (date(2026, 11, 15), 1), (date(2026, 11, 16), 1), (date(2026, 11, 18), 1),
    ]  # fmt: skip
