"""Writes exported calls into XLSX in constant memory.

xlsxwriter makes the workbook, its formats and the heads. The rows of calls are written here, into the file in which
xlsxwriter keeps the rows of a sheet until the workbook is put together: cell by cell through its own calls they take
five times as long, and a text that begins with <r> and ends in </r> would be taken for markup.
"""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from callwright.calls.export_shape import Shape
from callwright.calls.export_text import LONGEST_CELL, Local, Words, clean
from callwright.calls.operations.export_columns import FileColumn, Heading
from callwright.calls.queries.export_rows import Chunk, size_of

MOST_ROWS_OF_SHEET = 1_048_576
"""Excel's limit, the row of heads among them."""

_DAYS_TO_1970 = 25_569  # Excel counts from the last day of 1899
_DAY_S = 86_400
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")  # what Excel reads as a character
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))  # in the name of a sheet
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

Draw = Callable[[Sequence[int], Sequence[Any]], list[str]]
"""The cells of a column: of the numbers of the rows, and the values in them."""


class XlsxFile:
    """Days, times and durations are numbers that Excel shows as such; every other cell is text, never a formula."""

    def __init__(
        self,
        path: Path,
        shape: Shape,
        columns: Sequence[FileColumn],
        heading: Heading | None = None,
        *,
        most: int = MOST_ROWS_OF_SHEET,
    ) -> None:
        self._parts = path.with_suffix(".parts")  # rows wait there, not in memory, until the file is put together
        self._parts.mkdir(exist_ok=True)
        self._book = Workbook(
            str(path), {"constant_memory": True, "tmpdir": str(self._parts), "strings_to_urls": False}
        )
        self._columns, self._most, self._heading = columns, most, heading
        self._right_to_left = bool(get_language_info(shape.language)["bidi"])
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._title = self._book.add_format({"bold": True, "font_size": 14})
        self._soft = self._book.add_format({"font_color": "#52525C"})
        day_form = {"%Y-%m-%d": "yyyy-mm-dd"}.get(shape.day_form) or _excel_days(shape.day_form)
        numbers = {
            "day": day_form, "clock": "hh:mm:ss", "moment": f"{day_form} hh:mm:ss", "duration": "[h]:mm:ss",
            "count": "#,##0", "share": "0.0%",
        }  # fmt: skip
        formats = {kind: self._book.add_format({"num_format": form})._get_xf_index() for kind, form in numbers.items()}
        self._drawn = [_drawn(column, place, formats) for place, column in enumerate(columns)]
        self._sheets = 0
        self._sheet, self._row = self._new_sheet()

    def _new_sheet(self) -> tuple[Worksheet, int]:
        self._sheets += 1
        title = " ".join(clean(self._heading.title if self._heading else _("Calls")).translate(_FORBIDDEN).split())[:24]
        sheet = self._book.add_worksheet(title if self._sheets == 1 else f"{title} {self._sheets}")
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)
        heads = self._above(sheet)
        sheet.freeze_panes(heads + 1, 0)
        sheet.autofilter(heads, 0, self._most - 1, max(len(self._columns) - 1, 0))
        if self._right_to_left:
            sheet.right_to_left()
        for place, column in enumerate(self._columns):
            sheet.write_string(heads, place, clean(column.head), self._head)
        sheet._write_single_row(heads + 1)  # the heads are in the file before the calls
        return sheet, heads + 1

    def _above(self, sheet: Worksheet) -> int:
        """Writes the heading; returns the row of the heads."""
        if self._heading is None:
            return 0
        sheet.write_string(0, 0, clean(self._heading.title), self._title)
        for row, (what, value) in enumerate(self._heading.about, 1):
            sheet.write_string(row, 0, clean(what), self._soft)
            sheet.write_string(row, 1, clean(value))
        row = len(self._heading.about) + 1
        sheet.write_string(row, 0, clean(self._heading.made), self._soft)
        return row + 2

    def add(self, chunk: Chunk) -> None:
        values, size, done = [column.values(chunk) for column in self._columns], size_of(chunk), 0
        while done < size:
            if self._row >= self._most:
                self._sheet, self._row = self._new_sheet()
            end = min(size, done + self._most - self._row)
            self._add([each[done:end] for each in values], end - done)
            done = end

    def _add(self, values: Sequence[Sequence[Any]], size: int) -> None:
        rows = range(self._row + 1, self._row + size + 1)
        cells = [draw(rows, each) for draw, each in zip(self._drawn, values, strict=True)]
        cuts = zip(rows, zip(*cells, strict=True), strict=True)
        self._sheet.row_data_fh.write("".join([f'<row r="{row}">{"".join(cut)}</row>' for row, cut in cuts]))
        self._row += size
        self._sheet._check_dimensions(self._row - 1, len(values) - 1)

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


def _drawn(column: FileColumn, place: int, formats: dict[str, int]) -> Draw:
    """How a column is drawn. What follows the reference of a cell is worked out once for each value."""
    begin, number = f'<c r="{xl_col_to_name(place)}', f'" s="{formats.get(column.kind, 0)}"><v>'
    if column.kind == "moment":

        def moments(rows: Sequence[int], values: Sequence[Local | None]) -> list[str]:
            return [
                "" if at is None else f"{begin}{row}{number}{at[0] + _DAYS_TO_1970 + at[1] / _DAY_S:.16G}</v></c>"
                for row, at in zip(rows, values, strict=True)
            ]

        return moments
    if column.kind == "clock":
        clocks = Words(lambda second: f"{number}{second / _DAY_S:.16G}</v></c>")
        return lambda rows, values: [f"{begin}{row}{clocks[at[1]]}" for row, at in zip(rows, values, strict=True)]
    bodies = Words(_body(column.kind, number))

    def cells(rows: Sequence[int], values: Sequence[Any]) -> list[str]:
        found = bodies.of(values)
        return [f"{begin}{row}{body}" if body else "" for row, body in zip(rows, found, strict=True)]

    return cells


def _body(kind: str, number: str) -> Callable[[Any], str]:
    match kind:
        case "day":
            return lambda day: f"{number}{day + _DAYS_TO_1970}</v></c>"
        case "duration":
            return lambda seconds: f"{number}{seconds / _DAY_S:.16G}</v></c>"
        case "count" | "share":
            return lambda value: "" if value is None else f"{number}{value:.16G}</v></c>"
        case _:
            return _text


def _text(text: str) -> str:
    """A text as the rest of its cell; nothing for none."""
    text = clean(text)
    if len(text) > LONGEST_CELL // 2:  # counted as Excel does, to which some characters are two
        text = text.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    if not text:
        return ""
    kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "\n" in text else ""
    said = _ESCAPE.sub(r"_x005F\g<0>", text).translate(_MARKUP)
    return f'" t="inlineStr"><is><t{kept}>{said}</t></is></c>'


def _excel_days(form: str) -> str:
    """A `strftime` form as Excel writes it."""
    for mark, word in (("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy")):
        form = form.replace(mark, word)
    return form.replace(".", "\\.")
