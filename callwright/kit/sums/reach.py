"""Periods of days in any time zone as spans of time, and how such a span is put together of months, days, hours
and quarters of UTC. Pure.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Interval = Literal["", "quarter_hour", "half_hour", "hour", "day", "week", "month"]
MINUTES = {"quarter_hour": 15, "half_hour": 30}
"""Intervals shorter than an hour; quarters are the shortest, since figures are counted by them."""

Range = tuple[datetime, datetime]
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Reach:
    """Ranges of time (begin, end before) to be read of sums of months, days, hours and quarters, and of the base."""

    months: list[Range] = field(default_factory=list)
    days: list[Range] = field(default_factory=list)
    hours: list[Range] = field(default_factory=list)
    quarters: list[Range] = field(default_factory=list)
    base: list[Range] = field(default_factory=list)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in `zone`, in UTC. Where clocks skip midnight, at the moment they do so; where they repeat it,
    at the first.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period(begins_on: date, ends_on: date, zone: ZoneInfo) -> Range:
    """The time from the first to the last of these days, both included."""
    return midnight(begins_on, zone), midnight(ends_on + _DAY, zone)


def parts_of(begins_on: date, ends_on: date, zone: ZoneInfo, interval: Interval) -> Iterator[Range]:
    """The spans of the intervals of a period: of days, weeks or months, the first and last as far as they are in it;
    the whole period without one.
    """
    if interval == "":
        yield period(begins_on, ends_on, zone)
        return
    day = begins_on
    while day <= ends_on:
        after = min(_next(day, interval), ends_on + _DAY)
        yield midnight(day, zone), midnight(after, zone)
        day = after


def _next(day: date, interval: Interval) -> date:
    """The first day of the interval after the one in which `day` lies; weeks begin on Monday."""
    if interval == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + _DAY * (7 - day.weekday() if interval == "week" else 1)


def month_after(at: datetime) -> datetime:
    """The month of UTC after the one that begins at `at`."""
    return datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ready:
    """The beginnings of months and days of UTC of which there are sums, and of those of whose days, hours or
    quarters.
    """

    months: Collection[datetime] = ()
    days: Collection[datetime] = ()
    days_of_months: Collection[datetime] = ()
    quarters_of_months: Collection[datetime] = ()
    quarters_of_days: Collection[datetime] = ()
    hours_of_months: Collection[datetime] = ()
    hours_of_days: Collection[datetime] = ()


def reach_of(parts: Collection[Range], ready: Ready) -> Reach:
    """How `parts` are put together: of the months, days and hours of UTC that lie wholly in one of them, and of
    quarters for everything else. All ranges are in order and as long as can be.
    """
    reach = Reach()
    for begin, end in parts:
        at = begin
        while at < end:
            today = datetime.combine(at.date(), time(), UTC)
            month = today.replace(day=1)
            if at == month and month in ready.months and month_after(at) <= end:
                after = month_after(at)
                _add(reach.months, at, after)
            elif at == today and at + _DAY <= end and (today in ready.days or month in ready.days_of_months):
                after = at + _DAY
                _add(reach.days, at, after)
            else:
                after = _add_part_of_day(reach, ready, at, min(today + _DAY, end))
            at = after
    return reach


def cut_at(parts: Collection[Range], ranges: Collection[Range]) -> list[Range]:
    """`ranges` that lie within `parts`, both in order, cut where a part ends: each can be put together for itself."""
    found: list[Range] = []
    ends = iter(end for _begin, end in parts)
    until = next(ends, None)
    for begin, end in ranges:
        while until is not None and until < end:
            if until > begin:
                found.append((begin, until))
                begin = until
            until = next(ends, None)
        found.append((begin, end))
    return found


def _add_part_of_day(reach: Reach, ready: Ready, at: datetime, until: datetime) -> datetime:
    """Adds what is read of a part of one day at once; returns where that ends."""
    today = datetime.combine(at.date(), time(), UTC)
    month = today.replace(day=1)
    hours_until = until.replace(minute=0, second=0, microsecond=0)
    if at.minute == 0 and hours_until > at and (today in ready.hours_of_days or month in ready.hours_of_months):
        _add(reach.hours, at, hours_until)
        return hours_until
    is_kept = today in ready.quarters_of_days or month in ready.quarters_of_months
    _add(reach.quarters if is_kept else reach.base, at, until)
    return until


def has_whole_hours(begins_on: date, ends_on: date, zone: ZoneInfo) -> bool:
    """Whether clocks of the zone differ from UTC by whole hours on all of these days."""
    days = (begins_on + _DAY * n for n in range((ends_on - begins_on).days + 2))
    return not any(midnight(day, zone).minute for day in days)


def _add(ranges: list[Range], begin: datetime, end: datetime) -> None:
    if ranges and ranges[-1][1] == begin:
        ranges[-1] = ranges[-1][0], end
    else:
        ranges.append((begin, end))
