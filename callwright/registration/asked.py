"""What an address asks of the lists: registrations, unregistered calls, findings. Pure.

The parameters, by which reports lead to the rows behind a figure; those with * may stand several times, then any of
them fits, and 0 means "none":
`topic`*, `category`* (of registration), `account`*, `agent`*, `queue`*, `direction`*, `contact_category`*,
`hour`* (0 to 23) and `weekday`* (1 Monday to 7 Sunday) when the call began, `ticked` (1: at least one topic, not a
comment alone), `asked` (of unregistered calls, 1: all that somebody was asked to register, also those that are),
`registered` (instead of unregistered calls, 1: those that are, an agent of which is who talked), `text` (in the
comment), and the time:
`from` and `until` (days, both included) or `period` (a code of `calls.periods.Period`), days of `zone` (else the
viewer's). Findings know `state` and `rule`* too. Whatever cannot be meant is left out, never an error.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callwright.calls.periods import Period, Span, span_of
from callwright.kit.addresses import AddressReader
from callwright.kit.texts import clean_line
from callwright.registration.rules import DIRECTIONS

LONGEST_TEXT = 100
IDS = ("topic", "category", "account", "agent", "queue", "contact_category", "rule")
_RANGES = {"hour": (0, 23), "weekday": (1, 7), "ticked": (1, 1), "asked": (1, 1), "registered": (1, 1)}
_OF_BOTH = ("account", "agent", "queue", "direction", "hour", "weekday", "contact_category", "category")
OF_CALLS = (*_OF_BOTH, "asked", "registered")
"""What the list of unregistered calls knows."""

OF_REGISTRATIONS = (*_OF_BOTH, "topic", "text", "ticked")
"""What the list of registrations knows."""

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
    ticked: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    registered: tuple[int, ...] = ()
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

    def only(self, names: Collection[str]) -> "Asked":
        """The same without the criteria that are not among `names`: those that a list does not know. The time stays."""
        gone: dict[str, Any] = {name: () for name in (*IDS, *_RANGES, "direction") if name not in names}
        return replace(self, **gone, text=self.text if "text" in names else "")

    def without(self, name: str) -> "Asked":
        """The same with one criterion taken away."""
        return replace(self, **{name: ""} if name == "text" else {name: ()})


def read(given: Mapping[str, Sequence[str]], *, zone: str, default: Period) -> Asked:
    """What the parameters ask for, from whoever lives in `zone`."""
    reader = AddressReader(given)
    period, first, last = reader.period(Period, default, to="until")
    values: dict[str, Any] = {name: reader.wholes(name) for name in IDS}
    values |= {name: reader.wholes(name, least, most) for name, (least, most) in _RANGES.items()}
    return Asked(
        period=period, zone=reader.zone() or zone, first=first, last=last,
        direction=reader.several("direction", DIRECTIONS), text=clean_line(reader.text("text"))[:LONGEST_TEXT],
        state=reader.one_of("state", STATES) or "open", **values,
    )  # fmt: skip
