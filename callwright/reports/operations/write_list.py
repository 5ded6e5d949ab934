"""Writes a list as PDF with typst, as far as paper goes: title, filters, the rows, page numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from callwright.calls.export_text import Local, clean
from callwright.calls.operations.export_columns import FileColumn, Heading
from callwright.kit.clock import format_duration
from callwright.kit.templatetags.kit import written_day
from callwright.reports.labels import figure
from callwright.reports.operations.typeset import Made, typeset

_LONGEST = 1_000  # characters of a cell: a row stands on one page
_EPOCH = date(1970, 1, 1)
_LONG_WORD = re.compile(r"\S{16}(?=\S)")  # would stand over the next column: it may be broken there


@dataclass(frozen=True, slots=True)
class Paper:
    """The cells of the rows, by columns; `has_total`: the last row counts all."""

    columns: Sequence[FileColumn]
    cells: Sequence[Sequence[str]]
    has_total: bool


def list_pdf(paper: Paper, heading: Heading, made: Made) -> bytes:
    """The rows on paper, across; `made` is who made it and when."""
    data: dict[str, Any] = {
        "widths": [one.width for one in paper.columns],
        "numbers": [one.kind in ("count", "share", "duration") for one in paper.columns],
        "heads": [clean(one.head) for one in paper.columns],
        "rows": [list(row) for row in zip(*paper.cells, strict=True)], "total": paper.has_total,
    }  # fmt: skip
    return typeset("list.typ", title=heading.title, about=heading.about, made=made, data=data)


def paper_cells(column: FileColumn, values: Sequence[Any]) -> list[str]:
    """What stands on paper for the values of a column, as people read it."""
    match column.kind:
        case "moment":
            return [_moment(value) for value in values]
        case "duration":
            return [format_duration(value) for value in values]
        case "count" | "share":
            return ["" if value is None else figure(value, column.kind) for value in values]
    return [_text(clean(value)[:_LONGEST]) for value in values]


def _text(text: str) -> str:
    text = _LONG_WORD.sub("\\g<0>\u200b", text)
    # A number keeps its plus before it on a page that is read from right to left.
    return f"\u200e{text}" if text.startswith("+") else text


def _moment(at: Local | None) -> str:
    if at is None:
        return ""
    day, second, _offset = at
    return f"{written_day(_EPOCH + timedelta(days=day))}, {second // 3600:02}:{second // 60 % 60:02}"
