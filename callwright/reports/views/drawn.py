"""An answer as the screen shows it: the sums above, the chart, the table. Hundreds of cells stand on a page, so those
are written here, not in a template.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from babel import Locale
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from callwright.kit.markup import escape, format_html
from callwright.kit.templatetags.kit import icon, viewer_locale
from callwright.reports.charts import HEIGHT, MOST_BARS, WIDTH, Bar, Stem, bars_of, curve_of
from callwright.reports.labels import change_text, figure, figure_in_brief, marks_of, points_text
from callwright.reports.queries.tables import Answer
from callwright.reports.table import Column, Figures, Row, change
from callwright.reports.views.links import Links


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the period before, in words; `tone` tells whether that is better, by `good`."""

    text: str
    icon: str
    tone: str


def change_of(column: Column, now: Figures, then: Figures | None, locale: Locale | None = None) -> Change | None:
    """None where there is nothing to compare; shares differ by percentage points."""
    value, was = (column.value(figures) if figures is not None else None for figures in (now, then))
    text: Callable[[float, Locale | None], str] = change_text
    found = change(value, was)
    if column.kind == "share":
        text = points_text
        found = value - was if value is not None and was is not None else None
    if found is None:
        return None
    rises = (found > 0) - (found < 0)
    if abs(found) < 0.0005:
        return Change(text(0, locale), "", "neutral")
    tone = {1: "green", -1: "red"}.get(rises * column.good, "neutral")
    return Change(text(found, locale), "trending-up" if rises > 0 else "trending-down", tone)


@dataclass(frozen=True, slots=True)
class Tile:
    """One sum above the chart."""

    label: str
    figure: str
    before: str
    change: Change | None
    url: str


def tiles(answer: Answer, links: Links) -> list[Tile]:
    """The figures of all rows together."""
    total = answer.table.total
    return [
        Tile(
            str(column.label), figure_in_brief(column.value(total.figures), column.kind),
            figure_in_brief(column.value(total.before), column.kind) if total.before is not None else "",
            change_of(column, total.figures, total.before), links.cell(None, column),
        )
        for column in answer.table.columns
        if not column.is_of_rows
    ]  # fmt: skip


# ── the chart ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ShownCurve:
    """`drawn` is what stands on the canvas, as SVG; `ticks` stand beside it from the top down, `marks` below it."""

    drawn: SafeString
    ticks: tuple[str, ...]
    marks: list[str]
    width: int = WIDTH
    height: int = HEIGHT


def curve(answer: Answer, links: Links) -> ShownCurve:
    """The chart of rows that have an order of their own. What it says stands in the table too, where it is heard."""
    column, rows = answer.drawn, answer.table.rows
    values = [_known(column, row.figures) for row in rows]
    before = [_known(column, row.before) for row in rows] if answer.ask_before else []
    drawn = curve_of(values, before, column.kind)
    parts = [f'<line class="curve-grid" x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>' for _value, y in drawn.ticks]
    for stem, row, value in zip(drawn.stems, rows, values, strict=True):
        parts.append(_stem(stem, _said(column, row), links.cell(row.key, column) if value else ""))
    if drawn.before:
        parts.append(f'<path class="curve-before" d="{drawn.before}"/>')
    ticks = tuple(figure(value, column.kind) for value, _y in reversed(drawn.ticks))
    marks = marks_of([row.key for row in rows], [row.label for row in rows], answer.ask)
    inside = mark_safe("".join(parts))  # noqa: S308 - each part is escaped where it is made
    return ShownCurve(inside, ticks, marks)


def _stem(stem: Stem, said: str, url: str) -> str:
    inside = (
        f'<rect class="stem-room" x="{stem.x}" width="{stem.room}" y="0" height="{HEIGHT}"/>'
        f'<rect class="stem" x="{stem.left}" width="{stem.width}" y="{stem.top}" height="{stem.height}"/>'
        f"<title>{escape(said)}</title>"
    )
    return f'<a href="{escape(url)}" tabindex="-1">{inside}</a>' if url else f"<g>{inside}</g>"


