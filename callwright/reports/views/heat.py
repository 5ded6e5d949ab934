"""A crossed report as a heat map that is its own table: each cell has its figure, and a depth of one colour."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from callwright.kit.markup import escape
from callwright.reports.charts import levels_of
from callwright.reports.crossed import ALL_COLUMNS
from callwright.reports.labels import figure
from callwright.reports.queries.tables import Answer
from callwright.reports.table import Column, Row
from callwright.reports.views.links import Links


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`body` and `total` are rows as HTML; `columns` their heads."""

    columns: tuple[Column, ...]
    body: SafeString
    total: SafeString
    is_narrow: bool


def heat_map(answer: Answer, links: Links) -> HeatMap:
    """The cells of a crossed table; those for all columns together are not coloured."""
    columns, rows = answer.table.columns, answer.table.rows
    inner = [column for column in columns if column.code != ALL_COLUMNS]
    values = [column.value(row.figures) for row in rows for column in inner]
    levels = dict(zip(((row.key, column.code) for row in rows for column in inner), levels_of(values), strict=True))
    more = [Links.more_of(column) for column in columns]
    body = "".join(_row(row, columns, more, links.row(row.key), levels) for row in rows)
    total = _row(answer.table.total, columns, more, links.row(None), {}) if rows else ""
    is_narrow = answer.ask.across == "hour"
    return HeatMap(columns, mark_safe(body), mark_safe(total), is_narrow)  # noqa: S308 - each part is escaped


def _row(
    row: Row, columns: tuple[Column, ...], more: list[str | None], base: str | None, levels: dict[tuple[str, str], int]
) -> str:
    under = f'<span class="folder"><bdi>{escape(row.folder)}</bdi></span>' if row.folder else ""
    cells = [f'<tr><th scope="row"><bdi>{escape(row.label)}</bdi>{under}</th>']
    for column, its in zip(columns, more, strict=True):
        value = column.value(row.figures)
        text = escape(figure(value, column.kind)) if value else ""
        if text and base is not None and its is not None:
            text = f'<a href="{escape(base + its)}">{text}</a>'
        level = levels.get((row.key, column.code))
        mark = f' data-level="{level}"' if level else ""
        cells.append(f'<td class="number"{mark}>{text}</td>')
    return "".join([*cells, "</tr>"])
