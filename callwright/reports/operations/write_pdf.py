"""Writes a report as PDF with typst: title, filters, chart, table, page numbers; in the direction of the language."""

from typing import Any

from django.utils.translation import get_language_bidi

from callwright.calls.export_text import clean
from callwright.reports.charts import HEIGHT, MOST_BARS, WIDTH, bars_of, curve_of, levels_of
from callwright.reports.crossed import ALL_COLUMNS
from callwright.reports.grid import Grid, GridRow
from callwright.reports.labels import figure, marks_of
from callwright.reports.operations.typeset import Made, typeset
from callwright.reports.queries.tables import IN_ORDER, Answer
from callwright.reports.table import Row

_NARROW, _WIDE, _WIDEST = 7, 11, 26
"""So many columns of figures stand on an upright page, on one across, and on one of that size at all."""


def pdf_of(grid: Grid, answer: Answer, *, is_heat: bool, legend: tuple[str, str] | None, made: Made) -> bytes:
    """The report on paper; `legend` names the days and those they are compared with."""
    data = _data(grid, answer, is_heat=is_heat, legend=legend)
    return typeset("report.typ", title=grid.title, about=grid.about, made=made, data=data)


def _data(grid: Grid, answer: Answer, *, is_heat: bool, legend: tuple[str, str] | None) -> dict[str, Any]:
    shown, is_ordered = [head for head in grid.heads if not head.is_before], answer.ask.by in IN_ORDER
    columns = len(shown)
    return {
        "paper": "a3" if columns > _WIDEST else "a4", "landscape": columns > _NARROW,
        "size": 8.5 if columns <= _WIDE else 7 if columns <= 14 else 6, "inset": 4 if columns <= _WIDE else 2,
        "columns": columns, "drawn": str(answer.drawn.label), "notes": list(grid.notes),
        "legend": {"now": legend[0], "before": legend[1]} if legend else None,
        "curve": None if is_heat or not is_ordered else _curve(answer),
        "bars": [] if is_heat or is_ordered else _bars(answer),
        "levels": _levels(answer) if is_heat else [],
        "heads": [clean(grid.first), *(clean(head.label) for head in shown)],
        "rows": [{"total": row.is_total, "cells": _cells(row, grid, is_heat=is_heat)} for row in grid.rows],
    }  # fmt: skip


def _cells(row: GridRow, grid: Grid, *, is_heat: bool) -> list[list[str]]:
    """The cells of a row, each with what stands in grey below it: the heading of a name, the figure before."""
    cells = [[clean(row.label), clean(row.folder)]]
    for head, value in zip(grid.heads, row.values, strict=True):
        text = "" if is_heat and not value else figure(value, head.kind)
        if head.is_before:
            cells[-1][1] = text
        else:
            cells.append([text, ""])
    return cells


def _curve(answer: Answer) -> dict[str, Any]:
    column, rows = answer.drawn, answer.table.rows
    values = [column.value(row.figures) or 0 for row in rows]
    before = [column.value(row.before or {}) for row in rows] if answer.ask_before else []
    drawn = curve_of(values, before, column.kind)
    lines = [f'<path d="M0 {y}H{WIDTH}" stroke="#d8d8de" stroke-width="0.8"/>' for _value, y in drawn.ticks]
    stems = [f'<path d="M{s.left} {HEIGHT}V{s.top}h{s.width}V{HEIGHT}z" fill="#0a6b7b"/>' for s in drawn.stems]
    was = f'<path d="{drawn.before}" fill="none" stroke="#666671" stroke-width="2" stroke-dasharray="6 4"/>'
    inside = "".join([*lines, *stems, was if drawn.before else ""])
    turned = f'<g transform="translate({WIDTH} 0) scale(-1 1)">{inside}</g>' if get_language_bidi() else inside
    size = f'viewBox="0 -1 {WIDTH} {HEIGHT + 2}" width="{WIDTH}" height="{HEIGHT + 2}" preserveAspectRatio="none"'
    return {
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{turned}</svg>',
        "ticks": [figure(value, column.kind) for value, _y in reversed(drawn.ticks)],
        "marks": marks_of([row.key for row in rows], [row.label for row in rows], answer.ask),
    }


def _bars(answer: Answer) -> list[dict[str, Any]]:
    column, rows = answer.drawn, answer.table.rows[:MOST_BARS]
    values = [column.value(row.figures) for row in rows]
    before = [column.value(row.before or {}) for row in rows] if answer.ask_before else []
    return [
        {
            "label": clean(row.label), "length": bar.length / WIDTH, "before": bar.before / WIDTH,
            "figure": figure(value, column.kind),
        }
        for row, bar, value in zip(rows, bars_of(values, before), values, strict=True)
    ]  # fmt: skip


def _levels(answer: Answer) -> list[list[int]]:
    """The depth of each cell; those for all columns together have none."""
    inner = [column for column in answer.table.columns if column.code != ALL_COLUMNS]
    flat = iter(levels_of([column.value(row.figures) for row in answer.table.rows for column in inner]))

    def depths(row: Row) -> list[int]:
        return [0 if column.code == ALL_COLUMNS else next(flat) for column in answer.table.columns]

    return [depths(row) for row in answer.table.rows]
