"""Writes exported calls into files: CSV, and XLSX in constant memory."""

import csv
import io
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callwright.calls.export_shape import Shape
from callwright.calls.export_text import (
    LONGEST_CELL,
    Local,
    Words,
    clean,
    clock_text,
    csv_text,
    day_text,
    duration_text,
)
from callwright.calls.operations.export_columns import FileColumn
from callwright.calls.queries.export_rows import Chunk, size_of

MOST_ROWS_OF_SHEET = 1_048_576
"""Excel's limit, the row of heads among them."""

_DAYS_TO_1970 = 25_569  # Excel counts from the last day of 1899
_DAY_S = 86_400
Put = Callable[[Worksheet, int, int, Any], Any]


class CallFile(ABC):
    """A file that calls are added to; `close` finishes it, `abandon` lets go of it wherever it stands."""

    @abstractmethod
    def add(self, chunk: Chunk) -> None: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def abandon(self) -> None: ...


def call_file(path: Path, shape: Shape, columns: Sequence[FileColumn]) -> CallFile:
    """A new file of the shape's format at `path`. Raises OSError."""
    return CsvFile(path, shape, columns) if shape.format == "csv" else XlsxFile(path, shape, columns)


class CsvFile(CallFile):
    """Each duration as seconds and as h:mm:ss; a time of day with its offset, so that the doubled hour is plain."""

    def __init__(self, path: Path, shape: Shape, columns: Sequence[FileColumn]) -> None:
        # Rows are handed over a chunk at a time: nothing is held back that a full disk would refuse at the end.
        self._file = path.open("wb", buffering=0)
        self._rows = _Lines(shape.separator)
        drawing = _Drawing(shape)
        self._cells = [part for column in columns for part in drawing.parts(column)]
        self._write(b"\xef\xbb\xbf" if shape.bom else b"")
        self._write(self._rows.encoded([[csv_text(head) for head, _draw in self._cells]]))

    def add(self, chunk: Chunk) -> None:
        self._write(self._rows.encoded(zip(*[draw(chunk) for _head, draw in self._cells], strict=True)))

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def close(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


class _Lines:
    """Rows as lines of CSV."""

    def __init__(self, separator: str) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, delimiter=separator, lineterminator="\r\n")

    def encoded(self, rows: Iterable[Sequence[Any]]) -> bytes:
        self._text.seek(0)
        self._text.truncate()
        self._writer.writerows(rows)
        return self._text.getvalue().encode()


Draw = Callable[[Chunk], Sequence[Any]]
Part = tuple[str, Draw]
"""A column of a CSV file: its head, and what stands in it."""


class _Drawing:
    """How columns are drawn in a CSV file."""

    def __init__(self, shape: Shape) -> None:
        self._is_iso = shape.dates == "iso"
        self._days = Words(partial(day_text, form=shape.day_form))
        self._clocks, self._durations = Words(clock_text), Words(duration_text)

    def parts(self, column: FileColumn) -> list[Part]:
        """The columns that one column becomes; none where it is left out."""
        values, head = column.values, column.head
        match column.kind:
            case "word":
                if column.name == "offset":  # begins with a sign, and is no formula; in an ISO time it is a part of it
                    return [] if self._is_iso else [(head, values)]
                few = Words(csv_text)
                return [(head, lambda chunk: few.of(values(chunk)))]
            case "text":
                return [(head, lambda chunk: list(map(csv_text, values(chunk))))]
            case "day":
                return [(head, lambda chunk: self._days.of(values(chunk)))]
            case "clock":
                return [(head, lambda chunk: self._times_of_day(values(chunk)))]
            case "moment":
                return [(head, lambda chunk: [self._moment(at) for at in values(chunk)])]
            case "duration":
                in_seconds = _("%(duration)s (seconds)") % {"duration": head}
                return [(in_seconds, values), (head, lambda chunk: self._durations.of(values(chunk)))]

    def _times_of_day(self, moments: Sequence[Local]) -> list[str]:
        clocks = self._clocks
        if self._is_iso:
            return [clocks[second] + offset for _day, second, offset in moments]
        return [clocks[second] for _day, second, _offset in moments]

    def _moment(self, at: Local | None) -> str:
        if at is None:
            return ""
        between, space = ("T", "") if self._is_iso else (" ", " ")
        return f"{self._days[at[0]]}{between}{self._clocks[at[1]]}{space}{at[2]}"


