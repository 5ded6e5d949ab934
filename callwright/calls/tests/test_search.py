"""What an address asks for (CALL-4)."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.calls.periods import Period, span_of
from callwright.calls.search import CRITERIA, SORTS, STATUSES, Search, parse_after, parse_search

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def parsed(query: str) -> Search:
    return parse_search(parse_qs(query))[0]


def refused(query: str) -> list[tuple[str, str]]:
    return [(one.field, one.reason) for one in parse_search(parse_qs(query))[1]]


def test_an_empty_address_asks_for_today() -> None:
    assert parsed("") == Search() and Search().period == Period.TODAY and Search().query == ""


def test_a_number_search_without_a_period_looks_back_three_months() -> None:
    assert parsed("number=06 1234 5678").period == Period.QUARTER
    assert parsed("number=06 1234 5678&period=today").period == Period.TODAY
    assert parsed(parsed("number=0612345678&period=today").query).period == Period.TODAY


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("sort=id;drop table calls_call", ("sort", "no_choice")),
        ("sort=-started'--", ("sort", "no_choice")),
        ("account=99999999999999999999999", ("account", "no_choice")),
        ("account=-1", ("account", "no_choice")),
        ("account=١٢", ("account", "no_choice")),
        ("status=deleted", ("status", "no_choice")),
        ("from=2026-02-30", ("from", "no_date")),
        ("to=0001-01-01", ("to", "no_date")),
        ("from=99999-01-01", ("from", "no_date")),
        ("period=forever", ("period", "no_choice")),
        ("number=abc", ("number", "no_number")),
        ("number=5", ("number", "too_few_digits")),
        ("talk_from=soon", ("talk_from", "no_duration")),
        ("talk_to=99:99:999999", ("talk_to", "no_duration")),
        ("group=nothing", ("group", "no_choice")),
    ],
)
def test_what_cannot_be_meant_is_told_and_left_out(query: str, problem: tuple[str, str]) -> None:
    assert refused(query) == [problem]
    assert parsed(query) == Search()


def test_talk_time_is_read_as_people_write_it() -> None:
    assert (parsed("talk_from=90").talk_from, parsed("talk_from=1:30").talk_from) == (90, 90)
    assert parsed("talk_to=1:00:05").talk_to == 3605
    assert (parsed("talk_from=60&talk_to=30").talk_from, parsed("talk_from=60&talk_to=30").talk_to) == (30, 60)


def test_days_the_wrong_way_round_are_turned() -> None:
    search = parsed("from=2026-11-09&to=2026-11-02")
    assert (search.period, search.first, search.last) == (Period.CUSTOM, date(2026, 11, 2), date(2026, 11, 9))


def test_a_day_is_the_viewers_also_when_the_clock_changes() -> None:
    span = span_of(Period.CUSTOM, AMSTERDAM, datetime(2026, 11, 1, tzinfo=UTC), date(2026, 10, 25), date(2026, 10, 25))
    assert span.begins_at and span.ends_at
    assert span.begins_at.astimezone(UTC) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert span.ends_at.astimezone(UTC) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_three_months_back_exist_at_the_end_of_may() -> None:
    span = span_of(Period.QUARTER, ZoneInfo("UTC"), datetime(2026, 5, 31, 12, tzinfo=UTC))
    assert span.begins_at == datetime(2026, 2, 28, tzinfo=UTC)


_dates = st.dates(date(1990, 1, 1), date(2100, 12, 31))
_ids = st.none() | st.integers(0, 2**63 - 1)
_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=40)


@given(
    directions=st.sets(st.sampled_from(("inbound", "outbound", "internal"))),
    statuses=st.sets(st.sampled_from(STATUSES)),
    account=_ids, contact=_ids | st.just("none"), marker=_ids | st.just("any"), text=_words,
    period=st.sampled_from([p for p in Period if p != Period.CUSTOM]), days=st.none() | st.tuples(_dates, _dates),
    sort=st.sampled_from(SORTS), descending=st.booleans(), talk=st.none() | st.integers(0, 9000),
)  # fmt: skip
def test_the_address_of_a_search_is_that_search(days: Any, period: Any, talk: Any, **given: Any) -> None:
    given["directions"] = tuple(d for d in ("inbound", "outbound", "internal") if d in given["directions"])
    given["statuses"] = tuple(s for s in STATUSES if s in given["statuses"])
    given |= {"period": Period.CUSTOM, "first": min(days), "last": max(days)} if days else {"period": period}
    search = Search(talk_from=talk, **given)
    again, problems = parse_search(parse_qs(search.query))
    assert again == search and problems == ()


@given(st.dictionaries(
    st.sampled_from([*CRITERIA, "period", "from", "to", "sort", "group", "direction", "status", "after", "last_id"]),
    st.lists(st.text(max_size=60), min_size=1, max_size=3), max_size=8,
))  # fmt: skip
def test_nothing_in_an_address_is_an_error(given: dict[str, list[str]]) -> None:
    search, _ = parse_search(given)
    parse_after(given)
    assert parse_search(parse_qs(search.query)) == (search, ())


def test_a_criterion_is_taken_away_alone() -> None:
    search = parsed("status=missed&status=busy&account=4&text=cake")
    assert search.without("statuses", "busy").statuses == ("missed",)
    assert search.without("account").account is None and search.without("text").text == ""
    assert search.without("statuses", "busy").account == 4
