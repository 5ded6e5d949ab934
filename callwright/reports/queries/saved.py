"""Saved reports, schedules and their runs, as far as a viewer may see them."""

from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from callwright.reports.asked import Asked, Problem, parse_asked
from callwright.reports.lists import ListAsked, ListKind, list_asked, list_of
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.report import Report, report_of
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

SHOWN_RUNS = 100


def visible_saved(viewer: Viewer) -> QuerySet[SavedReport]:
    """The viewer's own and those that colleagues share, which the viewer sees with figures of their own accounts."""
    if viewer.pk is None or not may(viewer, "see_reports"):
        return SavedReport.objects.none()
    mine_or_shared = Q(owner_id=viewer.pk) | Q(is_shared=True, owner__is_active=True)
    return SavedReport.objects.filter(mine_or_shared, deleted_at=None)


@dataclass(frozen=True, slots=True)
class SavedRow:
    """`report` is None for a list, which is in `kept_list`, and for what this program no longer knows."""

    id: int
    name: str
    report: Report | None
    asked: Asked
    problems: tuple[Problem, ...]
    owner: str
    is_own: bool
    is_shared: bool
    schedules: int
    kept_list: tuple[ListKind, ListAsked] | None = None

    @property
    def is_known(self) -> bool:
        return self.report is not None or self.kept_list is not None


def saved_reports(viewer: Viewer) -> list[SavedRow]:
    """Own ones first, each by name; one query."""
    own_schedules = Count("schedules", filter=Q(schedules__owner_id=viewer.pk))
    found = visible_saved(viewer).select_related("owner").annotate(mine=own_schedules).order_by("name", "pk")
    return sorted((_row(one, viewer) for one in found), key=lambda row: not row.is_own)


def saved_report(viewer: Viewer, saved_id: int) -> SavedRow | None:
    """One that the viewer may see."""
    own_schedules = Count("schedules", filter=Q(schedules__owner_id=viewer.pk))
    found = visible_saved(viewer).select_related("owner").annotate(mine=own_schedules).filter(pk=saved_id).first()
    return _row(found, viewer) if found else None


def asked_of(saved: SavedReport) -> tuple[Report | None, Asked, tuple[Problem, ...]]:
    """What a saved report asks for."""
    report = report_of(saved.report)
    if report is None:
        return None, Asked(), ()
    return report, *parse_asked(parse_qs(saved.query), report.shape)


def _row(one: SavedReport, viewer: Viewer) -> SavedRow:
    report, asked, problems = asked_of(one)
    kind = list_of(one.report)
    return SavedRow(
        one.pk, one.name, report, asked, problems, one.owner.name, one.owner_id == viewer.pk, one.is_shared,
        getattr(one, "mine", 0), None if kind is None else (kind, list_asked(kind, one.query, zone="UTC")),
    )  # fmt: skip


def schedules_of(viewer: Viewer) -> list[Schedule]:
    """The viewer's own schedules, those that come first first; with their reports, also such as a colleague deleted."""
    found = _own_schedules(viewer)
    return list(found.order_by("-is_on", "next_at", "pk"))


def schedule_of(viewer: Viewer, schedule_id: int) -> Schedule | None:
    """One of the viewer's own."""
    return _own_schedules(viewer).filter(pk=schedule_id).first()


def _own_schedules(viewer: Viewer) -> QuerySet[Schedule]:
    # What viewers deleted themselves is away with the report; of what a colleague deleted they are to know.
    kept = Q(saved__deleted_at=None) | ~Q(saved__owner_id=viewer.pk)
    return Schedule.objects.filter(kept, owner_id=viewer.pk).select_related("saved")


@dataclass(frozen=True, slots=True)
class RunRow:
    """`state` is the run's own, or once it was handed over that of its mail (waiting, sent, failed …)."""

    run: Run
    state: str
    to: tuple[str, ...]


def runs_of(viewer: Viewer) -> list[RunRow]:
    """What the viewer's schedules did last, newest first; two queries."""
    found = Run.objects.filter(schedule__owner_id=viewer.pk).select_related("schedule", "schedule__saved")
    runs = list(found.order_by("-due_at", "-pk")[:SHOWN_RUNS])
    states = _mail_states([run.mail_id for run in runs if run.mail_id])
    return [RunRow(run, states.get(run.mail_id, run.state), tuple(run.schedule.addresses)) for run in runs]


def run_of(viewer: Viewer, run_id: int) -> Run | None:
    """One of the viewer's own, as long as its file is kept and holds nothing that they may no longer see."""
    found = Run.objects.filter(pk=run_id, schedule__owner_id=viewer.pk).exclude(file="")
    run = found.select_related("schedule", "schedule__saved").first()
    allowed = visible_account_ids(viewer)
    if run is None or allowed is None or (run.accounts is not None and allowed.issuperset(run.accounts)):
        return run
    return None


def _mail_states(ids: list[UUID]) -> dict[UUID | None, str]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, state FROM messaging_mail WHERE id = ANY(%s)", [ids])
        return {id: "queued" if state in ("waiting", "sending") else state for id, state in cursor.fetchall()}
