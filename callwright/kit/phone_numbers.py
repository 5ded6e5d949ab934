"""Phone numbers, parsed once at the edge: what the PBX or a person wrote, and the E.164 number it means."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers as pn
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from callwright.kit.number_plans import plain_e164

LONGEST_RECEIVED = 64
"""Characters kept of what came in; the longest real number with its SIP dressing is far below this."""

LONGEST_EXTENSION = 6
"""Digits. Longer digit strings that are no valid number are kept as received, without a meaning."""

_WITHHELD = frozenset(
    {"anonymous", "unknown", "unknownnumber", "private", "privatenumber", "withheld", "withheldnumber", "hidden"}
    | {"restricted", "unavailable", "notavailable", "nonumber", "noname", "none", "null", "callerid", "s", "i"}
)
_DRESSING = re.compile(r"^\s*(?:\"[^\"]*\"\s*|[^<\"]*)<([^<>]*)>\s*$")
_SCHEME = re.compile(r"^(?:sips?|tel|callto):", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-‐-―−.()/\[\]~\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SERVICE_CODE = re.compile(r"[*#][\d*#]*")
_NUMBER = re.compile(r"[+＋]?\d+")


class NumberKind(StrEnum):
    """What a received number is; only `PHONE` has an E.164 form."""

    PHONE = "phone"
    EXTENSION = "extension"
    SHORT = "short"
    EMERGENCY = "emergency"
    CODE = "code"
    WITHHELD = "withheld"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class ParsedNumber:
    """A number's meaning beside the number as received (`None` when withheld)."""

    e164: str | None
    as_received: str | None
    kind: NumberKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number is at home by the numbering plan; empty texts where the plan does not tell."""

    city: str
    region: str
    country: str
    country_code: str
    time_zones: tuple[str, ...]


@lru_cache(maxsize=32_768)
def parse_number(raw: str | None, home_country: str, *, area_code: str = "") -> ParsedNumber:
    """What `raw` means to a phone in `home_country` (ISO code); `area_code` completes local notation. Never raises."""
    received = _UNPRINTABLE.sub("", raw[: LONGEST_RECEIVED * 4] if raw else "").strip()
    bare = _undress(received)
    if not bare or re.sub(r"[\W_]", "", bare).lower() in _WITHHELD:
        return ParsedNumber(None, None, NumberKind.WITHHELD)
    kept = received[:LONGEST_RECEIVED]
    dialled = _SEPARATORS.sub("", bare.replace("(0)", "") if bare.startswith(("+", "00")) else bare)
    if len(dialled) > LONGEST_RECEIVED:
        return ParsedNumber(None, kept, NumberKind.INVALID)
    if _SERVICE_CODE.fullmatch(dialled):
        return ParsedNumber(None, kept, NumberKind.CODE)
    if not _NUMBER.fullmatch(dialled):
        return ParsedNumber(None, kept, NumberKind.INVALID)
    if not dialled.isascii():
        dialled = "".join("+" if c in "+＋" else str(int(c)) for c in dialled)
    return _classify(dialled, kept, home_country.upper(), area_code)


def _undress(received: str) -> str:
    """The number inside `"Name" <…>`, `sip:…@host;parameters` or `tel:…`."""
    inside = _DRESSING.match(received)
    bare = inside.group(1).strip() if inside else received
    if _SCHEME.match(bare) or "@" in bare:
        bare = _SCHEME.sub("", bare).split("@", 1)[0]
    return bare.split(";", 1)[0].strip()


def _classify(dialled: str, kept: str, home: str, area_code: str) -> ParsedNumber:
    if not dialled.startswith("+") and len(dialled) <= LONGEST_EXTENSION:
        return _classify_short(dialled, kept, home, area_code)
    e164 = (None if area_code else plain_e164(dialled, home)) or _e164(dialled, home, area_code)
    if e164 is None and not dialled.startswith(("+", "0")) and len(dialled) >= 10:
        # Many carriers send the international number without its plus sign.
        e164 = _valid(f"+{dialled}", home)
    return ParsedNumber(e164, kept, NumberKind.PHONE if e164 else NumberKind.INVALID)


def _classify_short(dialled: str, kept: str, home: str, area_code: str) -> ParsedNumber:
    if pn.is_emergency_number(dialled, home):
        return ParsedNumber(None, kept, NumberKind.EMERGENCY)
    if _may_be_phone(dialled, home, area_code) and (e164 := _e164(dialled, home, area_code)):
        return ParsedNumber(e164, kept, NumberKind.PHONE)
    number = _parsed(dialled, home) if len(dialled) >= 3 else None
    if number and pn.is_valid_short_number_for_region(number, home):
        return ParsedNumber(None, kept, NumberKind.SHORT)
    return ParsedNumber(None, kept, NumberKind.EXTENSION)


def _may_be_phone(dialled: str, home: str, area_code: str) -> bool:
    """Whether five or six digits can be a phone number: some plans know numbers as short as an extension."""
    if len(dialled) < 5:
        return False
    plan = pn.PhoneMetadata.metadata_for_region(home, None)
    if plan is None:
        return False
    prefix = plan.national_prefix
    return bool(area_code or (prefix and dialled.startswith(prefix))) or _longest(home) <= LONGEST_EXTENSION


@lru_cache(maxsize=256)
def _longest(home: str) -> int:
    plan = pn.PhoneMetadata.metadata_for_region(home, None)
    lengths = plan.fixed_line.possible_length if plan and plan.fixed_line else None
    return max(lengths or (15,))


def _e164(dialled: str, home: str, area_code: str) -> str | None:
    """E.164 of a valid number, or of a possible one that was given with its country code."""
    number = _parsed(dialled, home)
    if number is None:
        return None
    if pn.is_valid_number(number):
        return _written_e164(number)
    if area_code and not dialled.startswith(("+", "00")):
        return _valid(f"{area_code}{dialled}", home)
    # New number ranges exist for months before metadata knows them: a full international number is believed.
    international = number.country_code != pn.country_code_for_region(home) or dialled.startswith(("+", "00"))
    if international and pn.is_possible_number(number):
        return _written_e164(number)
    return None


def _valid(dialled: str, home: str) -> str | None:
    number = _parsed(dialled, home)
    if number is not None and pn.is_valid_number(number):
        return _written_e164(number)
    return None


def _written_e164(number: pn.PhoneNumber) -> str:
    return f"+{number.country_code}{pn.national_significant_number(number)}"


def _parsed(dialled: str, home: str) -> pn.PhoneNumber | None:
    try:
        return pn.parse(dialled, home)
    except pn.NumberParseException:
        return None


@lru_cache(maxsize=32_768)
def format_number(number: str, country: str = "", locale: str = "") -> str:
    """`number` as people write it: national form inside `country` (else the locale's), international outside.

    What is not E.164 (an extension, a short number) comes back as it is.
    """
    parsed = _parsed(number, "ZZ") if number.startswith("+") else None
    if parsed is None:
        return number
    viewer = country.upper() or country_of_locale(locale)
    same_plan = viewer and pn.country_code_for_region(viewer) == parsed.country_code
    form = pn.PhoneNumberFormat.NATIONAL if same_plan else pn.PhoneNumberFormat.INTERNATIONAL
    return pn.format_number(parsed, form)


def national_number(e164: str) -> str:
    """An E.164 number without the code of its country and without zeros in front; empty for any other text."""
    parsed = _parsed(e164, "ZZ") if e164.startswith("+") else None
    return "" if parsed is None else str(parsed.national_number)


@lru_cache(maxsize=512)
def country_of_locale(locale: str) -> str:
    """The country of `nl_BE` (BE), or where a bare language is mostly spoken (`hu`: HU); empty when unknown."""
    parts = locale.replace("-", "_").split("_")
    if len(parts) > 1 and len(parts[-1]) == 2:
        return parts[-1].upper()
    likely = get_global("likely_subtags").get(parts[0].lower(), "")
    return likely.rsplit("_", 1)[-1] if likely else ""


@lru_cache(maxsize=16_384)
def place_of(e164: str, language: str = "en") -> Place | None:
    """City, region, country and time zones of an E.164 number by its numbering plan; None for any other text."""
    number = _parsed(e164, "ZZ") if e164.startswith("+") else None
    if number is None:
        return None
    # Four seconds and a hundred megabytes: only processes that show places load them.
    from phonenumbers import geocoder, timezone

    code = pn.region_code_for_number(number) or ""
    if code == "001":
        code = ""
    country = country_name(code, language)
    described = geocoder.description_for_valid_number(number, language) if code else ""
    if described in (country, geocoder.country_name_for_number(number, language)):
        described = ""
    city, _, region = described.partition(", ")
    zones = tuple(z for z in timezone.time_zones_for_number(number) if z != timezone.UNKNOWN_TIMEZONE)
    return Place(city=city, region=region, country=country, country_code=code, time_zones=zones if code else ())


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO code) in a language; empty for no code."""
    if not code:
        return ""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        locale = Locale("en")
    return str(locale.territories.get(code, ""))
