"""Periods of the register as spans of time in the viewer's zone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"  # the last seven days, today among them
    MONTH = "month"  # the last 30 days
    QUARTER = "quarter"  # three months back from today
    CUSTOM = "custom"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Span:
    """From `begins_at` (included) to `ends_at` (excluded); None is open."""

    begins_at: datetime | None
    ends_at: datetime | None


def span_of(period: Period, zone: ZoneInfo, now: datetime, first: date | None = None, last: date | None = None) -> Span:
    """The time that `period` covers for a viewer in `zone`; `first` and `last` are the days of a custom one, both
    included, either of them open.
    """
    today = now.astimezone(zone).date()
    match period:
        case Period.TODAY:
            return Span(_midnight(today, zone), None)
        case Period.YESTERDAY:
            return Span(_midnight(today - timedelta(days=1), zone), _midnight(today, zone))
        case Period.WEEK:
            return Span(_midnight(today - timedelta(days=6), zone), None)
        case Period.MONTH:
            return Span(_midnight(today - timedelta(days=29), zone), None)
        case Period.QUARTER:
            return Span(_midnight(three_months_before(today), zone), None)
        case Period.CUSTOM:
            return Span(
                _midnight(first, zone) if first else None,
                _midnight(last + timedelta(days=1), zone) if last else None,
            )
        case Period.ALL:
            return Span(None, None)


def three_months_before(day: date) -> date:
    """The same day three months earlier, or the last one that month has."""
    return months_before(day, 3)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one that month has."""
    count = day.year * 12 + day.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
