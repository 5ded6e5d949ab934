"""Wrong and missing registrations by agent, with the time before and the team beside it (REG-5). Each figure counts
rows of a list: `lists.registrations`, `findings.wrong_registrations` (state "counted") and `lists.missing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.calls.periods import Period, months_before
from callwright.kit.identity import uuid7_floor
from callwright.registration.asked import Asked
from callwright.registration.queries.findings import conditions_of
from callwright.registration.queries.lists import conditions, missing_sql, scope_of
from callwright.staff.queries.rights import Viewer

STEPS = {"week": 8, "month": 6}
"""How many weeks or months are shown; as many before them are compared."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one agent or the team, in a time."""

    registered: int = 0
    wrong: int = 0
    missing: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.registered + other.registered, self.wrong + other.wrong, self.missing + other.missing)

    @property
    def wrong_share(self) -> float | None:
        """Of what was registered; None where nothing was."""
        return self.wrong / self.registered if self.registered else None

    @property
    def missing_share(self) -> float | None:
        """Of what was or should have been registered; None where nothing was to be."""
        due = self.registered + self.missing
        return self.missing / due if due else None


@dataclass(frozen=True, slots=True)
class AgentQuality:
    """One agent (`agent_id` None: nobody known), or the team: the time that is shown, its steps in order, and the time
    before.
    """

    agent_id: int | None
    agent: str
    now: Figures
    before: Figures
    trend: tuple[Figures, ...]
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class QualityTable:
    """`days` are the first days of the steps; the last one ends with today."""

    rows: tuple[AgentQuality, ...]
    team: AgentQuality
    days: tuple[date, ...]
    first: date
    last: date


def days_of(step: str, today: date) -> list[date]:
    """The first days of all steps, those of the time before too."""
    n = 2 * STEPS[step]
    if step == "week":
        monday = today - timedelta(days=today.weekday())
        return [monday - timedelta(weeks=back) for back in range(n - 1, -1, -1)]
    first = today.replace(day=1)
    return [months_before(first, back) for back in range(n - 1, -1, -1)]


def quality_by_agent(viewer: Viewer, asked: Asked, *, step: str, now: datetime) -> QualityTable:
    """All agents of the accounts that the viewer sees who registered, or should have; four queries besides the rights.
    The time of `asked` does not count, its other criteria do.
    """
    zone = ZoneInfo(asked.zone)
    today = now.astimezone(zone).date()
    days = days_of(step, today)
    asked = replace(asked, period=Period.CUSTOM, first=days[0], last=today, state="counted", rule=())
    n = STEPS[step]
    bounds = [uuid7_floor(datetime.combine(day, time(), zone)) for day in days]
    found: dict[int, list[Figures]] = {}
    for name, statement, values in _statements(viewer, asked, now):
        with connection.cursor() as cursor:
            cursor.execute(statement, {**values, "bounds": bounds})
            for agent_id, bucket, count in cursor.fetchall():
                row = found.setdefault(agent_id, [Figures()] * len(days))
                row[bucket - 1] += Figures(**{name: count})
    names = _names(found)
    rows = [_row(id or None, names.get(id, ""), figures, n) for id, figures in found.items()]
    rows = [one for one in rows if one.now != Figures() or one.before != Figures()]
    rows.sort(key=lambda one: (-(one.now.wrong + one.now.missing), one.agent.casefold(), one.agent_id or 0))
    everything = [sum((row[i] for row in found.values()), Figures()) for i in range(len(days))]
    return QualityTable(tuple(rows), _row(None, "", everything, n, is_team=True), tuple(days[n:]), days[n], today)


def _row(id: int | None, name: str, figures: Sequence[Figures], n: int, *, is_team: bool = False) -> AgentQuality:
    before, shown = sum(figures[:n], Figures()), figures[n:]
    return AgentQuality(id, name, sum(shown, Figures()), before, tuple(shown), is_team)


def _statements(viewer: Viewer, asked: Asked, now: datetime) -> list[tuple[str, str, dict[str, Any]]]:
    scope = scope_of(viewer, asked.account)
    if scope.nothing:
        return []
    registered, values = conditions(scope, asked, now=now)
    wrong, wrong_values = conditions_of(scope, asked, now)
    missing, missing_values = missing_sql(scope, asked, now=now)
    parts = {
        "registered": ("coalesce(r.by_id, 0)", "r.id", "count(*)", "registration_registration r", registered, values),
        "wrong": (
            "coalesce(f.agent_id, 0)", "f.registration_id", "count(DISTINCT f.registration_id)",
            "registration_qualityfinding f", wrong, wrong_values,
        ),
        "missing": ("m.agent_id", "m.call_id", "count(*)", f"({missing}) m", ["true"], missing_values),
    }  # fmt: skip
    return [
        (name, f"SELECT {agent}, width_bucket({key}, %(bounds)s::uuid[]), {count} FROM {table}"  # noqa: S608 (fixed texts)
         f" WHERE {' AND '.join(where)} GROUP BY 1, 2", known)
        for name, (agent, key, count, table, where, known) in parts.items()
    ]  # fmt: skip


def _names(ids: Any) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM staff_user WHERE id = ANY(%s)", [sorted(ids)])
        return dict(cursor.fetchall())
