"""Wrong and missing registrations by agent, with the time before and the team beside it (REG-5), from the sums of them.
Each figure counts rows of a list: `lists.registrations`, `findings.wrong_registrations` (state "counted") and
`lists.missing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.calls.periods import months_before
from callwright.registration.asked import Asked
from callwright.registration.queries.lists import Scope, scope_of
from callwright.registration.queries.quality_sums import QualityFigures, quality_figures
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


KNOWN = ("account", "agent", "queue", "direction")
"""The criteria that count here."""


def quality_by_agent(viewer: Viewer, asked: Asked, *, step: str, now: datetime) -> QualityTable:
    """All agents of the accounts that the viewer sees who registered, or should have; four queries besides the rights.
    Of the criteria of `asked` those that are `KNOWN` count.
    """
    today = now.astimezone(ZoneInfo(asked.zone)).date()
    days = days_of(step, today)
    places = {day: place for place, day in enumerate(days)}
    n = STEPS[step]
    found: dict[int, list[Figures]] = {}
    for one in _figures(viewer, asked, step, days[0], today):
        row = found.setdefault(int(one.keys[0]), [Figures()] * len(days))
        assert isinstance(one.begins, date)
        row[places[one.begins]] += Figures(one.registered, one.wrong, one.missing)
    names = _names(found)
    rows = [_row(id or None, names.get(id, ""), figures, n) for id, figures in found.items()]
    rows = [one for one in rows if one.now != Figures() or one.before != Figures()]
    rows.sort(key=lambda one: (-(one.now.wrong + one.now.missing), one.agent.casefold(), one.agent_id or 0))
    everything = [sum((row[i] for row in found.values()), Figures()) for i in range(len(days))]
    return QualityTable(tuple(rows), _row(None, "", everything, n, is_team=True), tuple(days[n:]), days[n], today)


def _figures(viewer: Viewer, asked: Asked, step: str, first: date, last: date) -> list[QualityFigures]:
    scope = scope_of(viewer, asked.account)
    agents = set(asked.agent) if scope.only is None else {scope.only} & set(asked.agent or (scope.only,))
    if scope.nothing or (scope.only is not None and not agents):
        return []
    return quality_figures(
        accounts=None if _is_all(scope) else scope.accounts, begins_on=first, ends_on=last, zone=asked.zone,
        interval="week" if step == "week" else "month", by=("agent",), agent_ids=sorted(agents), queue_ids=asked.queue,
        directions=asked.direction,
    )  # fmt: skip


def _is_all(scope: Scope) -> bool:
    """Who is given each account by name sees as much as who sees all, and days are added up of all together alone."""
    if scope.accounts is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM accounts_account WHERE id <> ALL(%s))", [sorted(scope.accounts)])
        return not cursor.fetchone()[0]


def _row(id: int | None, name: str, figures: Sequence[Figures], n: int, *, is_team: bool = False) -> AgentQuality:
    before, shown = sum(figures[:n], Figures()), figures[n:]
    return AgentQuality(id, name, sum(shown, Figures()), before, tuple(shown), is_team)


def _names(ids: Any) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM staff_user WHERE id = ANY(%s)", [sorted(ids)])
        return dict(cursor.fetchall())
