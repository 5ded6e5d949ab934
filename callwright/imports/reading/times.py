"""Times as files write them, in the time zone of the file: the hour that does not exist and the one that is doubled."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})\.?(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,6})\d*)?)?"
    r"\s*([AaPp])?\.?[Mm]?\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_PLAIN = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d$")
_DURATION = re.compile(r"^(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2})(?:[.,]\d+)?$")
_EPOCH = re.compile(r"^[0-9]{9,19}(?:\.[0-9]{1,9})?$")
_SECONDS = re.compile(r"^\d{1,9}(?:[.,]\d+)?$")
_EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_BEFORE_S = 120.0  # so much earlier than its call's key no event of a call can be


_UNIQUE_TIME = re.compile(r"(?:^|-)([0-9]{9,11})\.[0-9]+$")


def began_at(key: str) -> float:
    """When the call or channel of a key of Asterisk began, in seconds since 1970; 0 for other keys."""
    found = _UNIQUE_TIME.search(key)
    return float(found[1]) if found else 0.0


class BadTime(ValueError):
    """`reason`: time_unreadable, time_gap (the clock jumped over it) or time_range."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Clock:
    """Reads the times of one file; `doubled` counts those that stood twice on the clock that day."""

    def __init__(self, zone: str, date_order: str = "ymd") -> None:
        self._zone, self._order = ZoneInfo(zone), date_order
        self._offsets: dict[str, timedelta | None] = {}  # by "2026-03-29 02": None in hours with a jump
        self.doubled = 0

    def moment(self, text: str, *, hint: float = 0.0, after: datetime | None = None) -> datetime | None:
        """The moment in UTC, None for an empty text or 0000-00-00. Raises BadTime.

        In the doubled hour the one is meant that is near `hint` (when its call began, in seconds since 1970) and not
        before that, or not before `after`.
        """
        try:
            return self._moment(text, hint, after)
        except BadTime:
            raise
        except (ValueError, OverflowError) as error:  # the year 1 west of Greenwich, a zone of 99 hours
            raise BadTime("time_unreadable") from error

    def _moment(self, text: str, hint: float, after: datetime | None) -> datetime | None:
        if len(text) == 19 and _PLAIN.match(text):
            offset = self._offsets.get(text[:13])
            if offset is None:
                offset = self._offset(text[:13])
            if offset is not None:
                return self._in_range(_naive(text).replace(tzinfo=UTC) - offset)
        text = text.strip()
        if not text or text.startswith("0000-00-00"):
            return None
        return self._in_range(self._written(text, hint, after))

    def _offset(self, hour: str) -> timedelta | None:
        if hour in self._offsets:
            return None
        start = _naive(f"{hour}:00:00")
        ends = [start, start + _HOUR - timedelta(seconds=1)]
        offsets = {end.replace(tzinfo=self._zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
        only = offsets.pop() if len(offsets) == 1 else None
        if len(self._offsets) > 100_000:
            self._offsets.clear()
        self._offsets[hour] = only
        return only

    def _in_range(self, at: datetime) -> datetime:
        if not _EARLIEST <= at < _LATEST:
            raise BadTime("time_range")
        return at

    def _written(self, text: str, hint: float, after: datetime | None) -> datetime:
        if _EPOCH.match(text):
            return self._epoch(text)
        found = _WRITTEN.match(text)
        if found is None:
            raise BadTime("time_unreadable")
        naive = _from_parts(found, self._order)
        if found[9]:
            return datetime.fromisoformat(f"{naive.isoformat()}{found[9].replace('Z', '+00:00')}").astimezone(UTC)
        return self._local(naive, hint, after)

    def _epoch(self, text: str) -> datetime:
        seconds = float(text)
        while seconds > 1e11:  # milliseconds, microseconds
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC)

    def _local(self, naive: datetime, hint: float, after: datetime | None) -> datetime:
        first, second = (naive.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first == second:
            return first
        if first.astimezone(self._zone).replace(tzinfo=None) != naive:
            raise BadTime("time_gap")
        self.doubled += 1
        if after is not None and first < after - timedelta(minutes=1):
            return second
        if hint:
            possible = [at for at in (first, second) if at.timestamp() >= hint - _BEFORE_S] or [first, second]
            return min(possible, key=lambda at: abs(at.timestamp() - hint))
        return first


def _naive(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadTime("time_unreadable") from error


def _from_parts(found: "re.Match[str]", order: str) -> datetime:
    one, two, three = int(found[1]), int(found[2]), int(found[3])
    if len(found[1]) == 4 or order == "ymd":
        year, month, day = one, two, three
    elif order == "mdy":
        month, day, year = one, two, three
    else:
        day, month, year = one, two, three
    hour, half = int(found[4] or 0), (found[8] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((found[7] or "0").ljust(6, "0"))
    try:
        return datetime(
            year + 2000 if year < 100 else year, month, day, hour, int(found[5] or 0), int(found[6] or 0), micro
        )
    except ValueError as error:
        raise BadTime("time_unreadable") from error


def seconds_in(text: str) -> float | None:
    """Of "125", "125,5", "2:05" or "0:02:05"; None for an empty text. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if _SECONDS.match(text):
        return float(text.replace(",", "."))
    if (found := _DURATION.match(text)) is not None:
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    raise ValueError(text)


def date_order_of(texts: list[str]) -> str:
    """By values that leave no doubt; day first where all could be either."""
    found = [match for text in texts if (match := _WRITTEN.match(text.strip()))]
    if not found or all(len(one[1]) == 4 for one in found):
        return "ymd"
    return "mdy" if any(int(one[2]) > 12 for one in found) else "dmy"


def zone_of(pairs: list[tuple[str, float]], candidates: list[str]) -> str:
    """The zone in which the most written times lie at the seconds since 1970 that stand beside them, the first of
    several; "" where that is no more than half of them.
    """
    best, most = "", 0.5
    for zone in candidates:
        clock = Clock(zone)
        share = sum(_fits(clock, text, seconds) for text, seconds in pairs) / max(len(pairs), 1)
        if share > most:
            best, most = zone, share
    return best


def _fits(clock: Clock, text: str, seconds: float) -> bool:
    try:
        at = clock.moment(text, hint=seconds)
    except BadTime:
        return False
    return at is not None and abs(at.timestamp() - seconds) < 120


def is_time(text: str) -> bool:
    """Whether the text is a moment, in whatever zone."""
    with suppress(BadTime):
        return Clock("UTC").moment(text) is not None
    return False
