"""What a search of the register asks for, read from an address and written into one. Pure.

Whatever stands in an address is read: what cannot be meant is left out and told as a problem, never an error.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from callwright.calls.figures import AGAIN_WITHIN
from callwright.calls.periods import Period
from callwright.kit.addresses import AddressReader
from callwright.kit.addresses import Problem as Problem

DIRECTIONS = ("inbound", "outbound", "internal")
FOLLOW_UPS = ("not_called_back", "called_back", "called_back_late", "caller_reached_us", "closed")
STATUSES = ("ringing", "talking", "answered", "missed", "abandoned", "busy", "failed", "voicemail", "unknown")
SORTS = (
    "started", "status", "direction", "contact", "number", "dialled", "account", "queue", "employee", "extension",
    "ring", "wait", "talk", "hold", "category",
)  # fmt: skip
GROUPS = ("day", "employee", "contact", "account", "status")
AGAIN = (
    "known", *(f"{kind}_{days}" for kind in ("repeat", "decided", "again", "resolved") for days in AGAIN_WITHIN)
)  # fmt: skip
"""Inbound calls of a known number; of these, within so many days: of clients who had called before (`repeat`); answered
ones after which the days are over (`decided`), whose clients called again within them, or did not (`resolved`)."""

NONE = "none"  # a group of calls without employee, contact, queue or category

FEWEST_DIGITS = 2
LONGEST_TALK_S = 100 * 3600
_NUMBER = re.compile(r"[\d\s()+./\-\u200e\u200f\u202a-\u202e\u2066-\u2069\u00a0]+")
_TALK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Search:
    """The criteria of a search; all that are set must fit. Times in seconds; the days of a period are included. `hour`
    (0 to 23) and `weekday` (1 is Monday) are of the start; days and hours are those of `zone`, else of the viewer's.
    `again` is one of `AGAIN`: what reports count of clients who called again.
    """

    period: Period = Period.TODAY
    first: date | None = None
    last: date | None = None
    number: str = ""
    directions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    name: str = ""
    contact: int | str | None = None
    category: int | str | None = None
    employee: int | str | None = None
    extension: str = ""
    account: int | None = None
    queue: int | str | None = None
    talk_from: int | None = None
    talk_to: int | None = None
    wait_to: int | None = None
    again: str = ""
    hour: int | None = None
    weekday: int | None = None
    zone: str = ""
    text: str = ""
    marker: int | str | None = None
    follow_ups: tuple[str, ...] = ()
    too_long: str = ""
    recorded: str = ""
    sort: str = "started"
    descending: bool = True
    group: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than all calls of its period."""
        return any(getattr(self, name) not in ("", (), None) for name in CRITERIA)

    @property
    def is_newest_first(self) -> bool:
        return self.sort == "started" and self.descending and not self.group

    def without(self, name: str, value: str = "") -> "Search":
        """The same search with one criterion taken away; `value` names one of several."""
        if name == "period":
            return replace(self, period=Period.TODAY, first=None, last=None)
        kept = getattr(self, name)
        if isinstance(kept, tuple):
            left: Any = tuple(one for one in kept if one != value)
            return replace(self, **{name: left})
        empty: Any = "" if isinstance(kept, str) and name not in _IDS else None
        return replace(self, **{name: empty})

    def pairs(self) -> list[tuple[str, str]]:
        """The address's parameters, those that say something; a number search always names its period."""
        found: list[tuple[str, str]] = []
        if self.period != Period.TODAY or self.number:
            found.append(("period", self.period.value))
        for parameter, value in (("from", self.first), ("to", self.last)):
            if value is not None:
                found.append((parameter, value.isoformat()))
        for name in CRITERIA:
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else () if value in ("", None) else (value,)
            found += [(PARAMETERS.get(name, name), str(one)) for one in values]
        if self.sort != "started" or not self.descending:
            found.append(("sort", f"{'-' if self.descending else ''}{self.sort}"))
        if self.group:
            found.append(("group", self.group))
        return found

    @property
    def query(self) -> str:
        """The query string of its address, always the same for the same search."""
        return urlencode(self.pairs())


