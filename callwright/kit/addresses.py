"""Reads what the parameters of an address ask for. Pure.

Whatever stands in an address is read: what cannot be meant is left out and told as a problem, never an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 200
MOST_VALUES = 50

Given = Mapping[str, Sequence[str]]
P = TypeVar("P", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` of the address could not be read: `reason` is a code that the screen words."""

    field: str
    reason: str
    given: str


class AddressReader:
    """Takes the values of an address one by one, and remembers what of them could not be read."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.problems: list[Problem] = []

    def refuse(self, field: str, reason: str, given: str) -> None:
        self.problems.append(Problem(field, reason, given[:40]))

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str:
        """The last value of a name, without what nobody can see."""
        values = self.given.get(name) or ("",)
        return "".join(c for c in values[-1] if c.isprintable() and not "\ud800" <= c <= "\udfff").strip()[:longest]

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of the codes; "" for none."""
        raw = self.text(name)
        if raw and raw not in allowed:
            self.refuse(name, "no_choice", raw)
        return raw if raw in allowed else ""

    def several(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Those of the codes that are named, in their own order."""
        wanted = {one for one in self.given.get(name, ()) if one}
        for one in sorted(wanted - set(allowed))[:1]:
            self.refuse(name, "no_choice", one)
        return tuple(one for one in allowed if one in wanted)

    def whole(self, name: str, least: int = 0, most: int = LARGEST_ID) -> int | None:
        """A whole number, an id as a rule; None for none."""
        raw = self.text(name)
        found = _whole(raw, least, most)
        if raw and found is None:
            self.refuse(name, "no_choice", raw)
        return found

    def wholes(self, name: str, least: int = 0, most: int = LARGEST_ID) -> tuple[int, ...]:
        """The whole numbers of a name that may stand several times, each once."""
        found = (_whole(one, least, most) for one in list(self.given.get(name, ()))[:MOST_VALUES])
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def zone(self, name: str = "zone", reason: str = "no_choice") -> str:
        """The name of a time zone that databases know as well; "" for none."""
        raw = self.text(name)
        if raw and raw not in known_zones():
            self.refuse(name, reason, raw)
        return raw if raw in known_zones() else ""

    def day(self, name: str) -> date | None:
        raw = self.text(name)
        if not raw:
            return None
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            day = date.max
        if not EARLIEST <= day <= LATEST:
            self.refuse(name, "no_date", raw)
            return None
        return day

    def period(self, kinds: type[P], default: P, *, to: str = "to") -> tuple[P, date | None, date | None]:
        """A period in words, or with "custom" the days `from` and `to` in their order, either of them open."""
        first, last = self.day("from"), self.day(to)
        raw = self.one_of("period", [kind.value for kind in kinds]) or ("custom" if first or last else "")
        if raw and raw != "custom":
            return kinds(raw), None, None
        if first is None and last is None:
            return default, None, None
        if first and last and first > last:
            first, last = last, first
        return kinds("custom"), first, last


@cache
def known_zones() -> frozenset[str]:
    """The names of time zones to choose from. Some files beside them are zones for Python, but not for databases."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _whole(raw: str, least: int, most: int) -> int | None:
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 19:
        return None
    return int(raw) if least <= int(raw) <= most else None
