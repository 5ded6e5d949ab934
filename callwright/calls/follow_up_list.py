"""What the list of missed calls is asked for, read from an address and written into one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from callwright.calls.periods import Period
from callwright.calls.search import NONE
from callwright.kit.addresses import EARLIEST, LATEST

OPEN, WITHHELD, SETTLED = "open", "withheld", "settled"
TABS = (OPEN, WITHHELD, SETTLED)
SETTLED_STATES = ("called_back", "called_back_late", "caller_reached_us", "closed")
STATES = (*SETTLED_STATES, "not_called_back", WITHHELD)
"""What may have become of a call of a period: with those that still wait, and those whom nobody can call back."""
TOTALS_BY = ("day", "queue", "employee")
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MissedList:
    """Which missed calls are shown. `mine`: those that the viewer should call back. `states` and the period are of the
    tab that says what became of calls (of all of them without `states`) and of totals; what is open is shown however
    old it is. `NONE` for a queue or employee: the calls without one.
    """

    tab: str = OPEN
    account: int | None = None
    queue: int | str | None = None
    employee: int | str | None = None
    mine: bool = False
    oldest_first: bool = False
    states: tuple[str, ...] = ()
    period: Period = Period.WEEK
    first: date | None = None
    last: date | None = None
    by: str = "day"

    def for_totals(self, viewer: int) -> "MissedList":
        """What of this choice totals can be made of: all states, and what is `mine` is of the `viewer` by name."""
        employee = viewer if self.mine else self.employee
        return replace(self.at(SETTLED), mine=False, oldest_first=False, employee=employee)

    def at(self, tab: str) -> "MissedList":
        """The same choice on another tab."""
        return replace(self, tab=tab, states=())

    def pairs(self) -> list[tuple[str, str]]:
        """The address's parameters: those that say something."""
        given: list[tuple[str, Any]] = [
            ("tab", self.tab if self.tab != OPEN else ""), ("account", self.account), ("queue", self.queue),
            ("employee", self.employee), ("mine", "1" if self.mine else ""),
            ("order", "oldest" if self.oldest_first else ""), *(("state", state) for state in self.states),
            ("period", self.period.value if self.period != Period.WEEK else ""), ("from", self.first),
            ("to", self.last), ("by", self.by if self.by != "day" else ""),
        ]  # fmt: skip
        return [(name, str(value)) for name, value in given if value not in (None, "")]

    @property
    def query(self) -> str:
        return urlencode(self.pairs())


def parse_missed_list(given: Mapping[str, Sequence[str]]) -> MissedList:
    """What the parameters ask for; whatever cannot be meant is left out."""
    first, last = _day(given, "from"), _day(given, "to")
    if first and last and first > last:
        first, last = last, first
    period = _one(given, "period", tuple(one.value for one in Period)) or Period.WEEK.value
    is_custom = period == Period.CUSTOM
    return MissedList(
        tab=_one(given, "tab", TABS) or OPEN,
        account=_id(given, "account"),
        queue=_id_or_none(given, "queue"),
        employee=_id_or_none(given, "employee"),
        mine=_last(given, "mine") == "1",
        oldest_first=_last(given, "order") == "oldest",
        states=tuple(state for state in STATES if state in given.get("state", ())),
        period=Period(period),
        first=first if is_custom else None,
        last=last if is_custom else None,
        by=_one(given, "by", TOTALS_BY) or "day",
    )


def place_in(given: Mapping[str, Sequence[str]]) -> UUID | None:
    """The call after which a list goes on; None at its beginning."""
    try:
        return UUID(_last(given, "after"))
    except ValueError:
        return None


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    return (given.get(name) or ("",))[-1]


def _one(given: Mapping[str, Sequence[str]], name: str, allowed: Sequence[str]) -> str:
    return _last(given, name) if _last(given, name) in allowed else ""


def _id(given: Mapping[str, Sequence[str]], name: str) -> int | None:
    raw = _last(given, name)
    is_one = raw.isascii() and raw.isdigit() and len(raw) <= 19 and int(raw) <= LARGEST_ID
    return int(raw) if is_one else None


def _id_or_none(given: Mapping[str, Sequence[str]], name: str) -> int | str | None:
    return NONE if _last(given, name) == NONE else _id(given, name)


def _day(given: Mapping[str, Sequence[str]], name: str) -> date | None:
    try:
        day = date.fromisoformat(_last(given, name))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