_IDS = ("contact", "employee", "marker", "queue", "category")
_SHAPE = {"period", "first", "last", "sort", "descending", "group"}
CRITERIA = tuple(field.name for field in fields(Search) if field.name not in _SHAPE)
PARAMETERS = {"directions": "direction", "statuses": "status", "follow_ups": "follow_up"}
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class After:
    """The place in a list: the sort value of its last row, and that row's id."""

    value: str
    id: UUID


def parse_search(given: Mapping[str, Sequence[str]]) -> tuple[Search, tuple[Problem, ...]]:
    """The search that an address's parameters ask for, and what of them could not be read."""
    reader = _Reader(given)
    number = reader.number("number")
    period, first, last = reader.period(Period, Period.QUARTER if number else Period.TODAY)
    sort, descending = reader.sort()
    talk_from, talk_to = reader.seconds("talk_from"), reader.seconds("talk_to")
    if talk_from is not None and talk_to is not None and talk_from > talk_to:
        talk_from, talk_to = talk_to, talk_from
    search = Search(
        period=period,
        first=first,
        last=last,
        number=number,
        directions=reader.several("direction", DIRECTIONS),
        statuses=reader.several("status", STATUSES),
        name=reader.text("name"),
        contact=reader.id("contact", NONE),
        category=reader.id("category", NONE),
        employee=reader.id("employee", NONE),
        extension=reader.text("extension")[:20],
        account=reader.whole("account"),
        queue=reader.id("queue", NONE),
        talk_from=talk_from,
        talk_to=talk_to,
        wait_to=reader.seconds("wait_to"),
        again=reader.one_of("again", AGAIN),
        hour=reader.whole("hour", 0, 23),
        weekday=reader.whole("weekday", 1, 7),
        zone=reader.zone(),
        text=reader.text("text"),
        marker=reader.id("marker", "any"),
        follow_ups=reader.several("follow_up", FOLLOW_UPS),
        too_long=reader.one_of("too_long", YES_NO),
        recorded=reader.one_of("recorded", YES_NO),
        sort=sort,
        descending=descending,
        group=reader.one_of("group", GROUPS),
    )
    return search, tuple(reader.problems)


def parse_after(given: Mapping[str, Sequence[str]]) -> After | None:
    """The place from which a list goes on; None at its beginning and for anything that is none."""
    try:
        id = UUID(_last(given, "last_id"))
    except ValueError:
        return None
    return After(_last(given, "after")[:300].replace("\x00", ""), id)


def digits_of(number: str) -> str:
    """The digits of a number in any notation and script, in ASCII."""
    return "".join(str(unicodedata.digit(c)) for c in number if c.isdigit() and unicodedata.digit(c, -1) >= 0)


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


class _Reader(AddressReader):
    def number(self, name: str) -> str:
        raw = self.text(name)
        if not raw:
            return ""
        if not _NUMBER.fullmatch(raw):
            self.refuse(name, "no_number", raw)
            return ""
        if len(digits_of(raw)) < FEWEST_DIGITS:
            self.refuse(name, "too_few_digits", raw)
            return ""
        return raw

    def id(self, name: str, word: str) -> int | str | None:
        return word if self.text(name) == word else self.whole(name)

    def seconds(self, name: str) -> int | None:
        raw = self.text(name)
        found = _TALK.fullmatch(raw)
        if not raw:
            return None
        parts = zip(found.groups(), (3600, 60, 1), strict=True) if found else [("-1", 1)]
        total = sum(int(part or 0) * size for part, size in parts)
        if not 0 <= total <= LONGEST_TALK_S:
            self.refuse(name, "no_duration", raw)
            return None
        return total

    def sort(self) -> tuple[str, bool]:
        raw = self.text("sort")
        column = raw.removeprefix("-")
        if not raw:
            return "started", True
        if column not in SORTS:
            self.refuse("sort", "no_choice", raw)
            return "started", True
        return column, raw.startswith("-")


def criteria_of(search: Search) -> Iterator[tuple[str, str]]:
    """Each criterion that is set, as (name, value); several values of one come one by one."""
    for name in CRITERIA:
        value = getattr(search, name)
        if isinstance(value, tuple):
            yield from ((name, one) for one in value)
        elif value not in ("", None):
            yield name, str(value)
