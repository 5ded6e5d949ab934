"""Writes exported calls into files: CSV, and XLSX in constant memory."""

import csv
import io
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from callwright.calls.export_shape import Shape
from callwright.calls.export_text import LONGEST_CELL, Zone, clean, clock_text, csv_text, duration_text
from callwright.calls.operations.export_columns import FileColumn
from callwright.calls.queries.export_rows import ExportRow

MOST_ROWS_OF_SHEET = 1_048_576
"""Excel's limit, the row of heads among them."""

_DAYS_TO_1970 = 25_569  # Excel counts from the last day of 1899


class CallFile(ABC):
    """A file that calls are added to; `close` finishes it, `abandon` lets go of it wherever it stands."""

    @abstractmethod
    def add(self, rows: Sequence[ExportRow]) -> None: ...

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
        is_iso = shape.dates == "iso"
        drawn = [part for column in columns for part in _csv_parts(column, Zone("UTC", shape.day_form), is_iso)]
        if is_iso:  # the offset is part of the time
            drawn = [part for part in drawn if part[0] is not None]
        self._cells = [draw for _head, draw in drawn]
        self._write(b"\xef\xbb\xbf" if shape.bom else b"")
        self._write(self._rows.encoded([[csv_text(head or "") for head, _draw in drawn]]))

    def add(self, rows: Sequence[ExportRow]) -> None:
        cells = self._cells
        self._write(self._rows.encoded([[draw(row) for draw in cells] for row in rows]))

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


Draw = Callable[[ExportRow], Any]


def _csv_parts(column: FileColumn, zone: Zone, is_iso: bool) -> list[tuple[str | None, Draw]]:
    """The columns of a CSV file that one column becomes; without a head where it is left out."""
    value, head = column.value, column.head
    between = "T" if is_iso else " "
    match column.kind:
        case "word":
            if column.name == "offset":  # begins with a sign, and is no formula
                return [(None if is_iso else head, value)]
            few = lru_cache(4096)(csv_text)
            return [(head, lambda row: few(value(row)))]
        case "text":
            return [(head, lambda row: csv_text(value(row)))]
        case "day":
            return [(head, lambda row: zone.day_text(value(row)))]
        case "clock":
            return [(head, lambda row: _clock(value(row), is_iso))]
        case "moment":
            return [(head, lambda row: _moment(value(row), zone, between))]
        case "duration":
            in_seconds = _("%(duration)s (seconds)") % {"duration": head}
            return [(in_seconds, value), (head, lambda row: duration_text(value(row)))]


def _clock(at: tuple[int, int, str], is_iso: bool) -> str:
    return clock_text(at[1]) + at[2] if is_iso else clock_text(at[1])


def _moment(at: tuple[int, int, str] | None, zone: Zone, between: str) -> str:
    if at is None:
        return ""
    space = "" if between == "T" else " "
    return f"{zone.day_text(at[0])}{between}{clock_text(at[1])}{space}{at[2]}"


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

    def add(self, rows: Sequence[ExportRow]) -> None:
        drawn = [(place, _drawn(column, self._formats)) for place, column in enumerate(self._columns)]
        for row in rows:
            if self._row >= self._most:
                self._sheet, self._row = self._new_sheet()
            sheet, line = self._sheet, self._row
            for place, draw in drawn:
                draw(sheet, line, place, row)
            self._row += 1

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


Put = Callable[[Worksheet, int, int, ExportRow], None]


def _drawn(column: FileColumn, formats: dict[str, Format]) -> Put:
    """How a column is put into a sheet."""
    value, form = column.value, formats.get(column.kind)
    match column.kind:
        case "word" | "text":

            def put_text(sheet: Worksheet, line: int, place: int, row: ExportRow) -> None:
                if text := value(row):
                    sheet.write_string(line, place, clean(text)[:LONGEST_CELL])

            return put_text
        case "moment":

            def put_moment(sheet: Worksheet, line: int, place: int, row: ExportRow) -> None:
                if (at := value(row)) is not None:
                    sheet.write_number(line, place, at[0] + _DAYS_TO_1970 + at[1] / 86_400, form)

            return put_moment
        case "day":
            return lambda sheet, line, place, row: sheet.write_number(line, place, value(row) + _DAYS_TO_1970, form)
        case "clock":
            return lambda sheet, line, place, row: sheet.write_number(line, place, value(row)[1] / 86_400, form)
        case "duration":
            return lambda sheet, line, place, row: sheet.write_number(line, place, value(row) / 86_400, form)


def _excel_days(form: str) -> str:
    """A `strftime` form as Excel writes it."""
    for mark, word in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy")):
        form = form.replace(mark, word)
    return form.replace(".", "\\.")
