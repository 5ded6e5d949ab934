"""Writes a report as XLSX: figures are numbers that can be counted on, durations and shares are shown as such."""

import io

from django.utils.translation import get_language_bidi
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from callwright.calls.export_text import clean
from callwright.reports.grid import Grid, GridRow
from callwright.reports.table import Kind

_FORMS: dict[Kind, str] = {"count": "#,##0", "seconds": "[h]:mm:ss", "share": "0.0%", "number": "#,##0.0"}
_DAY_S = 86_400
_SHEET_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def xlsx_of(grid: Grid, *, made: str) -> bytes:
    """The grid as a workbook of one sheet, with what it is of above it. No cell is a formula, whatever it says."""
    file = io.BytesIO()
    book = Workbook(file, {"constant_memory": True, "in_memory": True, "strings_to_urls": False})
    title = " ".join(clean(grid.title).translate(_FORBIDDEN).split())[:_SHEET_NAME]
    sheet = book.add_worksheet(title or None)
    if get_language_bidi():
        sheet.right_to_left()
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, len(grid.heads) + 1, 14)
    row = _above(book, sheet, grid, made)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    _heads(book, sheet, grid, row)
    plain, bold = _formats(book, is_total=False), _formats(book, is_total=True)
    strong = book.add_format({"bold": True, "top": 1})
    for one in grid.rows:
        row += 1
        _write(sheet, grid, row, one, bold if one.is_total else plain, strong if one.is_total else None)
    book.close()
    return file.getvalue()


def _above(book: Workbook, sheet: Worksheet, grid: Grid, made: str) -> int:
    """Title, period, filters, who and when; returns the row of the heads."""
    sheet.write_string(0, 0, clean(grid.title), book.add_format({"bold": True, "font_size": 14}))
    soft = book.add_format({"font_color": "#52525C"})
    for place, (what, value) in enumerate(grid.about, 1):
        sheet.write_string(place, 0, clean(what), soft)
        sheet.write_string(place, 1, clean(value))
    sheet.write_string(len(grid.about) + 1, 0, clean(made), soft)
    return len(grid.about) + 3


def _heads(book: Workbook, sheet: Worksheet, grid: Grid, row: int) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    grey = book.add_format({"bottom": 1, "text_wrap": True, "valign": "bottom", "font_color": "#666671"})
    sheet.write_string(row, 0, clean(grid.first), head)
    shift = 2 if grid.has_folders else 1
    if grid.has_folders:
        sheet.write_string(row, 1, "", head)
    for place, one in enumerate(grid.heads, shift):
        sheet.write_string(row, place, clean(one.label), grey if one.is_before else head)


def _formats(book: Workbook, *, is_total: bool) -> dict[tuple[Kind, bool], object]:
    found: dict[tuple[Kind, bool], object] = {}
    for kind, form in _FORMS.items():
        for is_before in (False, True):
            look = {"num_format": form, **({"bold": True, "top": 1} if is_total else {})}
            found[kind, is_before] = book.add_format({**look, **({"font_color": "#666671"} if is_before else {})})
    return found


def _write(
    sheet: Worksheet, grid: Grid, row: int, one: GridRow, formats: dict[tuple[Kind, bool], object], name: object
) -> None:
    sheet.write_string(row, 0, clean(one.label), name)
    shift = 2 if grid.has_folders else 1
    if grid.has_folders:
        sheet.write_string(row, 1, clean(one.folder), name)
    for place, (head, value) in enumerate(zip(grid.heads, one.values, strict=True)):
        look = formats[head.kind, head.is_before]
        if value is None:
            sheet.write_blank(row, place + shift, None, look)
        else:
            sheet.write_number(row, place + shift, value / _DAY_S if head.kind == "seconds" else value, look)
