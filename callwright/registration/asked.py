"""What an address asks of the lists: registrations, unregistered calls, findings. Pure.

The parameters, by which reports lead to the rows behind a figure; those with * may stand several times, then any of
them fits, and 0 means "none":
`topic`*, `category`* (of registration), `account`*, `agent`*, `queue`*, `direction`*, `contact_category`*,
`hour`* (0 to 23) and `weekday`* (1 Monday to 7 Sunday) when the call began, `text` (in the comment), and the time:
`from` and `until` (days, both included) or `period` (a code of `calls.periods.Period`), days of `zone` (else the
viewer's). Findings know `state` and `rule`* too. Whatever cannot be meant is left out, never an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from callwright.calls.periods import EARLIEST, LATEST, Period, Span, span_of
from callwright.kit.identity import id_in
from callwright.kit.texts import clean_line
from callwright.registration.rules import DIRECTIONS

LONGEST_TEXT = 100
MOST_VALUES = 50
IDS = ("topic", "category", "account", "agent", "queue", "contact_category", "rule")
_RANGES = {"hour": (0, 23), "weekday": (1, 7)}
STATES = ("open", "counted", "corrected", "dismissed", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """The criteria; all that are set must fit, of several values any. `first` and `last` are days of `zone`."""

    period: Period
    zone: str
    first: date | None = None
    last: date | None = None
    topic: tuple[int, ...] = ()
    category: tuple[int, ...] = ()
    account: tuple[int, ...] = ()
    agent: tuple[int, ...] = ()
    queue: tuple[int, ...] = ()
    contact_category: tuple[int, ...] = ()
    rule: tuple[int, ...] = ()
    hour: tuple[int, ...] = ()
    weekday: tuple[int, ...] = ()
    direction: tuple[str, ...] = ()
    text: str = ""
    state: str = "open"

    def span(self, now: datetime) -> Span:
        """The time of calls that it covers."""
        return span_of(self.period, ZoneInfo(self.zone), now, self.first, self.last)

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than all of its period."""
        return bool(self.text) or any(getattr(self, name) for name in (*IDS, *_RANGES, "direction"))

    @property
    def query(self) -> str:
        """Its parameters as they stand in an address."""
        pairs: list[tuple[str, str]] = [("period", self.period.value)]
        pairs += [(name, one.isoformat()) for name, one in (("from", self.first), ("until", self.last)) if one]
        for name in (*IDS, *_RANGES, "direction"):
            pairs += [(name, str(one)) for one in getattr(self, name)]
        pairs += [("text", self.text)] if self.text else []
        pairs += [("state", self.state)] if self.state != "open" else []
        return urlencode([*pairs, ("zone", self.zone)])

    def without(self, name: str) -> "Asked":
        """The same with one criterion taken away."""
        return replace(self, **{name: ""} if name == "text" else {name: ()})


def read(given: Mapping[str, Sequence[str]], *, zone: str, default: Period) -> Asked:
    """What the parameters ask for, from whoever lives in `zone`."""
    first, last = _day(given, "from"), _day(given, "until")
    if first and last and first > last:
        first, last = last, first
    period = _one(given, "period")
    values: dict[str, Any] = {name: _ids(given.get(name, ())) for name in IDS}
    for name, (least, most) in _RANGES.items():
        values[name] = tuple(one for one in _ids(given.get(name, ())) if least <= one <= most)
    state = _one(given, "state")
    return Asked(
        period=_period(period, default, bool(first or last)), zone=_zone(_one(given, "zone"), zone), first=first,
        last=last, direction=tuple(one for one in DIRECTIONS if one in given.get("direction", ())),
        text=clean_line(_one(given, "text").replace("\x00", ""))[:LONGEST_TEXT],
        state=state if state in STATES else "open", **values,
    )  # fmt: skip


def _period(text: str, default: Period, has_days: bool) -> Period:
    if has_days and text in ("", Period.CUSTOM):
        return Period.CUSTOM
    return Period(text) if text in set(Period) - {Period.CUSTOM} else default


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1]


def _ids(values: Iterable[str]) -> tuple[int, ...]:
    found = (id_in(one) for one in list(values)[:MOST_VALUES])
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _day(given: Mapping[str, Sequence[str]], name: str) -> date | None:
    try:
        day = date.fromisoformat(_one(given, name))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _zone(text: str, default: str) -> str:
    try:
        return ZoneInfo(text).key if text else default
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default
