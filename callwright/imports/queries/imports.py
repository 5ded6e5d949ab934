"""Imports as the screens show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from callwright.imports.models import BadLine, Import, PartLine, State, Touched, WatchedFolder, WatchedTable
from callwright.imports.queries.wording import kept_in_words, problem_in_words, reason_in_words, shape_in_words
from callwright.imports.reading.returned import head_of, line_with_reason
from callwright.imports.reading.settings import settings_from
from callwright.staff.queries.rights import Viewer, may, sees_all_accounts

LIST_LENGTH = 100
_BAD_SHOWN = 20
_TONES = {"finished": "green", "failed": "red", "cancelled": "orange", "running": "blue", "undoing": "blue"}
_RUNNING = {State.WAITING, State.RUNNING, State.UNDOING}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`share` is the part of the file that was read, 0 to 100; `left_s` how many seconds it will still take."""

    id: UUID
    name: str
    origin: str
    shape: str
    pbx: str
    account: str
    by: str
    state: str
    state_label: str
    tone: str
    problem: str
    detail: str
    is_running: bool
    is_stopping: bool
    lines: int
    bad: int
    added: int
    merged: int
    unchanged: int
    doubled: int
    kept: int
    zone: str
    share: int
    rate: int
    left_s: int | None
    worked_s: int
    created_at: Any
    finished_at: Any
    can_undo: bool


def visible_imports(viewer: Viewer) -> QuerySet[Import]:
    """Who sees all accounts sees all imports, everybody else their own."""
    if not may(viewer, "import_calls"):
        return Import.objects.none()
    found = Import.objects.select_related("pbx", "account", "by").order_by("-created_at", "-pk")
    return found if sees_all_accounts(viewer) else found.filter(by_id=viewer.pk)


def import_rows(viewer: Viewer) -> list[ImportRow]:
    """The newest ones."""
    return [import_row(row) for row in visible_imports(viewer)[:LIST_LENGTH]]


def import_row(row: Import) -> ImportRow:
    settings = row.settings or {}
    return ImportRow(
        id=row.pk,
        name=row.name,
        origin=row.get_origin_display(),
        shape=shape_in_words(settings.get("shape", "free")) if settings else "",
        pbx=row.pbx.name if row.pbx else "",
        account=row.account.name if row.account else "",
        by=row.by.name if row.by else "",
        state=row.state,
        state_label=row.get_state_display(),
        tone=_TONES.get(row.state, "neutral"),
        problem=problem_in_words(row.problem) if row.problem else "",
        detail=row.detail,
        is_running=row.state in _RUNNING,
        is_stopping=row.cancel_asked,
        lines=row.lines,
        bad=row.bad,
        added=row.added,
        merged=row.merged,
        unchanged=row.unchanged,
        doubled=row.doubled,
        kept=row.kept,
        zone=settings.get("zone", "UTC"),
        share=100 * row.bytes_read // row.bytes_total if row.bytes_total else 0,
        rate=int(row.lines / row.worked_s) if row.worked_s else 0,
        left_s=_left(row),
        worked_s=int(row.worked_s),
        created_at=row.created_at,
        finished_at=row.finished_at,
        can_undo=can_undo(row) and bool(row.added + row.merged),
    )


def can_undo(row: Import) -> bool:
    """Whether an import is over and there may be something of it to take back."""
    return row.state in (State.FINISHED, State.CANCELLED, State.FAILED) or (row.state == State.UNDONE and row.kept > 0)


def can_go_on(row: Import) -> bool:
    """Whether a stopped import could: its file is still there, or it is of a table."""
    if row.state not in (State.CANCELLED, State.FAILED):
        return False
    return bool(row.path and Path(row.path).exists()) or row.origin == Import.Origin.TABLE


def waiting_lines(import_id: UUID) -> int:
    """How many of its lines wait for the rest of their call in another file."""
    return PartLine.objects.filter(of_id=import_id, used_by=None).exclude(reason="").count()


def _left(row: Import) -> int | None:
    if row.state != State.RUNNING or not row.bytes_read or not row.bytes_total:
        return None
    return int(timedelta(seconds=row.worked_s * (row.bytes_total - row.bytes_read) / row.bytes_read).total_seconds())


@dataclass(frozen=True, slots=True)
class BadShown:
    line: int
    reason: str
    raw: str


def bad_lines(import_id: UUID) -> list[BadShown]:
    """The first ones."""
    rows = BadLine.objects.filter(of_id=import_id).order_by("line")[:_BAD_SHOWN]
    return [BadShown(row.line, reason_in_words(row.reason, row.column, row.value), row.raw[:300]) for row in rows]


def bad_file(row: Import) -> Iterator[str]:
    """The lines that could not be read, as they stood in the file, each with the reason as one column more."""
    settings = settings_from(row.settings or {})
    yield "\ufeff" + head_of(settings)  # the mark by which a spreadsheet knows the character set
    for bad in BadLine.objects.filter(of=row).exclude(raw="").order_by("line").iterator(2_000):
        reason = reason_in_words(bad.reason, bad.column, bad.value)
        yield line_with_reason(bad.raw, bad.line, reason, settings)


@dataclass(frozen=True, slots=True)
class KeptShown:
    call_id: UUID
    reason: str


def kept_calls(import_id: UUID) -> list[KeptShown]:
    """Calls that an undo left, and why; the first ones."""
    rows = Touched.objects.filter(of_id=import_id).exclude(kept="").order_by("pk")[:200]
    return [KeptShown(row.call_id, kept_in_words(row.kept)) for row in rows]


def folders() -> list[WatchedFolder]:
    return list(WatchedFolder.objects.select_related("pbx", "account"))


@dataclass(frozen=True, slots=True)
class TableShown:
    """A watched table; `problem` in words, and `last` the import of its newest rows."""

    id: int
    pbx: str
    shape: str
    account: str
    enabled: bool
    every_minutes: int
    looked_at: Any
    problem: str
    detail: str
    last: UUID | None


def tables() -> list[TableShown]:
    """The watched tables."""
    rows = WatchedTable.objects.select_related("pbx", "account")
    last = dict(Import.objects.exclude(table=None).order_by("created_at").values_list("table_id", "id"))
    return [
        TableShown(
            id=row.pk,
            pbx=row.pbx.name,
            shape=row.get_shape_display(),
            account=row.account.name if row.account else "",
            enabled=row.enabled,
            every_minutes=row.every_minutes,
            looked_at=row.looked_at,
            problem=problem_in_words(row.problem) if row.problem else "",
            detail=row.detail,
            last=last.get(row.pk),
        )
        for row in rows
    ]