class XlsxFile(CallFile):
    """Days, times and durations are numbers that Excel shows as such; every other cell is text, never a formula."""

    def __init__(
        self, path: Path, shape: Shape, columns: Sequence[FileColumn], *, most: int = MOST_ROWS_OF_SHEET
    ) -> None:
        self._parts = path.with_suffix(".parts")  # rows wait there, not in memory, until the file is put together
        self._parts.mkdir(exist_ok=True)
        self._book = Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(self._parts), "strings_to_urls": False}
        )
        self._columns, self._most = columns, most
        self._right_to_left = bool(get_language_info(shape.language)["bidi"])
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        day_form = {"%Y-%m-%d": "yyyy-mm-dd"}.get(shape.day_form) or _excel_days(shape.day_form)
        numbers = {"day": day_form, "clock": "hh:mm:ss", "moment": f"{day_form} hh:mm:ss", "duration": "[h]:mm:ss"}
        self._formats: dict[str, Format] = {
            kind: self._book.add_format({"num_format": form}) for kind, form in numbers.items()
        }
        self._sheets = 0
        self._sheet, self._row = self._new_sheet()

    def _new_sheet(self) -> tuple[Worksheet, int]:
        self._sheets += 1
        title = _("Calls")[:24]
        sheet = self._book.add_worksheet(title if self._sheets == 1 else f"{title} {self._sheets}")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, self._most - 1, max(len(self._columns) - 1, 0))
        if self._right_to_left:
            sheet.right_to_left()
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, clean(column.head), self._head)
        return sheet, 1

    def add(self, chunk: Chunk) -> None:
        drawn = [(place, self._put(column), column.values(chunk)) for place, column in enumerate(self._columns)]
        for n in range(size_of(chunk)):
            if self._row >= self._most:
                self._sheet, self._row = self._new_sheet()
            sheet, line = self._sheet, self._row
            for place, put, values in drawn:
                put(sheet, line, place, values[n])
            self._row += 1

    def _put(self, column: FileColumn) -> Put:
        """How a value of the column is put into a sheet."""
        form = self._formats.get(column.kind)
        match column.kind:
            case "word" | "text":
                return _put_text
            case "moment":
                return partial(_put_moment, form=form)
            case "day":
                return lambda sheet, line, place, day: sheet.write_number(line, place, day + _DAYS_TO_1970, form)
            case "clock":
                return lambda sheet, line, place, at: sheet.write_number(line, place, at[1] / _DAY_S, form)
            case "duration":
                return lambda sheet, line, place, seconds: sheet.write_number(line, place, seconds / _DAY_S, form)

    def close(self) -> None:
        self._book.close()
        shutil.rmtree(self._parts, ignore_errors=True)

    def abandon(self) -> None:
        self._book.fileclosed = True  # it warns of itself otherwise
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None and not sheet.row_data_fh.closed:
                # What it holds back finds room on a full disk, and is thrown away.
                os.ftruncate(sheet.row_data_fh.fileno(), 0)
                sheet.row_data_fh.close()
        shutil.rmtree(self._parts, ignore_errors=True)


def _put_text(sheet: Worksheet, line: int, place: int, text: str) -> None:
    if text:
        sheet.write_string(line, place, clean(text)[:LONGEST_CELL])


def _put_moment(sheet: Worksheet, line: int, place: int, at: Local | None, *, form: Format | None) -> None:
    if at is not None:
        sheet.write_number(line, place, at[0] + _DAYS_TO_1970 + at[1] / _DAY_S, form)


def _excel_days(form: str) -> str:
    """A `strftime` form as Excel writes it."""
    for mark, word in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy")):
        form = form.replace(mark, word)
    return form.replace(".", "\\.")
