"""A crossed report as a heat map that is its own table: each cell has its figure, and a depth of one colour."""

from dataclasses import dataclass

from babel import Locale
from django.utils.safestring import SafeString, mark_safe

from callwright.kit.markup import escape
from callwright.kit.templatetags.kit import viewer_locale
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
    more = [None if its is None else escape(its) for its in map(Links.more_of, columns)]
    locale = viewer_locale()
    body = "".join(_row(row, columns, more, links.row(row.key), levels, locale) for row in rows)
    total = _row(answer.table.total, columns, more, links.row(None), {}, locale) if rows else ""
    is_narrow = answer.ask.across in ("hour", "time")
    return HeatMap(columns, mark_safe(body), mark_safe(total), is_narrow)  # noqa: S308 - each part is escaped


def _row(
    row: Row, columns: tuple[Column, ...], more: list[str | None], base: str | None,
    levels: dict[tuple[str, str], int], locale: Locale,
) -> str:  # fmt: skip
    under = f'<span class="folder"><bdi>{escape(row.folder)}</bdi></span>' if row.folder else ""
    cells = [f'<tr><th scope="row"><bdi>{escape(row.label)}</bdi>{under}</th>']
    begin = None if base is None else escape(base)
    for column, its in zip(columns, more, strict=True):
        value = column.value(row.figures)
        text = figure(value, column.kind, locale) if value else ""
        if text and begin is not None and its is not None:
            text = f'<a href="{begin}{its}">{text}</a>'
        level = levels.get((row.key, column.code))
        mark = f' data-level="{level}"' if level else ""
        cells.append(f'<td class="number"{mark}>{text}</td>')
    return "".join([*cells, "</tr>"])
