"""Periods of any zone are put together of months, days, hours and quarters of UTC, without gap or overlap."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.kit.sums.reach import Ready, cut_at, has_whole_hours, month_after, parts_of, period, reach_of

ZONES = ["UTC", "Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"]
SKIPPING = ["Africa/Cairo", "Asia/Beirut", "America/Santiago", "America/Havana"]
"""Where clocks skip midnight, and repeat the hour before or after it."""
QUARTER = timedelta(minutes=15)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES + SKIPPING), st.sampled_from(["", "day", "week", "month"]), st.integers(0, 1000),
    st.integers(0, 200), st.integers(0, 9999),
)  # fmt: skip
def test_every_quarter_is_read_once_in_its_own_interval(zone, interval, after, days, seed):
    first, chance = date(2024, 1, 1) + timedelta(days=after), random.Random(seed)
    last = first + timedelta(days=days)
    parts = list(parts_of(first, last, ZoneInfo(zone), interval))
    begin, end = period(first, last, ZoneInfo(zone))
    assert (parts[0][0], parts[-1][1]) == (begin, end)
    assert all(before[1] == after[0] for before, after in pairwise(parts))
    midnights = [datetime(2023, 12, 30, tzinfo=UTC) + timedelta(days=n) for n in range(1200)]
    ready = Ready(
        months=[day for day in midnights if day.day == 1 and chance.random() < 0.7],
        days=[day for day in midnights if chance.random() < 0.7],
        days_of_months=[day for day in midnights if day.day == 1 and chance.random() < 0.3],
        quarters_of_days=[day for day in midnights if chance.random() < 0.7],
        quarters_of_months=[day for day in midnights if day.day == 1 and chance.random() < 0.3],
        hours_of_days=[day for day in midnights if chance.random() < 0.3],
        hours_of_months=[day for day in midnights if day.day == 1 and chance.random() < 0.2],
    )
    reach = reach_of(parts, ready)
    ranges = sorted(reach.months + reach.days + reach.hours + reach.quarters + reach.base)
    assert (ranges[0][0], ranges[-1][1]) == (begin, end)
    assert all(before[1] == after[0] for before, after in pairwise(ranges))
    for ends in (reach.base, [(begin, end)]):
        cut = cut_at(parts, ends)
        assert sum((high - low for low, high in cut), timedelta()) == sum(
            (high - low for low, high in ends), timedelta()
        )
        assert all(any(first <= low < high <= last for first, last in parts) for low, high in cut)
    for low, high in reach.months:
        while low < high:
            assert low in ready.months
            assert any(begin <= low and month_after(low) <= end for begin, end in parts)
            low = month_after(low)
        assert low == high
    assert_kept(reach, ready)
    for low, high in reach.days:
        for n in range((high - low) // timedelta(days=1)):
            day = low + timedelta(days=n)
            assert day in ready.days or day.replace(day=1) in ready.days_of_months
            assert any(begin <= day and day + timedelta(days=1) <= end for begin, end in parts)


def assert_kept(reach, ready):
    """Hours and quarters are read only of days that have them."""
    for ranges, days, months in (
        (reach.hours, ready.hours_of_days, ready.hours_of_months),
        (reach.quarters, ready.quarters_of_days, ready.quarters_of_months),
    ):
        for low, high in ranges:
            assert ranges is not reach.hours or low.minute == high.minute == 0
            while low < high:
                day = low.replace(hour=0, minute=0)
                assert day in days or day.replace(day=1) in months
                low = day + timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES + SKIPPING)
def test_days_of_every_zone_begin_with_a_quarter_of_utc(zone):
    for n in range(800):
        begin, _ = period(date(2025, 1, 1) + timedelta(days=n), date(2025, 1, 1) + timedelta(days=n), ZoneInfo(zone))
        assert begin.minute % 15 == 0 and begin.second == 0


def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_has():
    amsterdam = ZoneInfo("Europe/Amsterdam")
    begin, end = period(date(2026, 3, 29), date(2026, 3, 29), amsterdam)
    assert end - begin == timedelta(hours=23)
    begin, end = period(date(2026, 10, 25), date(2026, 10, 25), amsterdam)
    assert end - begin == timedelta(hours=25)


@pytest.mark.parametrize("zone", SKIPPING)
def test_a_day_begins_with_its_own_first_moment_where_clocks_skip_midnight(zone):
    local = ZoneInfo(zone)
    for n in range(800):
        day = date(2025, 1, 1) + timedelta(days=n)
        begin, end = period(day, day, local)
        assert begin.astimezone(local).date() == day
        assert (begin - timedelta(minutes=1)).astimezone(local).date() == day - timedelta(days=1)
        assert (end - timedelta(minutes=1)).astimezone(local).date() == day


def test_hours_can_be_told_apart_where_clocks_differ_by_whole_hours():
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert has_whole_hours(*year, ZoneInfo("Europe/Amsterdam")) and has_whole_hours(*year, ZoneInfo("Africa/Cairo"))
    assert not has_whole_hours(*year, ZoneInfo("Asia/Kathmandu"))
    assert not has_whole_hours(*year, ZoneInfo("Australia/Lord_Howe"))  # half a year it does
