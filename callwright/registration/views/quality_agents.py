"""Wrong and missing registrations by agent, with trend and difference to the team (REG-5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from callwright.calls.queries.patience import SearchTooLong, patience
from callwright.kit.access import requires
from callwright.kit.templatetags.kit import viewer_locale, written_day
from callwright.registration.asked import Asked
from callwright.registration.queries.behind import is_behind
from callwright.registration.queries.quality_agents import (
    KNOWN,
    STEPS,
    AgentQuality,
    Figures,
    QualityTable,
    quality_by_agent,
)
from callwright.registration.views.asked import around, asked_in, user_of

_HEIGHT, _STEP, _BAR = 24, 9, 7
"""Of the small charts, in their own units."""


@requires("see_quality")
@require_GET
def agents(request: HttpRequest) -> HttpResponse:
    """One row for each agent, the team last; the part with the figures comes by itself once the page is there."""
    asked, step = asked_in(request).only(KNOWN), request.GET.get("step", "")
    step = step if step in STEPS else "week"
    page: dict[str, Any] = {**around(request, asked), "step": step, "tab": "agents"}
    if request.GET.get("part") != "table":
        return render(request, "registration/quality_agents.html", page)
    user, now = user_of(request), timezone.now()
    try:
        with patience():
            table = quality_by_agent(user, asked, step=step, now=now)
    except SearchTooLong:
        return render(request, "registration/quality_table.html", {"too_long": True})
    shown = {**_shown(table, asked), "is_behind": is_behind(user, asked.account, now=now)}
    return render(request, "registration/quality_table.html", shown)


def _shown(table: QualityTable, asked: Asked) -> dict[str, Any]:
    peak = max([_faults(one) for row in table.rows for one in row.trend], default=0)
    team = _row(table.team, table, asked, max([_faults(one) for one in table.team.trend], default=0))
    return {
        "rows": [_row(one, table, asked, peak) for one in table.rows], "team": team, "days": table.days,
        "first": written_day(table.first), "last": written_day(table.last),
        "steps": [
            (written_day(day), figures, _links(None, asked, day, _last(table, index)))
            for index, (day, figures) in enumerate(zip(table.days, table.team.trend, strict=True))
        ],
    }  # fmt: skip


def _last(table: QualityTable, index: int) -> date:
    following = table.days[index + 1] if index + 1 < len(table.days) else None
    return following - timedelta(days=1) if following else table.last


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a small chart, in its own units: what is wrong stands on what is missing."""

    x: int
    wrong_y: float
    wrong: float
    missing_y: float
    missing: float
    words: str


def _faults(one: Figures) -> int:
    return one.wrong + one.missing


def _row(row: AgentQuality, table: QualityTable, asked: Asked, peak: int) -> dict[str, Any]:
    bars = []
    for index, one in enumerate(row.trend):
        missing, wrong = (_HEIGHT * value / peak if peak else 0 for value in (one.missing, one.wrong))
        bars.append(
            Bar(index * _STEP, round(_HEIGHT - missing - wrong, 2), round(wrong, 2), round(_HEIGHT - missing, 2),
                round(missing, 2), f"{written_day(table.days[index])}: {one.wrong} + {one.missing}")
        )  # fmt: skip
    return {
        "row": row, "bars": bars, "width": len(bars) * _STEP, "height": _HEIGHT, "bar": _BAR,
        "links": _links(row, asked, table.first, table.last),
        "wrong": _share(row.now.wrong_share, row.before.wrong_share, table.team.now.wrong_share),
        "missing": _share(row.now.missing_share, row.before.missing_share, table.team.now.missing_share),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """In percent; `change` since the time before and `to_team` in percentage points, None where there is nothing to
    compare.
    """

    percent: float | None
    change: float | None
    to_team: float | None

    @property
    def percent_text(self) -> str:
        """With one decimal place, as the differences have it."""
        return "" if self.percent is None else _decimal(self.percent)

    @property
    def worse(self) -> bool:
        return (self.change or 0) > 0

    @property
    def better(self) -> bool:
        return (self.change or 0) < 0

    @property
    def change_text(self) -> str:
        return _signed(self.change)

    @property
    def to_team_text(self) -> str:
        return _signed(self.to_team)


def _signed(value: float | None) -> str:
    """With its sign, by the viewer's locale."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + _decimal(abs(value))


def _decimal(value: float) -> str:
    return str(format_decimal(value, format="#,##0.0", locale=viewer_locale()))


def _share(now: float | None, before: float | None, team: float | None) -> Share:
    percent = None if now is None else round(now * 100, 1)
    return Share(
        percent,
        None if now is None or before is None else round((now - before) * 100, 1) + 0.0,  # no minus before a nought
        None if now is None or team is None else round((now - team) * 100, 1) + 0.0,
    )


def _links(row: AgentQuality | None, asked: Asked, first: date, last: date) -> dict[str, str]:
    """To the rows behind the figures."""
    pairs: list[tuple[str, str]] = [("from", first.isoformat()), ("until", last.isoformat()), ("zone", asked.zone)]
    for name in ("account", "queue", "direction"):
        pairs += [(name, str(one)) for one in getattr(asked, name)]
    if row is not None and not row.is_team:
        pairs.append(("agent", str(row.agent_id or 0)))
    query = urlencode(pairs)
    return {
        "registered": f"{reverse('registration:list')}?ticked=1&{query}",
        "missing": f"{reverse('registration:missing')}?{query}",
        "wrong": f"{reverse('registration:findings')}?state=counted&{query}",
    }  # fmt: skip
