"""Who is there now and until when, across weekends, absences and changed clocks; and who takes a caller (ACC-5)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.accounts.availability import Absence, Presence, Somebody, applies, presence, way_of
from callwright.accounts.hours import Hours
from callwright.accounts.queries.people_now import absence_at

ZONE = "Europe/Amsterdam"
OFFICE = tuple((day, 9 * 60, 17 * 60) for day in range(5))
HOURS = Hours(ZONE, OFFICE)


def here(text: str, zone: str = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "is_there", "until"),
    [
        ("2026-11-23 08:59", False, "2026-11-23 09:00"),  # a Monday
        ("2026-11-23 09:00", True, "2026-11-23 17:00"),
        ("2026-11-23 16:59", True, "2026-11-23 17:00"),
        ("2026-11-23 17:00", False, "2026-11-24 09:00"),
        ("2026-11-27 18:00", False, "2026-11-30 09:00"),  # over the weekend
        ("2026-11-28 12:00", False, "2026-11-30 09:00"),
    ],
)
def test_by_the_hours_of_the_week(at: str, is_there: bool, until: str) -> None:
    assert presence(HOURS, (), here(at)) == Presence(is_there, here(until))


def test_an_absence_counts_whatever_the_hours_say() -> None:
    lunch = Absence(here("2026-11-23 12:00"), here("2026-11-23 13:00"), "at lunch")
    assert presence(HOURS, [lunch], here("2026-11-23 10:00")) == Presence(True, here("2026-11-23 12:00"))
    assert presence(HOURS, [lunch], here("2026-11-23 12:30")) == Presence(False, here("2026-11-23 13:00"), "at lunch")
    assert presence(HOURS, [lunch], here("2026-11-23 13:00")) == Presence(True, here("2026-11-23 17:00"))


def test_who_comes_back_at_night_is_there_in_the_morning() -> None:
    trip = Absence(here("2026-11-23 00:00"), here("2026-11-25 23:00"), "travelling")
    assert presence(HOURS, [trip], here("2026-11-23 10:00")).until == here("2026-11-26 09:00")
    ill = Absence(here("2026-11-26 00:00"), here("2026-11-28 00:00"), "ill")
    found = presence(HOURS, [ill, trip], here("2026-11-23 10:00"))  # one absence after the other, in any order
    assert found == Presence(False, here("2026-11-30 09:00"), "travelling")


def test_two_absences_at_once_are_over_with_the_later_one() -> None:
    long, short = (Absence(here("2026-11-23 08:00"), here(end), name) for end, name in
                   (("2026-11-24 12:00", "course"), ("2026-11-23 11:00", "dentist")))  # fmt: skip
    found = presence(HOURS, [short, long], here("2026-11-23 10:00"))
    assert found == Presence(False, here("2026-11-24 12:00"), "course")


def test_a_leave_of_months_has_no_end_that_anybody_looks_for() -> None:
    leave = Absence(here("2026-11-01 00:00"), here("2027-06-01 00:00"), "on leave")
    assert presence(HOURS, [leave], here("2026-11-23 10:00")) == Presence(False, None, "on leave")


def test_around_the_clock_is_always_and_touching_spans_are_one() -> None:
    assert presence(Hours(ZONE), (), here("2026-11-23 03:00")) == Presence(True, None)
    night = Hours(ZONE, ((0, 22 * 60, 1440), (1, 0, 6 * 60)))
    assert presence(night, (), here("2026-11-23 23:00")) == Presence(True, here("2026-11-24 06:00"))
    week = Hours(ZONE, tuple((day, 0, 1440) for day in range(7)))
    assert presence(week, (), here("2026-11-23 23:00")).until is None


def test_closed_days_are_passed_over() -> None:
    closed = Hours(ZONE, OFFICE, lambda day: day in (date(2026, 12, 25), date(2026, 12, 28)))
    assert presence(closed, (), here("2026-12-24 18:00")).until == here("2026-12-29 09:00")


def test_hours_follow_the_clock_of_the_account_when_it_is_changed() -> None:
    """The clocks of Amsterdam go back on 25 October 2026 and forward on 29 March 2026."""
    nights = Hours(ZONE, ((6, 1 * 60, 4 * 60),))
    begin, end = datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)
    assert presence(nights, (), begin) == Presence(True, end)  # four hours long that night
    assert presence(nights, (), datetime(2026, 3, 29, 0, tzinfo=UTC)).until == datetime(2026, 3, 29, 2, tzinfo=UTC)
    away = absence_at(ZONE, date(2026, 10, 25), 9 * 60, date(2026, 10, 25), 17 * 60)
    assert away.begins_at == datetime(2026, 10, 25, 8, tzinfo=UTC)
    before = absence_at(ZONE, date(2026, 10, 24), 9 * 60, date(2026, 10, 24), 1440)
    assert (before.begins_at, before.ends_at) == (
        datetime(2026, 10, 24, 7, tzinfo=UTC),
        datetime(2026, 10, 24, 22, tzinfo=UTC),
    )


def test_the_same_clock_elsewhere_is_another_moment() -> None:
    tokyo = Hours("Asia/Tokyo", OFFICE)
    assert presence(tokyo, (), here("2026-11-23 10:00", "Asia/Tokyo")).is_there
    assert not presence(tokyo, (), here("2026-11-23 10:00")).is_there


@settings(max_examples=60)
@given(
    st.integers(0, 30 * 24 * 60), st.lists(st.tuples(st.integers(0, 30 * 24 * 60), st.integers(1, 5000)), max_size=6)
)
def test_until_is_the_moment_at_which_it_changes(minute: int, away: list[tuple[int, int]]) -> None:
    begin = here("2026-10-12 00:00")  # three weeks with a changed clock in them
    absences = [Absence(begin + timedelta(minutes=at), begin + timedelta(minutes=at + long)) for at, long in away]
    at = begin + timedelta(minutes=minute)
    found = presence(HOURS, absences, at)
    assert found.until is not None and found.until > at
    assert presence(HOURS, absences, found.until).is_there != found.is_there
    middle = at + (found.until - at) / 2
    assert presence(HOURS, absences, middle).is_there == found.is_there


# ── to whom ───────────────────────────────────────────────────────────────────────────────────────────────────────

THERE, AWAY = Presence(True, None), Presence(False, None)


def people(**known: tuple[Presence, int | None]) -> dict[int, Somebody]:
    """`a=(THERE, 2)`: person 1 is there, person 2 stands in."""
    return {
        id: Somebody(id, is_there, True, stand_in) for id, (is_there, stand_in) in enumerate(known.values(), start=1)
    }


def test_the_first_who_is_there_takes_the_call() -> None:
    way = way_of([1, 2, 3], people(a=(AWAY, None), b=(THERE, None), c=(THERE, None)))
    assert (way.next, way.tried, way.then) == (2, (1,), (3,))


def test_a_stand_in_comes_before_the_next_in_the_list() -> None:
    known = people(a=(AWAY, 3), b=(THERE, None), c=(THERE, None))
    assert (way_of([1, 2], known).next, way_of([1, 2], known).then) == (3, (2,))
    assert way_of([2, 1], known).then == (1, 3)  # who is away is followed by their stand-in
    assert way_of([1], people(a=(THERE, 3), b=(THERE, None), c=(THERE, None))).then == ()


def test_those_who_stand_in_for_each_other_are_no_circle() -> None:
    assert way_of([1], people(a=(AWAY, 2), b=(AWAY, 1))).next is None
    assert way_of([1], people(a=(AWAY, 2), b=(AWAY, 1))).tried == (1, 2)


def test_nobody_without_a_number_is_next_and_strangers_are_passed_over() -> None:
    known = {1: Somebody(1, THERE, False), 2: Somebody(2, THERE, True)}
    assert way_of([9, 1, 2], known).next == 2
    assert way_of([], known).next is None and way_of([9], known).tried == ()


@pytest.mark.parametrize(
    ("when", "is_open", "counts"),
    [("always", True, True), ("always", False, True), ("open", True, True), ("open", False, False),
     ("closed", False, True), ("closed", True, False)],
)  # fmt: skip
def test_rules_count_while_the_account_is_open_or_closed(when: str, is_open: bool, counts: bool) -> None:
    assert applies(when, is_open) is counts
