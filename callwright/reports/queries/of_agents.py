"""Reports of agents: how they spent their time, and the calls that they took."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from callwright.calls.queries.hours import call_figures
from callwright.reports.queries.names import names_of
from callwright.reports.queries.of_calls import ANSWERED, figures_of
from callwright.reports.queries.sides import key_of
from callwright.reports.report import Figured, Line
from callwright.reports.table import Ask, Column
from callwright.staff.queries.rights import Viewer
from callwright.staff.queries.times import times_and_pauses


def read_agents(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """State times until now, occupancy, pauses by reason, calls and talk; of all accounts that the viewer sees."""
    interval: Any = ask.interval if ask.by == "time" else ""
    by: Any = () if ask.by == "time" else ("agent" if ask.by == "user" else ask.by,)
    asked: dict[str, Any] = {
        "begins_on": ask.begins_on, "ends_on": ask.ends_on, "zone": ask.zone, "interval": interval, "by": by,
        "user_ids": ask.user_ids,
    }  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    reasons: set[int] = set()
    times, pauses = times_and_pauses(viewer, now=now, **asked)
    for one in times:
        _add(found, key_of(ask, ask.by, one), _with_sums(figures_of(one)))
    for pause in pauses:
        reasons.add(pause.reason_id)
        its = {f"pause_{pause.reason_id}_s": pause.paused_s, f"pauses_{pause.reason_id}": pause.pauses}
        _add(found, key_of(ask, ask.by, pause), {**its, "pauses": pause.pauses})
    for call in call_figures(viewer, directions=ask.directions, **asked):
        key = key_of(ask, ask.by, call)
        if key or call.answered:  # what nobody who is known answered has a row of its own, so that all add up
            _add(found, key, {"answered": call.answered, "talk_s": call.talk_s})
    return Figured([Line(key, figures) for key, figures in found.items()], columns=_columns(sorted(reasons)))


def _with_sums(figures: dict[str, int]) -> dict[str, int]:
    busy = figures["talking_s"] + figures["wrap_up_s"]
    return {**figures, "busy_s": busy, "available_s": busy + figures["ready_s"] + figures["ringing_s"]}


def _add(found: dict[str, dict[str, int]], key: str, figures: dict[str, int]) -> None:
    line = found.setdefault(key, {})
    for name, value in figures.items():
        line[name] = line.get(name, 0) + value


def _columns(reasons: list[int]) -> tuple[Column, ...]:
    names = names_of("pause", reasons)
    pauses = []
    for reason in reasons:
        name = names.get(str(reason), ("", ""))[0] or _("No reason")
        label = _("Pause: %(reason)s") % {"reason": name}
        pauses.append(Column(f"pause-{reason}", label, "seconds", f"pause_{reason}_s"))
        label = _("Number of pauses: %(reason)s") % {"reason": name}
        pauses.append(Column(f"pauses-{reason}", label, "count", f"pauses_{reason}"))
    return (
        Column("answered", _("Calls answered"), "count", "answered", calls=ANSWERED),
        Column("talk_mean", _("Average talk"), "seconds", "talk_s", "answered", calls=ANSWERED),
        Column("logged_in", _("Logged in"), "seconds", "logged_in_s"),
        Column("ready", _("Ready"), "seconds", "ready_s"),
        Column("talking", _("Talking"), "seconds", "talking_s"),
        Column("wrap_up", _("Wrap-up"), "seconds", "wrap_up_s"),
        Column("occupancy", _("Occupancy"), "share", "busy_s", "available_s"),
        Column("paused", _("Paused"), "seconds", "paused_s"),
        Column("pauses", _("Pauses"), "count", "pauses"),
        *pauses,
    )
