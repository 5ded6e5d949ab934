"""Working hours: how much of a span of time counts, and until when something is due. Pure.

Hours are what the clock on the wall shows in the account's zone. On the day when the clocks go back a shift over the
doubled hour is an hour longer; on the day when they go forward it is an hour shorter. A time that the clock shows twice
is its first, one that it skips is the moment of the change: so spans that touch on the wall touch in time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60
MOST_DAYS = 800
"""Days that are looked through for working time; beyond, the calendar is not believed."""

Spans = tuple[tuple[int, int, int], ...]
"""(weekday from 0 for Monday, begin, end) in minutes after midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`spans` without any is around the clock; `is_closed` tells holidays and other days without work."""

    zone: str
    spans: Spans = ()
    is_closed: Callable[[date], bool] = lambda day: False


class HoursRefused(ValueError):
    """These hours cannot be; `reason`: not_a_time, backwards, overlap."""

    def __init__(self, reason: str, given: str = "") -> None:
        super().__init__(reason, given)
        self.reason = reason
        self.given = given


def due_at(hours: Hours, since: datetime, seconds: int) -> datetime:
    """The moment at which `seconds` of working time have passed since `since` (aware), in UTC."""
    left = timedelta(seconds=seconds)
    start = since.astimezone(UTC)
    for begin, end in working(hours, start):
        begin = max(begin, start)
        if begin + left <= end:
            return begin + left
        left -= max(end - begin, timedelta(0))
    return start + timedelta(days=MOST_DAYS)


def working_seconds(hours: Hours, begin: datetime, end: datetime) -> int:
    """How much working time lies between two moments (aware)."""
    total, begin, end = timedelta(0), begin.astimezone(UTC), end.astimezone(UTC)
    for span_begin, span_end in working(hours, begin):
        if span_begin >= end:
            break
        total += max(min(span_end, end) - max(span_begin, begin), timedelta(0))
    return int(total.total_seconds())


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the account works at this moment."""
    at = at.astimezone(UTC)
    return any(begin <= at < end for begin, end in working(hours, at, days=2))


def working(hours: Hours, since: datetime, *, days: int = MOST_DAYS) -> Iterator[tuple[datetime, datetime]]:
    """Spans of working time in UTC, in order, from the first on the day of `since` on, over so many days."""
    first = since.astimezone(ZoneInfo(hours.zone)).date()
    for day in (first + timedelta(days=n) for n in range(days)):
        if hours.is_closed(day):
            continue
        spans = [(begin, end) for weekday, begin, end in hours.spans if weekday == day.weekday()]
        for begin, end in sorted(spans) if hours.spans else [(0, DAY_MIN)]:
            yield on_the_wall(hours.zone, day, begin), on_the_wall(hours.zone, day, end)


@lru_cache(maxsize=8192)
def on_the_wall(zone: str, day: date, minutes: int) -> datetime:
    """The moment in UTC when the clock of `zone` first shows `minutes` after midnight of `day`, or is put past it."""
    place = ZoneInfo(zone)
    shown = datetime.combine(day, time()) + timedelta(minutes=minutes)
    found = shown.replace(tzinfo=place, fold=0).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == shown:
        return found
    return _change_after(place, shown.replace(tzinfo=place, fold=1).astimezone(UTC), found)


def _change_after(place: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """When the clock of `place` is changed between two moments, to the second."""
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def read_spans(text: str) -> list[tuple[int, int]]:
    """The spans that a line says: "9:00-12:30, 13:30-17:00" in minutes, in order; nothing for an empty one.

    Raises HoursRefused.
    """
    spans: list[tuple[int, int]] = []
    for part in text.replace(";", ",").replace("–", "-").replace("−", "-").split(","):
        if not part.strip():
            continue
        begin, dash, end = part.partition("-")
        if not dash:
            raise HoursRefused("not_a_time", part.strip())
        span = _minutes(begin), _minutes(end) or DAY_MIN
        if span[1] <= span[0]:
            raise HoursRefused("backwards", part.strip())
        spans.append(span)
    spans.sort()
    for (_, end_before), (begin_next, _) in pairwise(spans):
        if begin_next < end_before:
            raise HoursRefused("overlap", text.strip())
    return spans


def _minutes(text: str) -> int:
    hour, _, minute = text.strip().replace(".", ":").partition(":")
    parts = (hour, minute or "0")
    if not all(part.isdecimal() and len(part) <= 2 for part in parts) or int(parts[1]) > 59:
        raise HoursRefused("not_a_time", text.strip())
    total = int(hour) * 60 + int(parts[1])
    if total > DAY_MIN:
        raise HoursRefused("not_a_time", text.strip())
    return total


def written_spans(spans: list[tuple[int, int]]) -> str:
    """The line that `read_spans` reads: "9:00–12:30, 13:30–17:00"."""
    return ", ".join(f"{begin // 60}:{begin % 60:02}–{end // 60}:{end % 60:02}" for begin, end in spans)