def _known(column: Column, figures: Figures | None) -> float | int | None:
    """A figure to be drawn: where nothing was counted a count is none, a share is unknown."""
    value = column.value(figures or {})
    return 0 if value is None and not column.over and figures is not None else value


def _said(column: Column, row: Row) -> str:
    said = f"{row.label}: {figure(column.value(row.figures), column.kind)}"
    if row.before is None:
        return said
    was = figure(column.value(row.before), column.kind)
    return _("%(now)s (before: %(before)s)") % {"now": said, "before": was}


@dataclass(frozen=True, slots=True)
class ShownBar:
    row: Row
    bar: Bar
    figure: str
    before: str
    url: str


def bars(answer: Answer, links: Links) -> list[ShownBar]:
    """The chart of rows without an order of their own: the greatest ones."""
    column, rows = answer.drawn, answer.table.rows[:MOST_BARS]
    values = [column.value(row.figures) for row in rows]
    before = [column.value(row.before or {}) for row in rows] if answer.ask_before else []
    return [
        ShownBar(
            row, bar, figure(value, column.kind),
            figure(column.value(row.before), column.kind) if row.before is not None else "",
            links.cell(row.key, column) if value else "",
        )
        for row, bar, value in zip(rows, bars_of(values, before), values, strict=True)
    ]  # fmt: skip


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def table_body(answer: Answer, links: Links) -> SafeString:
    """The rows as HTML."""
    return mark_safe("".join(_drawn_rows(answer, links)))  # noqa: S308 - each part is escaped where it is made


def _drawn_rows(answer: Answer, links: Links) -> Iterator[str]:
    columns, locale = answer.table.columns, viewer_locale()
    more = [None if its is None else escape(its) for its in map(Links.more_of, columns)]
    for row in answer.table.rows:
        found = links.row(row.key)
        base = None if found is None else escape(found)
        under = f'<span class="folder"><bdi>{escape(row.folder)}</bdi></span>' if row.folder else ""
        yield f'<tr><th scope="row"><bdi>{escape(row.label)}</bdi>{under}</th>'
        for column, its in zip(columns, more, strict=True):
            url = None if base is None or its is None else base + its
            if column.leads_to:
                url = escape(links.cell(row.key, column)) or None
            yield _cell(column, row, url, locale)
        if answer.ask_before is not None:
            yield f'<td class="number">{drawn_change(change_of(answer.drawn, row.figures, row.before, locale))}</td>'
        yield "</tr>"


def total_cells(answer: Answer, links: Links) -> SafeString:
    """The cells of the last row."""
    total = answer.table.total
    locale = viewer_locale()
    cells = [_cell(column, total, escape(links.cell(None, column)) or None, locale) for column in answer.table.columns]
    if answer.ask_before is not None:
        changed = drawn_change(change_of(answer.drawn, total.figures, total.before))
        cells.append(f'<td class="number">{changed}</td>')
    return mark_safe("".join(cells))  # noqa: S308 - each part is escaped where it is made


def _cell(column: Column, row: Row, url: str | None, locale: Locale) -> str:
    """Figures need no escaping: they are digits and marks of a locale. `url` is escaped."""
    value = column.value(row.figures)
    text = figure(value, column.kind, locale) if value is not None else '<span class="faint">–</span>'
    if url and row.figures.get(column.over or column.of):
        text = f'<a href="{url}">{text}</a>'
    if row.before is None:
        return f'<td class="number">{text}</td>'
    was = figure(column.value(row.before), column.kind, locale)
    return f'<td class="number">{text}<span class="was">{was}</span></td>'


def drawn_change(found: Change | None) -> SafeString | str:
    """A change with its sign, arrow and tone."""
    if found is None:
        return mark_safe('<span class="faint">–</span>')
    arrow = icon(found.icon) if found.icon else ""
    return format_html('<span class="change" data-tone="{}">{}<bdi>{}</bdi></span>', found.tone, arrow, found.text)
