"""Reads a search part by part, from the newest calls to the oldest (or the other way round), so that every page comes
at once: a part is a span of time, as wide as the last one was quick, and a page that has taken long enough ends with
what was found and the place from where to look on (docs/decisions/035).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.conditions import HIGHEST, LOWEST
from callwright.calls.queries.patience import LONGEST_S, SearchTooLong
from callwright.calls.search import After, Search, criteria_of
from callwright.kit.identity import time_of, uuid7_floor

BUDGET_S = 0.045
"""No further part is begun after this time: the rest of the tenth of a second belongs to the last one and the page."""

PART_S = 0.020
"""How long a part should take; the next one is the wider, the quicker the last one was."""

LONGEST_PART_S = 0.060
SMALL = 60_000_000
"""Bytes of all months: so many are read at once, whatever is asked (about 200 000 calls)."""

NARROWEST = timedelta(hours=2)
WHOLE = timedelta(days=18_000)
_MONTHS = timedelta(days=20)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """`place` is where to go on, None at the end; `width` of the next part; `reached`: until when it was looked, where
    the page ended before it was full.
    """

    rows: list[Any]
    place: UUID | None
    width: timedelta
    reached: datetime | None = None


Read = Callable[[UUID, UUID, int, float], list[Any]]
"""Reads rows with ids from the first to before the second, in order, so many at most, within so many seconds."""

Count = Callable[[UUID, UUID, int, float], tuple[int, int]]
"""Counts calls with ids from the first to before the second, up to so many, within so many seconds, and adds up their
talk time."""


def first_width(search: Search, accounts: int | None) -> timedelta:
    """How wide a span to begin with, when nobody knows yet: what an index leads to is looked for far and wide.
    `accounts`: how many are searched, None for all.
    """
    if search.contact is not None and search.contact != "none":
        return WHOLE
    if search.number:
        return timedelta(days=250 if len(search.number) > 5 else 60)
    if search.name:
        return timedelta(days=90)
    if search.text:
        return timedelta(days=30)
    if search.too_long == "yes" or search.marker is not None or search.follow_ups:
        return timedelta(days=120)
    if not search.narrows or (accounts == 1 and not _by_content(search)):
        return WHOLE
    return timedelta(days=3 if accounts is None else 10 if accounts > 1 else 60)


def _by_content(search: Search) -> bool:
    return any(name != "account" for name, _ in criteria_of(search))


def walk(read: Read, *, low: UUID, high: UUID, descending: bool, limit: int, width: timedelta, now: datetime) -> Found:
    """Up to `limit` rows of the ids from `low` to before `high`. At least one part is read, whatever it takes.

    Raises SearchTooLong when even the narrowest part takes longer than a person waits.
    """
    began, rows = time.monotonic(), list[Any]()
    first, is_small = _tables()
    low, width = (first if low == LOWEST else low), (WHOLE if is_small else width)
    if low >= high:
        return Found(rows, None, width)
    while True:
        part = _part(low, high, descending, width, now)
        since = time.monotonic()
        patient = is_small or width <= NARROWEST
        try:
            rows += read(*part, limit + 1 - len(rows), LONGEST_S if patient else LONGEST_PART_S)
        except SearchTooLong:
            if patient:
                raise
            width = max(NARROWEST, min(width / 16, timedelta(days=10)))
            continue
        took = time.monotonic() - since
        # Narrower only after a part that was given up: on a busy machine nothing is quick, however narrow.
        width = min(WHOLE, width * min(8.0, max(1.5, PART_S / took)))
        if len(rows) > limit:
            return Found(rows[:limit], rows[limit - 1].id, width)
        low, high = (low, part[0]) if descending else (part[1], high)
        if low >= high:
            return Found(rows, None, width)
        if time.monotonic() - began > BUDGET_S:
            place = high if descending else UUID(int=low.int - 1)
            return Found(rows, place, width, time_of(high if descending else low))


COUNT_PART_S = 0.4
"""A part in which calls are counted and that takes longer is counted again in a sixteenth."""


def count_back(
    count: Count, *, low: UUID, high: UUID, limit: int, seconds: float, now: datetime
) -> tuple[int, int, bool]:
    """How many calls there are and how long was talked in them, counted from the newest on up to `limit` calls, and
    whether that are all: what could not be counted within `seconds` is left out.
    """
    until, width = time.monotonic() + seconds, _MONTHS
    calls = talk_s = 0
    low = max(low, _first_month())
    while low < high and calls < limit:
        part = _part(low, high, True, width, now)
        since = time.monotonic()
        if since >= until:
            return calls, talk_s, False
        try:
            more, more_s = count(*part, limit - calls, min(COUNT_PART_S, until - since))
        except SearchTooLong:
            if width <= NARROWEST:
                return calls, talk_s, False
            width = max(NARROWEST, width / 16)
            continue
        calls, talk_s, high = calls + more, talk_s + more_s, part[0]
        width = min(WHOLE, width * min(8.0, max(1.5, COUNT_PART_S / 2 / (time.monotonic() - since))))
    return calls, talk_s, True


_NAMES = "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'calls_call'::regclass"


def _first_month() -> UUID:
    """The lower bound of the oldest month that has a table. Waits for nobody who holds one of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(right(c.relname, 7)) {_NAMES}")
        return _bound(cursor.fetchone()[0])


def _tables() -> tuple[UUID, bool]:
    """The lower bound of the oldest month that has a table, and whether all of them together are small."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(right(c.relname, 7)), coalesce(sum(pg_relation_size(c.oid)), 0) {_NAMES}")
        name, size = cursor.fetchone()
    return _bound(name), size < SMALL


def _bound(month: str | None) -> UUID:
    return uuid7_floor(datetime.strptime(month, "%Y_%m").replace(tzinfo=UTC)) if month else HIGHEST


def _part(low: UUID, high: UUID, descending: bool, width: timedelta, now: datetime) -> tuple[UUID, UUID]:
    """The span to look through next, at the new or the old end of what is left."""
    if width >= WHOLE:
        return low, high
    if descending:
        # What comes after now (clocks differ) is read with the first part.
        at = min(time_of(high), now) if high < HIGHEST else now
        return max(low, uuid7_floor(max(_EPOCH, _begin(at, width)))), high
    end = time_of(low) + width
    return low, (min(high, uuid7_floor(end)) if end < now else high)


def _begin(at: datetime, width: timedelta) -> datetime:
    """Where a part before `at` begins: a wide one with a month's table, of which an index is read as a whole anyway."""
    begin = at - width
    if width < _MONTHS or begin < _EPOCH:
        return begin
    month = begin.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (month + timedelta(days=32)).replace(day=1)
    return following if following < at else month


def value_of(width: timedelta) -> str:
    """A width as it stands in a place of a list, so that the next page need not find it out again."""
    return f"{width.total_seconds():.0f}"


def width_in(after: After | None) -> timedelta | None:
    """The width that a place brings; None where it has none."""
    if after is None or not (after.value.isascii() and after.value.isdigit() and len(after.value) < 11):
        return None
    return max(NARROWEST, min(WHOLE, timedelta(seconds=int(after.value))))
