"""Bad lines on their way out and back: each as it stood, with the reason as one cell more, by which it is known."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from callwright.imports.reading.settings import Settings

HEAD = "callwright_reason"
_SIGN = "callwright"
_TOLD = re.compile(r"callwright \d+ \(([\w+/-]+), (ymd|dmy|mdy)\): ")
_CELL = re.compile(rf'[,;\t|]\s*"?{_TOLD.pattern}[^"\n]*"?\s*$')


def without_reason(cells: list[str]) -> list[str]:
    """The cells of a line as they were before the reason was added."""
    if cells and cells[-1].startswith(_SIGN) and (cells[-1] == HEAD or _TOLD.match(cells[-1])):
        return cells[:-1]
    return cells


def raw_without_reason(raw: str) -> str:
    """The line as it was before the reason was added, without its end."""
    return _CELL.sub("", raw.rstrip("\r\n"))


def read_before_as(raws: Iterable[str]) -> tuple[str, str] | None:
    """Time zone and order of dates of the file in which these lines were bad; None for lines that no import refused."""
    found = next((found for raw in raws if (found := _CELL.search(raw))), None)
    return (found[1], found[2]) if found else None


def line_with_reason(raw: str, line: int, reason: str, settings: Settings) -> str:
    """`line`: its number in the file; `reason` in words."""
    told = " ".join(reason.replace('"', "'").split())
    cell = f"{_SIGN} {line} ({settings.zone}, {settings.date_order}): {told}"
    return f'{raw_without_reason(raw)}{settings.delimiter}"{cell}"\n'


def head_of(settings: Settings) -> str:
    """The first line: of a file that had one, of a record table, and of what only a person knew how to read."""
    if not settings.columns or not (settings.header or settings.since or settings.shape in ("free", "own")):
        return ""
    return _written([*settings.columns, HEAD], settings.delimiter)


def _written(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return out.getvalue()
