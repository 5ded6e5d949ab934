"""When a schedule is due: a local time of days, in a zone with its summer time. Pure."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

RETRY_AFTER_MIN = (5, 15, 60, 180)
"""Minutes before a report that could not be made is tried again; after the last it has failed."""


@dataclass(frozen=True, slots=True)
class When:
    """`every` is day, workday, week or month; `weekday` 1 is Monday; `month_day` beyond a month's end is its last."""

    every: str
    at: time
    zone: str
    weekday: int = 1
    month_day: int = 1

    def is_on(self, day: date) -> bool:
        match self.every:
            case "workday":
                return day.isoweekday() <= 5
            case "week":
                return day.isoweekday() == self.weekday
            case "month":
                return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])
            case _:
                return True

    def moment(self, day: date) -> datetime:
        """The time of a day in UTC, once a day also where clocks change; a time that they skip is as much later."""
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)


def next_at(when: When, after: datetime) -> datetime:
    """The first moment that is due after `after`."""
    return next(at for at in _from(when, after.astimezone(ZoneInfo(when.zone)).date()) if at > after)


def due_at(when: When, first: datetime, now: datetime) -> datetime:
    """Of all moments due since `first` the last one: what was missed is made up for once."""
    found = first
    day = now.astimezone(ZoneInfo(when.zone)).date()
    for back in range(63):
        candidate = day - timedelta(days=back)
        if when.is_on(candidate) and when.moment(candidate) <= now:
            found = max(first, when.moment(candidate))
            break
    return found


def _from(when: When, day: date) -> Iterator[datetime]:
    for ahead in range(64):
        candidate = day + timedelta(days=ahead - 1)
        if when.is_on(candidate):
            yield when.moment(candidate)


def retry_at(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None when there were enough."""
    if tries > len(RETRY_AFTER_MIN):
        return None
    return now + timedelta(minutes=RETRY_AFTER_MIN[tries - 1])
