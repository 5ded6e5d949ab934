"""Periods and what they are compared with, shares of sums, scales of charts, and when a schedule is due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from callwright.reports.asked import Shape, parse_asked
from callwright.reports.charts import HEIGHT, WIDTH, curve_of, levels_of, top_of
from callwright.reports.labels import figure_in_brief
from callwright.reports.periods import Period, days_before, days_of
from callwright.reports.queries.tables import all_keys_of
from callwright.reports.rules import When, due_at, next_at, retry_at
from callwright.reports.table import Column, add_up, before, beginnings, change
from callwright.reports.views.drawn import change_of

TODAY = date(2026, 11, 18)  # a Wednesday
SHAPE = Shape(("time", "queue"), filters=frozenset({"account", "queue", "direction"}))


@pytest.mark.parametrize(
    ("period", "days", "earlier"),
    [
        ("today", ("2026-11-18", "2026-11-18"), ("2026-11-17", "2026-11-17")),
        ("yesterday", ("2026-11-17", "2026-11-17"), ("2026-11-16", "2026-11-16")),
        ("this_week", ("2026-11-16", "2026-11-18"), ("2026-11-09", "2026-11-11")),
        ("last_week", ("2026-11-09", "2026-11-15"), ("2026-11-02", "2026-11-08")),
        ("4_weeks", ("2026-10-22", "2026-11-18"), ("2026-09-24", "2026-10-21")),
        ("this_month", ("2026-11-01", "2026-11-18"), ("2026-10-01", "2026-10-18")),
        ("last_month", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        ("this_quarter", ("2026-10-01", "2026-11-18"), ("2026-07-01", "2026-08-18")),
        ("last_quarter", ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30")),
        ("this_year", ("2026-01-01", "2026-11-18"), ("2025-01-01", "2025-11-18")),
        ("last_year", ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
    ],
)
def test_periods_and_those_before(period: str, days: tuple[str, str], earlier: tuple[str, str]) -> None:
    found = days_of(Period(period), TODAY)
    assert tuple(one.isoformat() for one in found) == days
    assert tuple(one.isoformat() for one in days_before(Period(period), found)) == earlier


def test_the_last_day_of_a_long_month_is_compared_with_days_that_the_one_before_has() -> None:
    days = days_of(Period.THIS_MONTH, date(2026, 3, 31))
    assert days_before(Period.THIS_MONTH, days) == (date(2026, 2, 1), date(2026, 2, 28))


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 800))
def test_days_before_are_earlier_and_of_the_same_days_of_the_week_from_a_week_on(first: date, count: int) -> None:
    last = first + timedelta(days=count - 1)
    begins, ends = before(first, last)
    assert begins < first and ends < last
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    if not whole_months:
        assert ends - begins == last - first
        assert count < 7 or begins.weekday() == first.weekday()
    elif count < 32:
        assert ends == first - timedelta(days=1) and begins.day == 1


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.sampled_from(["day", "week", "month"]))
def test_intervals_cover_each_day_once(first: date, more: int, interval: str) -> None:
    last = first + timedelta(days=more)
    found = list(beginnings(first, last, interval))
    assert found == sorted(set(found)) and found[0] <= first and found[-1] <= last
    assert interval != "day" or len(found) == more + 1


def test_a_share_of_all_is_worked_out_of_sums_and_not_of_shares() -> None:
    share = Column("s", "", "share", "answered", "calls")
    longest = Column("w", "", "seconds", "wait_max_s", is_longest=True)
    rows = [{"answered": 1, "calls": 1, "wait_max_s": 50}, {"answered": 0, "calls": 3, "wait_max_s": 9}]
    total = add_up([share, longest], rows)
    assert share.value(total) == 0.25 and longest.value(total) == 50
    assert share.value({"answered": 0, "calls": 0}) is None
    assert change(3, 2) == 0.5 and change(3, 0) is None and change(None, 2) is None


@given(st.lists(st.none() | st.floats(0, 1e7), max_size=80), st.sampled_from(["count", "seconds", "share", "number"]))
def test_no_column_of_a_chart_leaves_its_canvas(values: list[float | None], kind: str) -> None:
    values = [min(value, 1.0) if value is not None and kind == "share" else value for value in values]
    drawn = curve_of(values, [], kind)  # type: ignore[arg-type]
    for stem in drawn.stems:
        assert stem.top >= -0.01 and stem.top + stem.height <= HEIGHT + 0.02
        assert stem.left >= 0 and stem.left + stem.width <= WIDTH + 0.02
    assert top_of(values, kind) >= max((value for value in values if value is not None), default=0)  # type: ignore[arg-type]


def test_shares_differ_by_points_and_many_hours_are_told_in_brief() -> None:
    share, count = Column("level", "Level", "share", "in_time", "offered"), Column("n", "Calls", "count", "offered")
    now, then = {"in_time": 80, "offered": 100}, {"in_time": 90, "offered": 100}
    found = [change_of(column, now, then, Locale("en")) for column in (share, count)]
    assert [one and one.text for one in found] == ["\u2066−10.0\u2069 pp", "±0.0%"]
    assert change_of(share, now, {"in_time": 0, "offered": 0}, Locale("en")) is None  # nothing to compare with
    assert figure_in_brief(10_516_128, "seconds") == "2,921 h"
    assert figure_in_brief(359_999, "seconds") == "99:59:59"


def test_levels_of_a_heat_map() -> None:
    assert levels_of([0, None, 1, 3, 6, 12]) == (0, 0, 1, 2, 3, 6)
    assert levels_of([]) == ()


@given(st.text(), st.sampled_from(["period", "from", "to", "zone", "by", "account", "direction", "within", "sort"]))
def test_any_address_can_be_read_and_reads_the_same_again(text: str, name: str) -> None:
    from urllib.parse import parse_qs

    asked, _problems = parse_asked({name: [text]}, SHAPE)
    again, problems = parse_asked(parse_qs(asked.query), SHAPE)
    assert again == asked and problems == ()
    asked.ask(zone="UTC", today=TODAY)


@pytest.mark.parametrize(
    ("query", "interval"),
    [
        ({"period": ["this_year"], "interval": ["hour"]}, "day"),
        ({"from": ["2026-03-01"], "interval": ["hour"]}, "day"),
        ({"period": ["4_weeks"], "interval": ["hour"]}, "hour"),
        ({"period": ["yesterday"], "interval": ["quarter_hour"]}, "quarter_hour"),
        ({"from": ["2026-11-16"], "interval": ["half_hour"]}, "half_hour"),
        ({"from": ["2026-11-15"], "interval": ["half_hour"]}, "hour"),
        ({"period": ["this_year"]}, "week"),
        ({"period": ["yesterday"], "across": ["time"]}, "hour"),
        ({"period": ["4_weeks"], "across": ["time"], "interval": ["hour"]}, "day"),
        ({"period": ["this_year"], "across": ["time"], "interval": ["day"]}, "month"),
    ],
)
def test_an_interval_is_never_shorter_than_its_period_allows(query: dict[str, list[str]], interval: str) -> None:
    asked, problems = parse_asked(query, Shape(("queue", "time"), acrosses=("hour", "time")))
    ask = asked.ask(zone="UTC", today=TODAY)
    assert ask.interval == interval and problems == ()
    keys = all_keys_of(ask, "time")
    assert keys is not None and len(keys) <= (40 if ask.across == "time" else 3 * 366)


def test_hours_and_days_that_are_filters_are_the_only_rows() -> None:
    shape = Shape(("time", "hour"), filters=frozenset({"hour", "weekday"}))
    asked, problems = parse_asked(
        {"period": ["last_week"], "hour": ["0"], "weekday": ["3"], "interval": ["hour"]}, shape
    )
    assert problems == () and ("hour", "0") in asked.pairs()
    ask = asked.ask(zone="UTC", today=TODAY)
    assert all_keys_of(ask, "time") == ["2026-11-11T00:00"] and all_keys_of(ask, "hour") == ["0"]


# ── when it is due ───────────────────────────────────────────────────────────────────────────────────────────────────

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local(when: When, after: datetime, count: int) -> list[str]:
    found = []
    for _ in range(count):
        after = next_at(when, after)
        found.append(after.astimezone(AMSTERDAM).strftime("%a %d %b %H:%M"))
    return found


def test_a_daily_report_keeps_its_local_time_when_the_clocks_change() -> None:
    when = When("day", time(7, 30), "Europe/Amsterdam")
    assert local(when, datetime(2026, 10, 24, 3, tzinfo=UTC), 3) == [
        "Sat 24 Oct 07:30", "Sun 25 Oct 07:30", "Mon 26 Oct 07:30",
    ]  # fmt: skip


def test_a_time_that_is_skipped_or_comes_twice_is_due_once_that_day() -> None:
    when = When("day", time(2, 30), "Europe/Amsterdam")
    assert local(when, datetime(2026, 3, 28, 3, tzinfo=UTC), 2) == ["Sun 29 Mar 03:30", "Mon 30 Mar 02:30"]
    assert local(when, datetime(2026, 10, 24, 3, tzinfo=UTC), 2) == ["Sun 25 Oct 02:30", "Mon 26 Oct 02:30"]


def test_weeks_months_and_workdays() -> None:
    begin = datetime(2026, 1, 29, 12, tzinfo=UTC)  # a Thursday
    assert local(When("workday", time(8), "Europe/Amsterdam"), begin, 2) == ["Fri 30 Jan 08:00", "Mon 02 Feb 08:00"]
    assert local(When("week", time(8), "Europe/Amsterdam", weekday=1), begin, 2) == [
        "Mon 02 Feb 08:00", "Mon 09 Feb 08:00",
    ]  # fmt: skip
    assert local(When("month", time(8), "Europe/Amsterdam", month_day=31), begin, 3) == [
        "Sat 31 Jan 08:00", "Sat 28 Feb 08:00", "Tue 31 Mar 08:00",
    ]  # fmt: skip


def test_what_was_missed_for_days_is_made_up_for_once_for_the_last_time() -> None:
    when = When("day", time(7), "UTC")
    first, now = datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2026, 11, 5, 6, 59, tzinfo=UTC)
    assert due_at(when, first, now) == datetime(2026, 11, 4, 7, tzinfo=UTC)
    assert next_at(when, now) == datetime(2026, 11, 5, 7, tzinfo=UTC)


@given(
    st.sampled_from(["day", "workday", "week", "month"]), st.times(), st.integers(1, 7), st.integers(1, 31),
    st.sampled_from(["UTC", "Europe/Amsterdam", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)  # fmt: skip
def test_the_next_time_is_always_later_and_within_two_months(
    every: str, at: time, weekday: int, month_day: int, zone: str, after: datetime
) -> None:
    when = When(every, at, zone, weekday, month_day)
    found = next_at(when, after)
    assert after < found <= after + timedelta(days=33)
    assert due_at(when, found, found + timedelta(days=70)) >= found


def test_tries_grow_rarer_and_end() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = [retry_at(tries, now) for tries in range(1, 6)]
    assert found[-1] is None and [one - now for one in found if one] == [
        timedelta(minutes=minutes) for minutes in (5, 15, 60, 180)
    ]
