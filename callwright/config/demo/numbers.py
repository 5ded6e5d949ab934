"""Numbers that nobody has: the ranges that regulators keep free for films and plays.

United Kingdom: Ofcom, numbers for drama use. France: ARCEP, numbers for audiovisual works. Germany: Bundesnetzagentur,
numbers for drama. Sweden: PTS, numbers for books and films. North America: 555-0100 to 555-0199.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Range:
    prefix: str
    digits: int
    city: str
    first: int = 0
    last: int = -1
    mobile: bool = False


RANGES: dict[str, tuple[Range, ...]] = {
    "GB": (
        Range("+44 20 7946 0", 3, "London", 0, 899),
        Range("+44 113 496 0", 3, "Leeds"),
        Range("+44 161 496 0", 3, "Manchester"),
        Range("+44 121 496 0", 3, "Birmingham"),
        Range("+44 131 496 0", 3, "Edinburgh"),
        Range("+44 141 496 0", 3, "Glasgow"),
        Range("+44 7700 900", 3, "", mobile=True),
    ),
    "FR": (Range("+33 1 99 00 ", 4, "Paris"), Range("+33 6 39 98 ", 4, "", mobile=True)),
    "DE": (
        Range("+49 30 23125 ", 3, "Berlin"),
        Range("+49 40 66969 ", 3, "Hamburg"),
        Range("+49 221 4710 ", 3, "Köln"),
        Range("+49 89 99998 ", 3, "München"),
    ),
    "SE": (Range("+46 8 465 004 ", 2, "Stockholm"), Range("+46 31 390 06 ", 2, "Göteborg")),
    "US": (
        Range("+1 212 555 01", 2, "New York"),
        Range("+1 312 555 01", 2, "Chicago"),
        Range("+1 310 555 01", 2, "Los Angeles"),
        Range("+1 415 555 01", 2, "San Francisco"),
    ),
}

LINES = Range("+44 20 7946 0", 3, "London", 900, 999)
"""The demonstration's own lines; no caller has one of these."""


class Numbers:
    """Deals out numbers, each once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._free: dict[Range, list[int]] = {}

    def take(self, country: str, *, mobile: bool | None = None) -> tuple[str, str]:
        """A fresh E.164 number and its city; from another country when the wanted ranges are used up."""
        wanted = [r for r in RANGES[country] if (mobile is None or r.mobile == mobile) and self._left(r)]
        wanted = wanted or [r for ranges in RANGES.values() for r in ranges if self._left(r)]
        chosen = self._random.choices(wanted, weights=[len(self._left(r)) for r in wanted])[0]
        return _written(chosen, self._left(chosen).pop()), chosen.city

    def _left(self, range_: Range) -> list[int]:
        if range_ not in self._free:
            last = range_.last if range_.last >= 0 else 10**range_.digits - 1
            numbers = list(range(range_.first, last + 1))
            self._random.shuffle(numbers)
            self._free[range_] = numbers
        return self._free[range_]


def line(index: int) -> str:
    """The demonstration's line number `index` (0 to 99), in E.164."""
    return _written(LINES, LINES.first + index)


def _written(range_: Range, number: int) -> str:
    return f"{range_.prefix}{number:0{range_.digits}}".replace(" ", "")


def is_mobile(number: str) -> bool:
    """Whether a number of the demonstration is in one of the mobile ranges."""
    return any(number.startswith(r.prefix.replace(" ", "")) for ranges in RANGES.values() for r in ranges if r.mobile)
