"""What the address of a report asks for, read from it and written into it. Pure.

Whatever stands in an address is read: what cannot be meant is left out and told as a problem, never an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from callwright.calls.figures import AGAIN_WITHIN, WITHIN
from callwright.kit.addresses import LARGEST_ID, AddressReader
from callwright.kit.addresses import Problem as Problem
from callwright.reports.periods import LONGEST_DAYS, Period, days_before, days_of
from callwright.reports.table import INTERVALS, Ask

DIRECTIONS = ("inbound", "outbound", "internal")
SHOWN = ("both", "chart", "table")
USUAL_WITHIN_S = 20
USUAL_WITHIN_DAYS = 7
_DAYS = {"quarter_hour": 3, "half_hour": 3, "hour": 31}
"""So many days at most are told apart by these intervals."""

_DAYS_ACROSS = {"quarter_hour": 0, "half_hour": 0, "hour": 1, "day": 40, "week": 270}
"""The same where intervals are columns, of which there are at most forty."""

_RANGES = {
    "account": (1, LARGEST_ID), "queue": (1, LARGEST_ID), "user": (1, LARGEST_ID), "topic": (1, LARGEST_ID),
    "category": (1, LARGEST_ID), "hour": (0, 23), "weekday": (1, 7),
}  # fmt: skip
FILTERS = tuple(_RANGES)
"""What a report can be narrowed to beside directions: ids, and hours and days of the week of its zone."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a report allows: what its rows and columns may be, and of what alone it may be asked."""

    bys: tuple[str, ...]
    acrosses: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    filters: frozenset[str] = frozenset({"account", "queue", "user", "direction"})
    directions: tuple[str, ...] = ()
    """Those it is always of, where they are no filter."""
    period: Period = Period.WEEKS_4


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as its address asks for it: a period in words, so that what is kept of it means other days tomorrow."""

    period: Period = Period.WEEKS_4
    first: date | None = None
    last: date | None = None
    zone: str = ""
    interval: str = ""
    by: str = ""
    across: str = ""
    account: int | None = None
    queue: int | None = None
    user: int | None = None
    topic: int | None = None
    category: int | None = None
    hour: int | None = None
    weekday: int | None = None
    directions: tuple[str, ...] = ()
    within_s: int = USUAL_WITHIN_S
    within_days: int = USUAL_WITHIN_DAYS
    is_compared: bool = True
    shown: str = "both"
    sort: str = ""
    figure: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """The address's parameters, always the same for the same report."""
        found = [("period", self.period.value)]
        found += [(name, day.isoformat()) for name, day in (("from", self.first), ("to", self.last)) if day]
        for name in ("zone", "interval", "by", "across", "figure", *FILTERS, "sort"):
            if (value := getattr(self, name)) not in ("", None):
                found.append((name, str(value)))
        found += [("direction", one) for one in self.directions]
        if self.within_s != USUAL_WITHIN_S:
            found.append(("within", str(self.within_s)))
        if self.within_days != USUAL_WITHIN_DAYS:
            found.append(("again", str(self.within_days)))
        if not self.is_compared:
            found.append(("compare", "no"))
        if self.shown != "both":
            found.append(("show", self.shown))
        return found

    @property
    def query(self) -> str:
        return urlencode(self.pairs())

    def without(self, name: str, value: str = "") -> "Asked":
        """The same report without one of its filters; `value` names one of several directions."""
        if name == "direction":
            return replace(self, directions=tuple(one for one in self.directions if one != value))
        none: Any = None
        return replace(self, **{name: none})

    def ask(self, *, zone: str, today: date) -> Ask:
        """What is asked today; `zone` is the one of a viewer who chose none, and `today` its day."""
        begins_on, ends_on = days_of(self.period, today, self.first, self.last)
        return self._ask(zone, begins_on, ends_on)

    def ask_before(self, *, zone: str, today: date) -> Ask:
        """The same of the period before."""
        return self._ask(zone, *days_before(self.period, days_of(self.period, today, self.first, self.last)))

    def _ask(self, zone: str, begins_on: date, ends_on: date) -> Ask:
        days = (ends_on - begins_on).days + 1
        interval = fitting(self.interval or usual_interval(days), days, across=self.across == "time")
        return Ask(
            begins_on=begins_on,
            ends_on=ends_on,
            zone=self.zone or zone,
            interval=interval,
            by=self.by,
            across=self.across,
            figure=self.figure,
            account_ids=_one(self.account),
            queue_ids=_one(self.queue),
            user_ids=_one(self.user),
            directions=self.directions,
            topic_ids=_one(self.topic),
            category_ids=_one(self.category),
            hours=_one(self.hour),
            weekdays=_one(self.weekday),
            within_s=self.within_s,
            within_days=self.within_days,
        )


def usual_interval(days: int) -> str:
    """What a curve of so many days is made of when nobody says: between a dozen and a hundred points."""
    if days <= 2:
        return "hour"
    if days <= 92:
        return "day"
    return "week" if days <= 2 * 366 else "month"


def fitting(interval: str, days: int, *, across: bool = False) -> str:
    """The interval, or the next longer one of which so many days are not too many; `across`: as columns."""
    most = _DAYS_ACROSS if across else _DAYS
    return next(one for one in INTERVALS[INTERVALS.index(interval) :] if days <= most.get(one, days))


def parse_asked(given: Mapping[str, Sequence[str]], shape: Shape) -> tuple[Asked, tuple[Problem, ...]]:
    """The report that an address's parameters ask for, and what of them could not be read."""
    reader = _Reader(given)
    period, first, last = reader.days(shape.period)
    by = reader.one_of("by", shape.bys) or shape.bys[0]
    across = reader.one_of("across", shape.acrosses)
    if shape.acrosses and across in ("", by):
        across = next(one for one in shape.acrosses if one != by)
    ids = {name: reader.whole(name, *_RANGES[name]) for name in FILTERS if name in shape.filters}
    asked = Asked(
        period=period,
        first=first,
        last=last,
        zone=reader.zone(reason="no_zone"),
        interval=reader.one_of("interval", INTERVALS),
        by=by,
        across=across,
        directions=reader.directions() if "direction" in shape.filters else shape.directions,
        within_s=reader.number("within", WITHIN, USUAL_WITHIN_S),
        within_days=reader.number("again", AGAIN_WITHIN, USUAL_WITHIN_DAYS),
        is_compared=reader.one_of("compare", ("no", "yes")) != "no",
        shown=reader.one_of("show", SHOWN) or "both",
        sort=reader.text("sort", 60),
        figure=reader.one_of("figure", shape.figures) or next(iter(shape.figures), ""),
        **ids,
    )
    return asked, tuple(reader.problems)


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)


class _Reader(AddressReader):
    def number(self, name: str, allowed: Sequence[int], usual: int) -> int:
        raw = self.one_of(name, [str(one) for one in allowed])
        return int(raw) if raw else usual

    def directions(self) -> tuple[str, ...]:
        """Those that are named; all of them are no filter."""
        found = self.several("direction", DIRECTIONS)
        return () if len(found) == len(DIRECTIONS) else found

    def days(self, default: Period) -> tuple[Period, date | None, date | None]:
        period, first, last = self.period(Period, default)
        if first and last and (last - first).days >= LONGEST_DAYS:
            self.refuse("period", "too_long", f"{first} – {last}")
        return period, first, last
