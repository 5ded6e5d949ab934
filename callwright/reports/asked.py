"""What the address of a report asks for, read from it and written into it. Pure.

Whatever stands in an address is read: what cannot be meant is left out and told as a problem, never an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callwright.calls.figures import AGAIN_WITHIN, WITHIN
from callwright.reports.periods import EARLIEST, LATEST, LONGEST_DAYS, Period, days_before, days_of
from callwright.reports.table import INTERVALS, Ask

DIRECTIONS = ("inbound", "outbound", "internal")
SHOWN = ("both", "chart", "table")
USUAL_WITHIN_S = 20
USUAL_WITHIN_DAYS = 7
LARGEST_ID = 2**63 - 1
_HOUR_DAYS = 31
"""By hours at most so many days are told apart."""

_IDS = ("account", "queue", "user", "topic", "category")


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
class Problem:
    """`field` of the address could not be read: `reason` is a code that the screen words."""

    field: str
    reason: str
    given: str


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
        for name in ("zone", "interval", "by", "across", "figure", *_IDS, "sort"):
            if value := getattr(self, name):
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
        interval = self.interval or usual_interval((ends_on - begins_on).days + 1)
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


def parse_asked(given: Mapping[str, Sequence[str]], shape: Shape) -> tuple[Asked, tuple[Problem, ...]]:
    """The report that an address's parameters ask for, and what of them could not be read."""
    reader = _Reader(given)
    period, first, last = reader.period(shape.period)
    by = reader.one_of("by", shape.bys) or shape.bys[0]
    across = reader.one_of("across", shape.acrosses)
    if shape.acrosses and across in ("", by):
        across = next(one for one in shape.acrosses if one != by)
    interval = reader.one_of("interval", INTERVALS)
    if interval == "hour" and first and last and abs((last - first).days) >= _HOUR_DAYS:
        reader.refuse("interval", "too_many_hours", interval)
        interval = "day"
    ids = {name: reader.whole(name) for name in _IDS if name in shape.filters}
    asked = Asked(
        period=period,
        first=first,
        last=last,
        zone=reader.zone(),
        interval=interval,
        by=by,
        across=across,
        directions=reader.several("direction", DIRECTIONS) if "direction" in shape.filters else shape.directions,
        within_s=reader.number("within", WITHIN, USUAL_WITHIN_S),
        within_days=reader.number("again", AGAIN_WITHIN, USUAL_WITHIN_DAYS),
        is_compared=reader.one_of("compare", ("no", "yes")) != "no",
        shown=reader.one_of("show", SHOWN) or "both",
        sort=reader.word("sort"),
        figure=reader.one_of("figure", shape.figures) or next(iter(shape.figures), ""),
        **ids,
    )
    return asked, tuple(reader.problems)


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)


class _Reader:
    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self.given = given
        self.problems: list[Problem] = []

    def word(self, name: str) -> str:
        values = self.given.get(name) or ("",)
        return "".join(c for c in values[-1] if c.isprintable() and not "\ud800" <= c <= "\udfff").strip()[:60]

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        raw = self.word(name)
        if raw and raw not in allowed:
            self.refuse(name, "no_choice", raw)
        return raw if raw in allowed else ""

    def several(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        wanted = {one for one in self.given.get(name, ()) if one}
        for one in sorted(wanted - set(allowed))[:1]:
            self.refuse(name, "no_choice", one)
        found = tuple(one for one in allowed if one in wanted)
        return () if len(found) == len(allowed) else found

    def whole(self, name: str) -> int | None:
        raw = self.word(name)
        if not raw:
            return None
        if not (raw.isascii() and raw.isdigit()) or len(raw) > 19 or not 0 < int(raw) <= LARGEST_ID:
            self.refuse(name, "no_choice", raw)
            return None
        return int(raw)

    def number(self, name: str, allowed: Sequence[int], usual: int) -> int:
        raw = self.one_of(name, [str(one) for one in allowed])
        return int(raw) if raw else usual

    def zone(self) -> str:
        raw = self.word("zone")
        if not raw:
            return ""
        try:
            return ZoneInfo(raw).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.refuse("zone", "no_zone", raw)
            return ""

    def period(self, default: Period) -> tuple[Period, date | None, date | None]:
        raw, first, last = self.one_of("period", list(Period)), self._day("from"), self._day("to")
        period = Period(raw) if raw else Period.CUSTOM if first or last else default
        if period != Period.CUSTOM:
            return period, None, None
        if first is None and last is None:
            return default, None, None
        if first and last:
            first, last = min(first, last), max(first, last)
            if (last - first).days >= LONGEST_DAYS:
                self.refuse("period", "too_long", f"{first} – {last}")
        return period, first, last

    def _day(self, name: str) -> date | None:
        raw = self.word(name)
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

    def refuse(self, field: str, reason: str, given: str) -> None:
        self.problems.append(Problem(field, reason, given[:40]))
