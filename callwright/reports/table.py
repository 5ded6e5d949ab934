"""What a report is asked for, and the table that answers it. Pure.

Figures are sums and maxima as the queries give them; shares and means are worked out here, of rows and of their total
alike, so that a total is never a mean of means.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from callwright.kit.sums import reach

INTERVALS = ("quarter_hour", "half_hour", "hour", "day", "week", "month")
MINUTES = {**reach.MINUTES, "hour": 60}
"""Intervals that are shorter than a day."""

Kind = Literal["count", "seconds", "share", "number"]
"""`count` and `seconds` are whole; `share` is a part of one, `number` a mean: both worked out from two figures."""

LeadsTo = Literal["calls", "registrations", "missing", ""]
"""A list: the register of calls, registrations, or what was not registered."""

Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a report: the days of `zone` from `begins_on` to `ends_on`, both included; what the rows are
    (`by`), and of a crossed report what the columns are (`across`) and which `figure` stands in its cells; of what
    alone; within how many seconds an answer is in time, within how many days a call is one made again.
    """

    begins_on: date
    ends_on: date
    zone: str
    interval: str = ""
    by: str = ""
    across: str = ""
    figure: str = ""
    account_ids: tuple[int, ...] = ()
    queue_ids: tuple[int, ...] = ()
    user_ids: tuple[int, ...] = ()
    directions: tuple[str, ...] = ()
    topic_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    within_s: int = 20
    within_days: int = 7

    @property
    def days(self) -> int:
        return (self.ends_on - self.begins_on).days + 1


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a report: `of` alone, or `of` per `over`. `is_longest`: of several rows the greatest counts, not
    the sum. `good` tells what a rise means: 1 is better, -1 worse, 0 neither. `calls` are the criteria by which the
    register finds what is counted; None where no search finds it. `leads_to` is the list that shows it where that is
    not the one of its report. `is_of_rows`: of everything together it goes without saying.
    """

    code: str
    label: str
    kind: Kind
    of: str
    over: str = ""
    is_longest: bool = False
    good: int = 0
    calls: tuple[tuple[str, str], ...] | None = None
    leads_to: LeadsTo = ""
    is_of_rows: bool = False

    def value(self, figures: Figures) -> float | int | None:
        """What stands in the column for these figures; None where nothing can be said."""
        found = figures.get(self.of)
        if not self.over:
            return found
        over = figures.get(self.over)
        return None if found is None or not over else found / over


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is the value of what the rows are, "" for none; `before` the figures of the period before, None where it
    had none; `folder` the heading under which it stands ("" for none).
    """

    key: str
    label: str
    figures: Figures
    before: Figures | None = None
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is of everything asked for, also of rows that are left out (`is_cut`)."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    is_cut: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.rows


def before(ask_begins: date, ask_ends: date) -> tuple[date, date]:
    """The period before: whole months are compared with as many whole months, other days with as many days; from a week
    on with days of the same days of the week, some of which may then be in neither period.
    """
    following = ask_ends + timedelta(days=1)
    if ask_begins.day == 1 and following.day == 1:
        months = following.year * 12 + following.month - ask_begins.year * 12 - ask_begins.month
        count = ask_begins.year * 12 + ask_begins.month - 1 - months
        return date(count // 12, count % 12 + 1, 1), ask_begins - timedelta(days=1)
    days = (following - ask_begins).days
    back = timedelta(days=days if days < 7 else (days + 6) // 7 * 7)
    return ask_begins - back, ask_ends - back


def add_up(columns: Iterable[Column], rows: Sequence[Figures]) -> dict[str, int]:
    """The figures of all rows together: the longest of what is a longest, the sums of everything else."""
    longest = {column.of for column in columns if column.is_longest}
    total: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            if name in longest:
                total[name] = max(total.get(name, 0), value)
            else:
                total[name] = total.get(name, 0) + value
    return total


def change(now: float | int | None, then: float | int | None) -> float | None:
    """How much more than before, as a part of what was before; None where there was nothing to compare with."""
    if now is None or not then:
        return None
    return now / then - 1


def beginnings(begins_on: date, ends_on: date, interval: str) -> Iterator[date]:
    """The first day of each interval (day, week, month) of a period; the first one may have begun before it."""
    day = beginning_of(begins_on, interval)
    while day <= ends_on:
        yield day
        day = following(day, interval)


def beginning_of(day: date, interval: str) -> date:
    """The first day of the interval in which a day lies; weeks begin on Monday."""
    match interval:
        case "month":
            return day.replace(day=1)
        case "week":
            return day - timedelta(days=day.weekday())
        case _:
            return day


def following(day: date, interval: str) -> date:
    """The first day of the interval after the one that begins on `day`."""
    match interval:
        case "month":
            return date(day.year + day.month // 12, day.month % 12 + 1, 1)
        case "week":
            return day + timedelta(days=7)
        case _:
            return day + timedelta(days=1)
