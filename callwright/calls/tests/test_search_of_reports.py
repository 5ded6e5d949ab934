"""Criteria by which figures of reports lead to exactly their calls: hour, day of the week, zone, waiting (REP-7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.search import parse_search


@pytest.fixture
def calls(made: Any) -> None:
    # Monday 16 November 2026, in winter: Amsterdam is an hour ahead of UTC
    made(datetime(2026, 11, 16, 9, 30, tzinfo=UTC), client_number="+31201111111", wait_s=5)
    made(datetime(2026, 11, 16, 10, 0, tzinfo=UTC), client_number="+31202222222", wait_s=20)
    made(datetime(2026, 11, 17, 9, 59, tzinfo=UTC), client_number="+31203333333", wait_s=21)
    made(datetime(2026, 11, 15, 23, 30, tzinfo=UTC), client_number="+31204444444", wait_s=0)


@pytest.mark.parametrize(
    ("query", "ends"),
    [
        ("hour=9", {"1", "3"}),
        ("hour=9&weekday=1", {"1"}),
        ("hour=10&zone=Europe/Amsterdam", {"1", "3"}),
        ("weekday=1", {"1", "2"}),
        ("weekday=1&zone=Europe/Amsterdam", {"1", "2", "4"}),
        ("wait_to=20", {"1", "2", "4"}),
        ("wait_to=0", {"4"}),
        ("queue=none", {"1", "2", "3", "4"}),
        ("category=none&hour=23", {"4"}),
    ],
)
def test_calls_are_found_by_the_clock_and_by_their_waiting(
    query: str, ends: set[str], calls: None, owner_client: Any
) -> None:
    text = owner_client.get(f"/calls/?period=custom&from=2026-11-01&to=2026-11-30&{query}").content.decode()
    assert {n for n in "1234" if f"+3120{n * 7}" in text} == ends


def test_a_day_is_one_of_the_zone_that_is_asked_for(calls: None, owner_client: Any) -> None:
    query = "period=custom&from=2026-11-16&to=2026-11-16"
    assert "+31204444444" not in owner_client.get(f"/calls/?{query}").content.decode()
    assert "+31204444444" in owner_client.get(f"/calls/?{query}&zone=Europe/Amsterdam").content.decode()


@pytest.mark.parametrize(
    "wrong", ["hour=24", "hour=x", "weekday=0", "weekday=8", "zone=Mars/Olympus", "zone=../x", "wait_to=x"]
)
def test_what_cannot_be_meant_is_left_out_and_told(wrong: str, owner_client: Any) -> None:
    search, problems = parse_search({key: [value] for key, value in [wrong.split("=")]})
    assert len(problems) == 1 and not search.narrows
    assert owner_client.get(f"/calls/?{wrong}").status_code == 200


def test_the_form_carries_what_has_no_field(owner_client: Any) -> None:
    text = owner_client.get("/calls/filters/?hour=9&zone=Europe/Amsterdam&wait_to=20").content.decode()
    for name, value in (("hour", "9"), ("zone", "Europe/Amsterdam"), ("wait_to", "20")):
        assert f'type="hidden" name="{name}" value="{value}"' in text
    assert "09:00–10:00" in owner_client.get("/calls/?hour=9").content.decode()


@pytest.mark.parametrize(
    ("again", "ends"),
    [
        ("known", {"1", "2", "3"}),
        ("repeat_1", {"2"}),
        ("repeat_7", {"2", "3"}),
        ("decided_1", {"1", "2", "3"}),
        ("decided_30", set()),
        ("again_1", {"1"}),
        ("again_2", {"1", "2"}),
        ("resolved_1", {"2", "3"}),
        ("resolved_7", {"3"}),
    ],
)
def test_calls_are_found_by_who_called_again(again: str, ends: set[str], made: Any, owner_client: Any) -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    for number, day, hour in (("1", 0, 0), ("2", 0, 20), ("3", 2, 18)):
        came = at + timedelta(days=day, hours=hour)
        made(came, client_number="+31205555555", from_name=f"Caller{number}", status="answered", direction="inbound")
    made(at, client_number="", from_name="Caller4", status="answered", direction="inbound")
    made(at, client_number="+31205555555", from_name="Caller5", status="answered", direction="outbound")
    query = f"period=custom&from=2026-11-01&to=2026-11-12&again={again}"
    text = owner_client.get(f"/calls/?{query}").content.decode()
    assert {n for n in "12345" if f"Caller{n}" in text} == ends
