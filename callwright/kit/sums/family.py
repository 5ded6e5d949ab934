"""Figures that are kept for reports, as tables: what is counted, by what, and of which spans of time sums are kept.

Everything is counted by the quarter of an hour of UTC in which it began, since every time zone on earth differs from
UTC by whole quarters. So any day, week or month of any zone is made of whole quarters. Above them stand sums of hours,
days and months of UTC, for what a report asks of a long time (docs/decisions/036).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

QUARTER, HOUR, DAY, MONTH = "q", "h", "d", "m"
NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Family:
    """The tables of one kind of figures.

    `base`: the table of quarters; `sums` those of longer spans and `spans` which of them are right. `things`: by what
    figures can be told apart, with the column of `base`. `extra`: columns that every sum keeps apart. `added` and
    `longest`: the figures. `of_all` and `of_one`: the kinds of sums, and of which spans, of all accounts together and
    of an account for itself; the latter only in months in which it is large. `has_days`: the base has the accounts' own
    days (`local_day`) in its key. `opened`: what makes more rows of
    one of the base. `settles`: for so long quarters still change as a matter of course.
    """

    base: str
    sums: str
    spans: str
    things: Mapping[str, str]
    extra: tuple[str, ...]
    added: tuple[str, ...]
    longest: tuple[str, ...] = ()
    of_all: Mapping[str, str] = field(default_factory=dict)
    of_one: Mapping[str, str] = field(default_factory=dict)
    opened: str = ""
    settles: timedelta = timedelta()
    has_days: bool = True

    @property
    def figures(self) -> tuple[str, ...]:
        return (*self.added, *self.longest)

    def source(self) -> str:
        """The base as a relation `t` with all columns that figures are told apart by."""
        return f"{self.base} t {self.opened}".strip()

    def sum_of(self, prefix: str = "t.") -> str:
        """The figures added up, in the order of `figures`."""
        parts = [f"sum({prefix}{name})" for name in self.added] + [f"max({prefix}{name})" for name in self.longest]
        return ", ".join(parts)
