"""Reports of calls: their figures by time, account, queue, agent, direction, category, hour and day of the week."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.calls.queries.hours import CallFigures, again_figures, call_figures
from callwright.reports.crossed import OTHERS, Cell, crossed_columns, crossed_lines, with_others
from callwright.reports.queries.sides import (
    both_keys,
    by_of,
    column_names,
    folded_columns,
    interval_of,
    kept_columns,
    key_of,
)
from callwright.reports.report import Figured, Line
from callwright.reports.table import Ask, Column, add_up
from callwright.staff.queries.rights import Viewer

ENDED = ("answered", "missed", "abandoned", "busy", "failed", "voicemail", "unknown")
"""What can have become of a call that is over; those that go on are counted in no report."""

_OVER = tuple(("status", one) for one in ENDED)
ANSWERED = (("status", "answered"),)


def of_calls(ask: Ask) -> tuple[Column, ...]:
    """The columns of reports of all calls."""
    return (
        Column("calls", _("Calls"), "count", "calls", calls=_OVER),
        Column("answered", _("Answered"), "count", "answered", calls=ANSWERED),
        Column("answered_share", _("Share answered"), "share", "answered", "calls", good=1, calls=ANSWERED),
        Column("missed", _("Missed"), "count", "missed", good=-1, calls=(("status", "missed"),)),
        Column("abandoned", _("Abandoned"), "count", "abandoned", good=-1, calls=(("status", "abandoned"),)),
        Column("talk", _("Talk"), "seconds", "talk_s", calls=ANSWERED),
        Column("talk_mean", _("Average talk"), "seconds", "talk_s", "answered", calls=ANSWERED),
    )


def of_queues(ask: Ask) -> tuple[Column, ...]:
    """The columns of reports of queues; the service level is the share of all offered calls."""
    in_time = (*ANSWERED, ("wait_to", str(ask.within_s)))
    return (
        Column("calls", pgettext("calls", "Offered"), "count", "calls", calls=_OVER),
        Column("answered", _("Answered"), "count", "answered", calls=ANSWERED),
        Column("abandoned", _("Abandoned"), "count", "abandoned", good=-1, calls=(("status", "abandoned"),)),
        Column(
            "abandoned_share", _("Share abandoned"), "share", "abandoned", "calls", good=-1,
            calls=(("status", "abandoned"),),
        ),
        Column("in_time", _("Answered in time"), "count", "answered_within", good=1, calls=in_time),
        Column("service", _("Service level"), "share", "answered_within", "calls", good=1, calls=in_time),
        Column("wait", _("Average wait"), "seconds", "wait_s", "calls", good=-1, calls=_OVER),
        Column("wait_longest", _("Longest wait"), "seconds", "wait_max_s", is_longest=True, good=-1),
        Column("talk_mean", _("Average talk"), "seconds", "talk_s", "answered", calls=ANSWERED),
    )  # fmt: skip


def read_calls(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """All calls."""
    return Figured(_lines(viewer, ask), columns=of_calls(ask))


def read_queues(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """Inbound calls with what callers had to wait."""
    return Figured(_lines(viewer, ask), columns=of_queues(ask))


def _lines(viewer: Viewer, ask: Ask) -> list[Line]:
    columns = of_queues(ask)
    found: dict[str, dict[str, int]] = {}
    for one in _read(viewer, ask, (ask.by,)):
        key, figures = key_of(ask, ask.by, one), figures_of(one)
        # An hour that the clocks repeat is one row.
        found[key] = add_up(columns, [found[key], figures]) if key in found else figures
    return [Line(key, figures) for key, figures in found.items()]


def _read(viewer: Viewer, ask: Ask, by: tuple[str, ...], **only: Any) -> list[CallFigures]:
    return call_figures(
        viewer, begins_on=ask.begins_on, ends_on=ask.ends_on, zone=ask.zone,
        interval=interval_of(ask) if "time" in by else "", by=by_of(*by), account_ids=ask.account_ids,
        queue_ids=ask.queue_ids, user_ids=ask.user_ids, directions=ask.directions, category_ids=ask.category_ids,
        within_s=ask.within_s, hours=ask.hours, weekdays=ask.weekdays, **only,
    )  # fmt: skip


def figures_of(found: Any) -> dict[str, int]:
    """The figures of what a query found, by their names."""
    return {name: getattr(found, name) for name in found.__slots__ if name not in ("begins", "keys")}


# ── who called again ─────────────────────────────────────────────────────────────────────────────────────────────────


def read_resolution(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """Calls that were resolved at once, and callers who called again."""
    rows = again_figures(
        viewer, now=now, begins_on=ask.begins_on, ends_on=ask.ends_on, zone=ask.zone, interval=interval_of(ask),
        by=by_of(ask.by), account_ids=ask.account_ids, queue_ids=ask.queue_ids, user_ids=ask.user_ids,
        category_ids=ask.category_ids, within_days=ask.within_days, hours=ask.hours, weekdays=ask.weekdays,
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for one in rows:
        key, figures = key_of(ask, ask.by, one), figures_of(one)
        figures["resolved"] = figures["decided"] - figures["again"]
        found[key] = add_up((), [found[key], figures]) if key in found else figures
    known, before, decided, again, resolved = (
        (("again", "known"),),
        *((("again", f"{kind}_{ask.within_days}"),) for kind in ("repeat", "decided", "again", "resolved")),
    )
    columns = (
        Column("known", _("Calls with a known number"), "count", "known", calls=known),
        Column("repeats", _("Called before"), "count", "repeats", calls=before),
        Column("repeat_share", _("Share of repeat callers"), "share", "repeats", "known", good=-1, calls=before),
        Column("decided", _("Answered, time is up"), "count", "decided", calls=decided),
        Column("again", _("Called again"), "count", "again", good=-1, calls=again),
        Column("resolved", _("Resolved at once"), "count", "resolved", good=1, calls=resolved),
        Column("resolution", _("First-call resolution"), "share", "resolved", "decided", good=1, calls=resolved),
    )
    return Figured([Line(key, figures) for key, figures in found.items()], columns=columns)


# ── two things crossed ───────────────────────────────────────────────────────────────────────────────────────────────


def read_calls_crossed(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """One figure of calls by two things at once: hours by days of the week, queues by time."""
    figure = next(one for one in (*of_calls(ask), *of_queues(ask)) if one.code == _FIGURES[ask.figure])
    wanted, columns = [name for name in (figure.of, figure.over) if name], dict[str, int]()
    for one in _read(viewer, ask, (ask.across,), wanted=["calls"]):
        column = key_of(ask, ask.across, one)
        columns[column] = columns.get(column, 0) + one.calls
    kept = kept_columns(ask, columns)
    names = column_names(ask, kept)
    cells: list[Cell] = []
    for one in _read(viewer, ask, (ask.by, ask.across), wanted=wanted, kept=folded_columns(ask, columns, kept)):
        row, column = both_keys(ask, one.begins, one.keys)
        figures = {name: getattr(one, name) for name in wanted}
        cells += [Cell(row, column, figures), Cell(row, None, figures)]
    if not columns.keys() <= set(kept):
        cells, kept, names[OTHERS] = with_others(cells, frozenset(kept)), [*kept, OTHERS], _("Others")
    return Figured(
        [Line(key, figures) for key, figures in crossed_lines(cells).items()],
        columns=crossed_columns(figure, ask, kept, names, pgettext("sum", "All"), "calls"),
    )


_FIGURES = {
    "calls": "calls", "answered": "answered", "missed": "missed", "abandoned": "abandoned", "service": "service",
    "wait": "wait", "talk": "talk_mean",
}  # fmt: skip
