"""Reports of what was registered: topics and their ranking, by whom, and any two things crossed (REG-4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.calls.queries.hours import report_accounts
from callwright.registration.queries.quality_sums import QualityFigures, quality_figures
from callwright.registration.queries.totals import (
    RegisteredFigures,
    TopicFigures,
    registered_figures,
    topic_figures,
)
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
from callwright.reports.table import Ask, Column
from callwright.staff.queries.rights import Viewer


def read_topics(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """How often each topic was ticked, and in how many of the registrations; by time: how many there were of those
    topics that are asked for.
    """
    of = sum(one.count for one in _all(viewer, ask, (), interval=""))
    if ask.by == "time":
        found: dict[str, dict[str, int]] = {}
        for one in _all(viewer, ask, ()):
            _add(found, key_of(ask, ask.by, one), {"count": 0, "of": one.count})
        for one in _topics(viewer, ask, (), ask.interval):
            _add(found, key_of(ask, ask.by, one), {"count": one.count})
        lines = [Line(key, figures) for key, figures in found.items()]
    else:
        lines = [
            Line(key_of(ask, ask.by, one), {"count": one.count, "of": of}) for one in _topics(viewer, ask, ("topic",))
        ]
    count = sum(one.count for one in _topics(viewer, ask, ()))
    columns = [Column("count", _("Registrations"), "count", "count", calls=())]
    if ask.topic_ids or ask.by == "topic":
        share = Column("share", _("Share of registrations"), "share", "count", "of", calls=())
        columns.append(replace(share, is_of_rows=not ask.topic_ids))
    return Figured(lines, total={"count": count, "of": of}, columns=tuple(columns))


def read_registrations(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """How many registrations there are, and what agents were asked to register: each agent of a call once, as the list
    behind it.
    """
    by = by_of(ask.by)
    lines: dict[str, dict[str, int]] = {}
    for one in _all(viewer, ask, by):
        _add(lines, key_of(ask, ask.by, one), {"count": one.count})
    for calls in _registered(viewer, ask, by):
        _add(lines, key_of(ask, ask.by, calls), {"registered": calls.registered})
    for its in _asked(viewer, ask, by):
        done = its.asked - its.missing
        _add(lines, key_of(ask, ask.by, its), {"asked": its.asked, "missing": its.missing, "done": done})
    columns = (
        Column("count", _("Registrations"), "count", "count", calls=()),
        Column(
            "registered", _("Calls registered"), "count", "registered", calls=(("registered", "1"),), leads_to="missing"
        ),
        Column("asked", _("Asked to register"), "count", "asked", calls=(("asked", "1"),), leads_to="missing"),
        Column("missing", _("Not registered"), "count", "missing", good=-1, calls=(), leads_to="missing"),
        Column("share", _("Registered of those asked"), "share", "done", "asked", good=1),
    )
    return Figured([Line(key, figures) for key, figures in lines.items()], columns=columns)


def read_crossed(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """Registrations by two things at once; the sums beside and below count each registration once."""
    columns: dict[str, int] = {}
    for one in _topics(viewer, ask, by_of(ask.across), interval_of(ask) if ask.across == "time" else ""):
        key = key_of(ask, ask.across, one)
        columns[key] = columns.get(key, 0) + one.count
    kept = kept_columns(ask, columns)
    folded = folded_columns(ask, columns, kept)
    inner = _topics(viewer, ask, by_of(ask.by, ask.across), interval_of(ask), folded)
    cells = [Cell(*both_keys(ask, one.begins, one.keys), {"count": one.count}) for one in inner]
    for one in _topics(viewer, ask, by_of(ask.by), interval_of(ask) if ask.by == "time" else ""):
        cells.append(Cell(key_of(ask, ask.by, one), None, {"count": one.count}))
    total = {f"count@{key}": columns[key] for key in kept if key in columns}
    total["count"] = sum(one.count for one in _topics(viewer, ask, ()))
    names = column_names(ask, kept)
    if rest := [count for key, count in columns.items() if key not in kept]:
        kept, names[OTHERS], total[f"count@{OTHERS}"] = [*kept, OTHERS], _("Others"), sum(rest)
    figure = Column("count", _("Registrations"), "count", "count", calls=())
    lines = crossed_lines(with_others(cells, frozenset(kept)))
    return Figured(
        [Line(key, figures) for key, figures in lines.items()], total=total,
        columns=crossed_columns(figure, ask, kept, names, pgettext("sum", "All"), "registrations"),
    )  # fmt: skip


def _add(lines: dict[str, dict[str, int]], key: str, figures: dict[str, int]) -> None:
    line = lines.setdefault(key, {})
    for name, value in figures.items():
        line[name] = line.get(name, 0) + value


def _topics(
    viewer: Viewer, ask: Ask, by: Sequence[Any], interval: Any = "", folded: dict[Any, list[int]] | None = None
) -> list[TopicFigures]:
    """Topics, as narrowed; registrations where neither asked by topic nor for some."""
    return topic_figures(viewer, by=by, topic_ids=ask.topic_ids, kept=folded, **_places(ask, interval))


def _all(viewer: Viewer, ask: Ask, by: Sequence[Any], interval: Any = None) -> list[TopicFigures]:
    """All registrations, whatever was ticked."""
    its = (ask.interval if ask.by == "time" else "") if interval is None else interval
    return topic_figures(viewer, by=by, **_places(ask, its))


def _registered(viewer: Viewer, ask: Ask, by: Sequence[Any]) -> list[RegisteredFigures]:
    return registered_figures(viewer, by=by, **_places(ask, ask.interval if ask.by == "time" else ""))


def _asked(viewer: Viewer, ask: Ask, by: Sequence[Any]) -> list[QualityFigures]:
    """What agents were asked to register."""
    its = _places(ask, ask.interval if ask.by == "time" else "")
    accounts, agents = report_accounts(viewer, its.pop("account_ids")), its.pop("user_ids")
    rows = quality_figures(accounts=accounts, by=by, agent_ids=agents, **its)
    return [one for one in rows if one.asked]


def _places(ask: Ask, interval: Any) -> dict[str, Any]:
    return {
        "begins_on": ask.begins_on, "ends_on": ask.ends_on, "zone": ask.zone, "interval": interval,
        "account_ids": ask.account_ids, "queue_ids": ask.queue_ids, "user_ids": ask.user_ids,
        "directions": ask.directions, "category_ids": ask.category_ids, "hours": ask.hours, "weekdays": ask.weekdays,
    }  # fmt: skip
