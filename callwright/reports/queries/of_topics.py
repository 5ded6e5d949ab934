"""Reports of what was registered: topics and their ranking, by whom, and any two things crossed (REG-4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.registration.queries.totals import RegisteredFigures, TopicFigures, registered_figures, topic_figures
from callwright.reports.crossed import OTHERS, Cell, crossed_columns, crossed_lines, with_others
from callwright.reports.labels import fixed_label
from callwright.reports.queries.names import names_of
from callwright.reports.queries.of_calls import key_of
from callwright.reports.report import Figured, Line
from callwright.reports.table import Ask, Column
from callwright.staff.queries.rights import Viewer

MOST_COLUMNS = 40
_BY = {"user": "agent"}


def read_topics(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """How often each topic was ticked, and in how many of the registrations; by time: how many there were of those
    topics that are asked for.
    """
    of = sum(one.count for one in _all(viewer, ask, (), interval=""))
    if ask.by == "time":
        every = {_key(ask, one): one.count for one in _all(viewer, ask, ())}
        ticked = {_key(ask, one): one.count for one in _topics(viewer, ask, (), ask.interval)}
        lines = [Line(key, {"count": ticked.get(key, 0), "of": count}) for key, count in every.items()]
    else:
        lines = [Line(_key(ask, one), {"count": one.count, "of": of}) for one in _topics(viewer, ask, ("topic",))]
    count = sum(one.count for one in _topics(viewer, ask, ()))
    columns = (
        Column("count", _("Registrations"), "count", "count", calls=()),
        Column("share", _("Share of registrations"), "share", "count", "of", calls=()),
    )
    return Figured(lines, total={"count": count, "of": of}, columns=columns)


def read_registrations(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """How many registrations there are, and of how many of the calls that could be registered."""
    by = () if ask.by == "time" else _by(ask.by)
    lines: dict[str, dict[str, int]] = {}
    for one in _all(viewer, ask, by):
        _add(lines, _key(ask, one), {"count": one.count})
    for calls in _registered(viewer, ask, by):
        _add(lines, _key(ask, calls), {"calls": calls.calls, "registered": calls.registered})
    columns = (
        Column("count", _("Registrations"), "count", "count", calls=()),
        Column("calls", _("Calls to register"), "count", "calls"),
        Column("registered", _("Calls registered"), "count", "registered", good=1),
        Column("share", _("Share registered"), "share", "registered", "calls", good=1),
    )
    return Figured([Line(key, figures) for key, figures in lines.items()], columns=columns)


def read_crossed(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """Registrations by two things at once; the sums beside and below count each registration once."""
    inner = _topics(viewer, ask, (*_by(ask.by), *_by(ask.across)))
    beside, below = _topics(viewer, ask, _by(ask.by)), _topics(viewer, ask, _by(ask.across))
    columns = {_text(one.keys[0], ask.across): one.count for one in below}
    kept = _kept(ask.across, columns)
    cells = [Cell(_text(one.keys[0], ask.by), _text(one.keys[1], ask.across), {"count": one.count}) for one in inner]
    cells += [Cell(_text(one.keys[0], ask.by), None, {"count": one.count}) for one in beside]
    total = {f"count@{key}": columns[key] for key in kept if key in columns}
    total["count"] = sum(one.count for one in _topics(viewer, ask, ()))
    names = _names(ask.across, kept)
    if rest := [count for key, count in columns.items() if key not in kept]:
        kept, names[OTHERS], total[f"count@{OTHERS}"] = [*kept, OTHERS], _("Others"), sum(rest)
    figure = Column("count", _("Registrations"), "count", "count", calls=())
    lines = crossed_lines(with_others(cells, frozenset(kept)))
    return Figured(
        [Line(key, figures) for key, figures in lines.items()], total=total,
        columns=crossed_columns(figure, ask.across, kept, names, pgettext("sum", "All"), "registrations"),
    )  # fmt: skip


def _kept(across: str, columns: dict[str, int]) -> list[str]:
    """The columns there are, in their order: those with the most where there are too many."""
    if across == "hour":
        return [str(hour) for hour in range(24)]
    if across == "weekday":
        return [str(day) for day in range(1, 8)]
    return sorted(columns, key=lambda key: (-columns[key], key))[:MOST_COLUMNS]


def _names(what: str, keys: Sequence[str]) -> dict[str, str]:
    if what == "hour":  # there is little room above two dozen columns
        return {key: f"{int(key):02}" for key in keys}
    known = names_of(what, keys) if what not in ("hour", "weekday", "direction") else {}
    return {key: known[key][0] if key in known else fixed_label(what, key) or f"#{key}" for key in keys}


def _text(value: int | str, by: str) -> str:
    return str(value) if value or by == "hour" else ""


def _by(by: str) -> tuple[str, ...]:
    return (_BY.get(by, by),)


def _key(ask: Ask, one: TopicFigures | RegisteredFigures) -> str:
    return key_of(ask, one.begins, one.keys[0] if one.keys else 0)


def _add(lines: dict[str, dict[str, int]], key: str, figures: dict[str, int]) -> None:
    line = lines.setdefault(key, {})
    for name, value in figures.items():
        line[name] = line.get(name, 0) + value


def _topics(viewer: Viewer, ask: Ask, by: Sequence[Any], interval: Any = "") -> list[TopicFigures]:
    """Topics, as narrowed; registrations where neither asked by topic nor for some."""
    return topic_figures(viewer, by=by, topic_ids=ask.topic_ids, **_places(ask, interval))


def _all(viewer: Viewer, ask: Ask, by: Sequence[Any], interval: Any = None) -> list[TopicFigures]:
    """All registrations, whatever was ticked."""
    its = (ask.interval if ask.by == "time" else "") if interval is None else interval
    return topic_figures(viewer, by=by, **_places(ask, its))


def _registered(viewer: Viewer, ask: Ask, by: Sequence[Any]) -> list[RegisteredFigures]:
    return registered_figures(viewer, by=by, **_places(ask, ask.interval if ask.by == "time" else ""))


def _places(ask: Ask, interval: Any) -> dict[str, Any]:
    return {
        "begins_on": ask.begins_on, "ends_on": ask.ends_on, "zone": ask.zone, "interval": interval,
        "account_ids": ask.account_ids, "queue_ids": ask.queue_ids, "user_ids": ask.user_ids,
        "directions": ask.directions, "category_ids": ask.category_ids,
    }  # fmt: skip
