"""The exports of a user, and who may make and fetch them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callwright.calls.models import Export
from callwright.calls.queries.visible import call_accounts
from callwright.staff.queries.rights import Viewer, may, viewer_of
from callwright.staff.rules import Right

SHOWN = 100


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as its person sees it; `size` in bytes."""

    id: UUID
    kind: str
    query: str
    format: str
    state: str
    problem: str
    rows_done: int
    rows_total: int | None
    size: int
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    cancel_asked: bool

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


RIGHTS: dict[str, Right] = {"calls": "export_calls", "person": "export_person"}


def exporter(user_id: int, kind: str = "calls") -> Viewer | None:
    """The user, if they may (still) export such things."""
    viewer = viewer_of(user_id)
    return viewer if viewer is not None and may(viewer, RIGHTS[kind]) else None


def exports_of(user_id: int) -> list[ExportRow]:
    """The user's exports, newest first."""
    found = Export.objects.filter(user_id=user_id).order_by("-asked_at", "-id")[:SHOWN]
    return [
        ExportRow(
            one.id, one.kind, one.query, one.shape.get("format", "zip"), one.state, one.problem, one.rows_done,
            one.rows_total, one.size, one.asked_at, one.finished_at, one.expires_at, one.cancel_asked,
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that may be fetched: the name it is kept under, its format, and when its data was read."""

    name: str
    kind: str
    format: str
    finished_at: datetime


def fetchable(viewer: Viewer, export_id: UUID, *, now: datetime) -> Fetched | None:
    """The file of an export of the viewer's own, while it is kept and holds nothing they may no longer see."""
    mine = Export.objects.filter(user_id=viewer.pk) if viewer.pk is not None else Export.objects.none()
    export = mine.filter(pk=export_id, state=Export.State.READY).first()
    if export is None or export.finished_at is None or (export.expires_at and export.expires_at <= now):
        return None
    if not may(viewer, RIGHTS[export.kind]) or not _sees(viewer, export.accounts):
        return None
    return Fetched(export.file, export.kind, export.shape.get("format", "zip"), export.finished_at)


def _sees(viewer: Viewer, accounts: Collection[int] | None) -> bool:
    allowed = call_accounts(viewer)
    return allowed is None or (accounts is not None and allowed.issuperset(accounts))
