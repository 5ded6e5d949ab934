"""CALL-15: one number in any notation is one number; what is no phone number is kept and never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.kit.phone_numbers import (
    LONGEST_RECEIVED,
    NumberKind,
    country_of_locale,
    format_number,
    national_number,
    parse_number,
    place_of,
)

COUNTRIES = st.sampled_from(["NL", "HU", "US", "SA", "RU", "GB", "IT", "AD", "ZZ", "", "nl"])


@pytest.mark.parametrize(
    ("raw", "home"),
    [
        ("+36 1 234 5678", "NL"),
        ("0036 1 2345678", "NL"),
        ("011 36 1 234 5678", "US"),
        ("36 1 234 5678", "NL"),
        ("06 1 234-5678", "HU"),
        ("(06-1) 234.56.78", "HU"),
        ("3612345678", "HU"),
        ("tel:+36-1-234-5678", "HU"),
        ("sip:+3612345678@pbx.example.org;user=phone", "HU"),
        ('"Kovács Anna" <+3612345678>', "HU"),
        ("\u202a+36 1 234 5678\u202c", "HU"),
        ("٠٦١٢٣٤٥٦٧٨", "HU"),
        ("＋３６１２３４５６７８", "HU"),
    ],
)
def test_every_notation_is_the_same_number(raw: str, home: str) -> None:
    parsed = parse_number(raw, home)
    assert (parsed.e164, parsed.kind) == ("+3612345678", NumberKind.PHONE)


def test_the_zero_in_brackets_is_not_dialled_after_a_country_code() -> None:
    assert parse_number("+44 (0)20 7946 0018", "NL").e164 == "+442079460018"
    assert parse_number("0031 (0)20 123 4567", "NL").e164 == "+31201234567"


def test_an_italian_zero_belongs_to_the_number() -> None:
    assert parse_number("06 1234 5678", "IT").e164 == "+390612345678"


def test_local_notation_needs_the_area_code() -> None:
    assert parse_number("5551234", "US").e164 is None
    assert parse_number("5551234", "US", area_code="212").e164 == "+12125551234"
    assert parse_number("2345678", "HU", area_code="1").e164 == "+3612345678"


@pytest.mark.parametrize("country", ["NL", "HU", "DE", "AT", "US", "GB", "SA", "RU", "BE", "FR", "NO", "SE"])
@pytest.mark.parametrize("extension", ["201", "1001", "2345", "20123", "16400", "12000", "234567"])
def test_extensions_are_not_phone_numbers(extension: str, country: str) -> None:
    parsed = parse_number(extension, country)
    assert parsed.e164 is None
    assert parsed.as_received == extension
    assert parsed.kind in (NumberKind.EXTENSION, NumberKind.SHORT)


def test_a_plan_with_short_numbers_keeps_them() -> None:
    assert parse_number("712345", "AD").e164 == "+376712345"


@pytest.mark.parametrize(("raw", "home"), [("112", "NL"), ("112", "HU"), ("911", "US"), ("999", "GB"), ("105", "HU")])
def test_emergency_numbers_survive(raw: str, home: str) -> None:
    parsed = parse_number(raw, home)
    assert (parsed.e164, parsed.as_received, parsed.kind) == (None, raw, NumberKind.EMERGENCY)


def test_short_numbers_survive() -> None:
    parsed = parse_number("116123", "NL")
    assert (parsed.e164, parsed.as_received, parsed.kind) == (None, "116123", NumberKind.SHORT)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "  ",
        "anonymous",
        "Anonymous",
        "<unknown>",
        "Restricted",
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
    ],
)
def test_withheld_numbers_are_none(raw: str | None) -> None:
    parsed = parse_number(raw, "NL")
    assert (parsed.e164, parsed.as_received, parsed.kind) == (None, None, NumberKind.WITHHELD)


@pytest.mark.parametrize(
    ("raw", "kind"), [("*97", "code"), ("#31#0201234567", "code"), ("alice", "invalid"), ("²³", "invalid")]
)
def test_what_is_no_number_keeps_its_text(raw: str, kind: str) -> None:
    parsed = parse_number(raw, "NL")
    assert (parsed.e164, parsed.as_received, parsed.kind) == (None, raw, kind)


def test_very_long_input_is_cut_and_refused() -> None:
    parsed = parse_number("9" * 1_000_000, "NL")
    assert parsed.e164 is None
    assert parsed.as_received == "9" * LONGEST_RECEIVED


@given(
    st.one_of(st.text(), st.text('0123456789+*#;@<>"()- ٠١٢x', max_size=90)),
    COUNTRIES,
    st.sampled_from(["", "1", "20"]),
)
def test_garbage_never_raises(raw: str, home: str, area_code: str) -> None:
    parsed = parse_number(raw, home, area_code=area_code)
    assert (parsed.e164 is not None) == (parsed.kind == NumberKind.PHONE)
    assert (parsed.as_received is None) == (parsed.kind == NumberKind.WITHHELD)
    assert len(parsed.as_received or "") <= LONGEST_RECEIVED
    assert parsed.e164 is None or (parsed.e164[0] == "+" and parsed.e164[1:].isascii() and parsed.e164[1:].isdigit())


@given(st.integers(2_000_000, 9_999_999), st.sampled_from(["NL", "US", "HU"]))
def test_parsing_its_own_form_changes_nothing(subscriber: int, country: str) -> None:
    first = parse_number(f"+361{subscriber}", country)
    assert first.e164 is not None
    assert parse_number(first.e164, country).e164 == first.e164
    assert parse_number(format_number(first.e164, country), country).e164 == first.e164


@given(st.text(), COUNTRIES, st.text(max_size=8))
def test_format_and_place_never_raise(number: str, country: str, language: str) -> None:
    assert isinstance(format_number(number, country, language), str)
    place = place_of(number, language)
    assert place is None or number.startswith("+")


def test_national_inside_the_country_international_outside() -> None:
    assert format_number("+31201234567", "NL") == "020 123 4567"
    assert format_number("+31201234567", "HU") == "+31 20 123 4567"
    assert format_number("+31201234567", locale="nl") == "020 123 4567"
    assert format_number("+31201234567", locale="nl-BE") == "+31 20 123 4567"
    assert format_number("201", "NL") == "201"


@pytest.mark.parametrize(
    ("number", "expected"),
    [("+31201234567", "201234567"), ("+390612345678", "612345678"), ("+3545812345", "5812345"), ("0201234567", ""),
     ("201", ""), ("+", ""), ("", "")],
)  # fmt: skip
def test_the_national_part_of_a_number(number: str, expected: str) -> None:
    assert national_number(number) == expected


def test_country_of_a_locale() -> None:
    assert [country_of_locale(code) for code in ("hu", "nl_BE", "ar-EG", "qq", "")] == ["HU", "BE", "EG", "", ""]


def test_place_has_city_region_country_and_zones() -> None:
    place = place_of("+12125551234", "nl")
    assert place is not None
    assert (place.city, place.region, place.country, place.country_code) == ("New York", "NY", "Verenigde Staten", "US")
    assert place.time_zones == ("America/New_York",)
    budapest = place_of("+3612345678", "ar")
    assert budapest is not None and budapest.country_code == "HU" and budapest.time_zones == ("Europe/Budapest",)


def test_a_mobile_or_international_number_has_no_city() -> None:
    mobile = place_of("+31612345678")
    assert mobile is not None and (mobile.city, mobile.country) == ("", "Netherlands")
    toll_free = place_of("+80012345678")
    assert toll_free is not None and (toll_free.country, toll_free.time_zones) == ("", ())
    assert place_of("201") is None
