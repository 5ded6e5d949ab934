"""What addresses ask for is read alike everywhere, whatever somebody writes into them."""

from datetime import date
from enum import StrEnum

import pytest
from django.db import connection

from callwright.kit.addresses import AddressReader, known_zones


class Period(StrEnum):
    TODAY = "today"
    MONTH = "month"
    CUSTOM = "custom"


def read(query: str) -> AddressReader:
    found: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        found.setdefault(name, []).append(value)
    return AddressReader(found)


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("", (Period.MONTH, None, None)),
        ("period=today", (Period.TODAY, None, None)),
        ("period=today&from=2026-11-01", (Period.TODAY, None, None)),
        ("from=2026-11-05", (Period.CUSTOM, date(2026, 11, 5), None)),
        ("period=custom", (Period.MONTH, None, None)),
        ("from=2026-11-05&to=2026-11-01", (Period.CUSTOM, date(2026, 11, 1), date(2026, 11, 5))),
        ("period=never&to=2026-11-01", (Period.CUSTOM, None, date(2026, 11, 1))),
        ("period=custom&from=2026-02-30", (Period.MONTH, None, None)),
    ],
)
def test_periods(query: str, period: tuple[Period, date | None, date | None]) -> None:
    assert read(query).period(Period, Period.MONTH) == period


@pytest.mark.parametrize("given", ["-1", "x", "٣", "1.5", "8", "9" * 20])
def test_what_is_no_number_of_the_range_is_told(given: str) -> None:
    reader = read(f"weekday={given}")
    assert reader.whole("weekday", 1, 7) is None
    assert [(one.field, one.reason) for one in reader.problems] == [("weekday", "no_choice")]


def test_several_numbers_are_taken_once_each_and_others_are_left_out() -> None:
    assert read("id=3&id=x&id=0&id=3").wholes("id") == (3, 0)


def test_nobody_sees_what_has_no_look() -> None:
    assert read("name= a\u200b\x00b\ud800 ").text("name") == "ab"


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "right/UTC", "../etc/passwd", "Mars/Base"])
def test_what_a_database_does_not_know_is_no_zone(zone: str) -> None:
    reader = read(f"zone={zone}")
    assert reader.zone() == "" and len(reader.problems) == 1


@pytest.mark.django_db
def test_the_database_knows_all_zones() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE now() AT TIME ZONE name IS NULL", [sorted(known_zones())]
        )
        assert cursor.fetchall() == []
