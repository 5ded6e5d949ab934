"""Working hours by the clock on the wall: days of 23 and 25 hours, the doubled hour, holidays, closed days (CALL-6)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.accounts.hours import (
    Hours,
    HoursRefused,
    due_at,
    is_open,
    on_the_wall,
    read_spans,
    working_seconds,
    written_spans,
)

AMSTERDAM = "Europe/Amsterdam"
OFFICE = Hours(AMSTERDAM, tuple((day, 9 * 60, 17 * 60) for day in range(5)))
MINUTE = 60


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_without_hours_it_is_around_the_clock():
    assert due_at(Hours(AMSTERDAM), utc(2026, 11, 22, 23, 50), 20 * MINUTE) == utc(2026, 11, 23, 0, 10)


@pytest.mark.parametrize(
    ("missed_at", "due"),
    [
        (utc(2026, 11, 18, 13, 0), utc(2026, 11, 18, 13, 20)),  # Wednesday afternoon
        (utc(2026, 11, 18, 15, 50), utc(2026, 11, 19, 8, 10)),  # ten minutes before closing, ten after opening
        (utc(2026, 11, 18, 20, 0), utc(2026, 11, 19, 8, 20)),  # in the evening
        (utc(2026, 11, 20, 15, 55), utc(2026, 11, 23, 8, 15)),  # Friday, over the weekend
        (utc(2026, 11, 18, 16, 0), utc(2026, 11, 19, 8, 20)),  # at the stroke of closing
    ],
)
def test_twenty_minutes_of_office_hours(missed_at: datetime, due: datetime):
    assert due_at(OFFICE, missed_at, 20 * MINUTE) == due


def test_a_break_does_not_count_and_holidays_are_passed_over():
    hours = Hours(AMSTERDAM, tuple((d, b, e) for d in range(7) for b, e in ((540, 720), (780, 1020))))
    assert due_at(hours, utc(2026, 11, 18, 10, 50), 20 * MINUTE) == utc(2026, 11, 18, 12, 10)
    closed = Hours(AMSTERDAM, hours.spans, frozenset({date(2026, 12, 25), date(2026, 12, 26)}).__contains__)
    assert due_at(closed, utc(2026, 12, 24, 15, 50), 20 * MINUTE) == utc(2026, 12, 27, 8, 10)


def test_closed_days_hold_for_those_who_work_around_the_clock_too():
    hours = Hours(AMSTERDAM, (), frozenset({date(2026, 12, 25)}).__contains__)
    assert due_at(hours, utc(2026, 12, 24, 22, 50), 20 * MINUTE) == utc(2026, 12, 25, 23, 10)


def test_a_day_has_twenty_three_or_twenty_five_hours():
    all_day = Hours(AMSTERDAM, tuple((day, 0, 1440) for day in range(7)))
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 1), 24)):
        begin, end = on_the_wall(AMSTERDAM, day, 0), on_the_wall(AMSTERDAM, day, 1440)
        assert working_seconds(all_day, begin, end) == hours * 3600
        assert end - begin == timedelta(hours=hours)


def test_the_doubled_hour_is_worked_twice_and_the_skipped_one_not_at_all():
    night = Hours(AMSTERDAM, tuple((day, 2 * 60, 3 * 60) for day in range(7)))
    doubled = utc(2026, 10, 25, 0, 0)  # 02:00 summer time
    assert working_seconds(night, doubled - timedelta(hours=2), doubled + timedelta(hours=5)) == 2 * 3600
    assert due_at(night, doubled, 90 * MINUTE) == utc(2026, 10, 25, 1, 30)
    skipped = utc(2026, 3, 29, 0, 0)
    assert working_seconds(night, skipped, skipped + timedelta(hours=5)) == 0
    assert due_at(night, skipped, 20 * MINUTE) == utc(2026, 3, 30, 0, 20)


def test_a_time_that_the_clock_skips_is_the_moment_of_the_change():
    assert on_the_wall(AMSTERDAM, date(2026, 3, 29), 150) == utc(2026, 3, 29, 1, 0)
    half = Hours(AMSTERDAM, tuple((day, 150, 210) for day in range(7)))  # 2:30 to 3:30
    assert working_seconds(half, utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 4, 0)) == 30 * MINUTE


def test_where_midnight_is_skipped_the_day_begins_later():
    cairo = "Africa/Cairo"
    assert on_the_wall(cairo, date(2026, 4, 24), 0) == on_the_wall(cairo, date(2026, 4, 24), 60)


ZONES = st.sampled_from([AMSTERDAM, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "UTC"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
WEEKS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 700), st.integers(701, 1440)), min_size=1, max_size=7)


@given(ZONES, WEEKS, MOMENTS, st.integers(1, 4 * 3600))
def test_what_is_due_is_reached_after_exactly_so_much_work(zone, week, since, seconds):
    spans = tuple({day: (day, begin, end) for day, begin, end in week}.values())
    hours = Hours(zone, spans)
    due = due_at(hours, since, seconds)
    assert due >= since + timedelta(seconds=seconds)
    if due < since + timedelta(days=700):
        assert abs(working_seconds(hours, since, due) - seconds) <= 1


@given(ZONES, st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 1439))
def test_spans_that_touch_on_the_wall_touch_in_time(zone, day, cut):
    whole = on_the_wall(zone, day, 1440) - on_the_wall(zone, day, 0)
    first = on_the_wall(zone, day, cut) - on_the_wall(zone, day, 0)
    assert timedelta(0) <= first <= whole


def test_open_now():
    assert is_open(OFFICE, utc(2026, 11, 18, 8, 0)) and not is_open(OFFICE, utc(2026, 11, 18, 16, 0))
    assert not is_open(OFFICE, utc(2026, 11, 22, 12, 0))  # Sunday


def test_lines_of_hours_are_read_and_written():
    assert read_spans("9-12.30, 13:30–17:00") == [(540, 750), (810, 1020)]
    assert read_spans("0:00-24:00") == read_spans("0-0") == [(0, 1440)]
    assert read_spans(" ") == []
    assert written_spans([(540, 750), (810, 1440)]) == "9:00–12:30, 13:30–24:00"


@pytest.mark.parametrize(
    ("line", "reason"),
    [("nine", "not_a_time"), ("9:00", "not_a_time"), ("9:60-10", "not_a_time"), ("25-26", "not_a_time"),
     ("17-9", "backwards"), ("9-12, 11-13", "overlap"), ("-", "not_a_time")],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused(line: str, reason: str):
    with pytest.raises(HoursRefused) as refused:
        read_spans(line)
    assert refused.value.reason == reason
