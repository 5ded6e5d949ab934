"""Puts a report's table together: its figures, those of the period before, the names of its rows, and their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import monotonic

from callwright.calls.queries.patience import SearchTooLong
from callwright.kit.clock import local_day
from callwright.reports.asked import Asked
from callwright.reports.labels import fixed_label, time_label
from callwright.reports.queries.counting import is_counted_anew
from callwright.reports.queries.names import names_of
from callwright.reports.queries.reading import reading
from callwright.reports.report import Figured, Line, Report
from callwright.reports.table import MINUTES, Ask, Column, Figures, Row, Table, add_up, beginning_of, beginnings
from callwright.reports.words import ALL
from callwright.staff.queries.rights import Viewer

MOST_ROWS = 200
"""Rows on a screen; a file has all of them."""

IN_ORDER = frozenset({"time", "hour", "weekday"})
"""What has an order of its own, and a row also where nothing was."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The table of a report, of which days it tells and which it is compared with. `drawn` is the column that orders
    its rows and stands in the chart; `is_old`: something of it is about to be added up anew; `is_first`: the period
    before is still to be read.
    """

    table: Table
    ask: Ask
    ask_before: Ask | None
    drawn: Column
    is_old: bool
    is_first: bool = False


def answer(
    viewer: Viewer, report: Report, asked: Asked, *, zone: str, now: datetime, most: int = MOST_ROWS,
    before_within_s: float | None = None,
) -> Answer:  # fmt: skip
    """What a report tells the viewer now; `zone` holds where the address names none. Without the period before where
    both are not read within `before_within_s`. Raises SearchTooLong.
    """
    until = None if before_within_s is None else monotonic() + before_within_s
    zone = asked.zone or zone
    today = local_day(now, zone)
    ask = asked.ask(zone=zone, today=today)
    ask_before = asked.ask_before(zone=zone, today=today) if asked.is_compared and report.chart != "heat" else None
    if ask_before is not None and ask_before.interval != ask.interval:
        ask_before = replace(ask_before, interval=ask.interval)
    found = report.read(viewer, ask, now)
    then = _before(viewer, report, ask_before, now, until) if ask_before else None
    is_first = ask_before is not None and then is None
    ask_before = None if is_first else ask_before
    columns = found.columns or report.columns
    drawn = next((one for one in columns if one.code == asked.sort.removeprefix("-")), columns[0])
    rows = _rows(found.lines, then.lines if then else None, ask, ask_before)
    rows = _named(_ordered(rows, ask.by, drawn), ask)
    total = Row("", str(ALL), _total(found, columns), _total(then, columns) if then else None)
    shown = rows if ask.by in IN_ORDER else rows[:most]  # in order the newest would be left out
    notes = tuple(str(one) for one in report.notes)
    table = Table(columns, tuple(shown), total, is_cut=len(rows) > len(shown), notes=notes)
    return Answer(table, ask, ask_before, drawn, is_counted_anew(viewer, report.code, ask, now), is_first)


def _before(viewer: Viewer, report: Report, ask: Ask, now: datetime, until: float | None) -> Figured | None:
    """The figures of the period before; None where there is no time for them."""
    if until is None:
        return report.read(viewer, ask, now)
    try:
        with reading(until - monotonic()):
            return report.read(viewer, ask, now)
    except SearchTooLong:
        return None


def _total(found: Figured, columns: Sequence[Column]) -> Mapping[str, int]:
    return found.total if found.total is not None else add_up(columns, [line.figures for line in found.lines])


def _rows(lines: Sequence[Line], then: Sequence[Line] | None, ask: Ask, ask_before: Ask | None) -> list[Row]:
    figures = {line.key: line.figures for line in lines}
    before = None if then is None else {line.key: line.figures for line in then}
    keys = all_keys_of(ask, ask.by)
    if ask.by == "time" and before is not None and ask_before is not None:
        # The nth day is compared with the nth day before.
        earlier = all_keys_of(ask_before, ask.by) or []
        before = {key: before[was] for key, was in zip(keys or [], earlier, strict=False) if was in before}
    if keys is None:
        keys = [*figures, *(key for key in before or () if key not in figures)]
    # What has a row of its own also where nothing was: there it is nought.
    nothing: Figures = _noughts([*lines, *(then or ())]) if ask.by in IN_ORDER else {}
    if before is not None and ask.by in IN_ORDER:
        before = {key: before.get(key) or nothing for key in keys}
    return [Row(key, key, figures.get(key, nothing), None if before is None else before.get(key)) for key in keys]


def _noughts(lines: Sequence[Line]) -> Figures:
    return {name: 0 for line in lines for name in line.figures}


def all_keys_of(ask: Ask, side: str) -> list[str] | None:
    """The keys of all rows (or columns) there must be, in their order; None where only what was found has one."""
    match side:
        case "hour":
            return [str(hour) for hour in ask.hours or range(24)]
        case "weekday":
            return [str(day) for day in ask.weekdays or range(1, 8)]
        case "time" if step := MINUTES.get(ask.interval):
            minutes = [(hour, minute) for hour in ask.hours or range(24) for minute in range(0, 60, step)]
            return [time_key(day, ask.interval, *its) for day in _days(ask) for its in minutes]
        case "time" if ask.interval == "day":
            return [day.isoformat() for day in _days(ask)]
        case "time":
            return [day.isoformat() for day in beginnings(ask.begins_on, ask.ends_on, ask.interval)]
        case _:
            return None


def time_key(day: date, interval: str, hour: int = 0, minute: int = 0) -> str:
    """The key of the row in which a day, or an hour or a part of one, is counted."""
    if interval not in MINUTES:
        return beginning_of(day, interval).isoformat()
    part = minute // MINUTES[interval] * MINUTES[interval]
    return f"{day:%Y-%m-%d}T{hour:02}:{part:02}"


def _days(ask: Ask) -> list[date]:
    days = (ask.begins_on + timedelta(days=place) for place in range(ask.days))
    return [day for day in days if not ask.weekdays or day.isoweekday() in ask.weekdays]


def _ordered(rows: list[Row], by: str, drawn: Column) -> list[Row]:
    if by in IN_ORDER:
        return rows
    return sorted(rows, key=lambda row: (-(drawn.value(row.figures) or 0), not row.key, row.key))


def _named(rows: list[Row], ask: Ask) -> list[Row]:
    if ask.by == "time":
        with_day = ask.days > 1
        return [replace(row, label=time_label(row.key, ask.interval, with_day=with_day)) for row in rows]
    names = names_of(ask.by, [row.key for row in rows]) if ask.by not in IN_ORDER | {"direction"} else {}
    named = []
    for row in rows:
        name, folder = names.get(row.key, (fixed_label(ask.by, row.key) or f"#{row.key}", ""))
        named.append(replace(row, label=name, folder=folder))
    return named
