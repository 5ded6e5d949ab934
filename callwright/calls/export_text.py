"""What stands in the cells of exported files: texts that are no formulas to a spreadsheet, moments, durations. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_RISKY = re.compile(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@＝＋－＠]|\t")
_PLAIN_NUMBER = re.compile(r"\+[0-9]{2,20}")
# Most texts: what follows leaves them as they are, and costs ten times as much.
_HARMLESS = re.compile(r"(?:[0-9A-Za-z][ -~]*|\+[0-9]{2,20})?").fullmatch
# What XML and CSV readers stumble over: controls but tab and line feed, half a surrogate, and no characters at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767
"""Characters that Excel takes in a cell."""

_EPOCH = date(1970, 1, 1)
_QUARTER_S = 900  # no zone changes its offset within one


def clean(text: str) -> str:
    """`text` without characters that files cannot hold; line ends as line feeds."""
    if text.isprintable():
        return text
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def csv_text(text: str) -> str:
    """`text` as a cell of a CSV file that no spreadsheet runs: what it could take for a formula gets an apostrophe.

    A phone number in E.164 stays as it is: programs read it, and a spreadsheet can only take it for a number.
    """
    if _HARMLESS(text):
        return text
    text = clean(text)
    if not text or not _RISKY.match(text) or _PLAIN_NUMBER.fullmatch(text):
        return text
    return "'" + text


class Words(dict[Any, str]):
    """What values read as, each worked out once; long texts, and where there are many the earlier ones, again."""

    MOST = 20_000
    LONGEST = 100

    def __init__(self, word: Callable[[Any], str]) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, value: Any) -> str:
        word = self._word(value)
        if type(value) is str and len(value) > self.LONGEST:
            return word
        if len(self) >= self.MOST:
            self.clear()
        self[value] = word
        return word

    def of(self, values: Iterable[Any]) -> list[str]:
        return list(map(self.__getitem__, values))


def clock_text(second: int) -> str:
    """Second of a day (0 to 86 399) as hh:mm:ss."""
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def duration_text(seconds: int) -> str:
    """Seconds as h:mm:ss, always with hours, so that a column reads alike."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


Local = tuple[int, int, str]
"""A moment in a zone: days since 1970, second of the day, offset as +02:00."""


def day_text(day: int, form: str) -> str:
    """Days since 1970 as people write the day; `form` as of `strftime`."""
    return (_EPOCH + timedelta(days=day)).strftime(form)


class _Offsets(dict[int, tuple[int, str]]):
    """Seconds from UTC by quarter of an hour, and as text."""

    def __init__(self, offset: Callable[[int], tuple[int, str]]) -> None:
        super().__init__()
        self._offset = offset

    def __missing__(self, quarter: int) -> tuple[int, str]:
        found = self[quarter] = self._offset(quarter)
        return found


class Zone:
    """Moments (seconds since 1970) as they read in a zone, with the offset that tells the doubled hour apart."""

    def __init__(self, name: str) -> None:
        self._zone = ZoneInfo(name)
        self._offsets = _Offsets(self._offset)

    def local(self, moments: Iterable[int | None]) -> list[Local | None]:
        offsets = self._offsets
        return [
            None if at is None else (*divmod(at + (known := offsets[at // _QUARTER_S])[0], 86_400), known[1])
            for at in moments
        ]

    def _offset(self, quarter: int) -> tuple[int, str]:
        moment = datetime.fromtimestamp(quarter * _QUARTER_S, tz=UTC).astimezone(self._zone)
        seconds = int((moment.utcoffset() or timedelta()).total_seconds())
        sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
        return seconds, f"{sign}{minutes // 60:02}:{minutes % 60:02}"
