"""Asks for exports, and makes them: small ones at once, large ones by the worker (CALL-13)."""

import errno
import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction
from django.utils.translation import override
from procrastinate.contrib.django import app
from psycopg.errors import DiskFull

from callwright.calls.export_shape import Shape, shape_of
from callwright.calls.models import Export
from callwright.calls.operations import export_storage as storage
from callwright.calls.operations.export_columns import fields_of, file_columns
from callwright.calls.operations.export_files import call_file
from callwright.calls.operations.export_person import PersonGone, write_person
from callwright.calls.operations.export_progress import Cancelled, Progress, announce_export, finish
from callwright.calls.queries.conditions import conditions_of
from callwright.calls.queries.export_names import Names
from callwright.calls.queries.export_rows import count_rows, one_snapshot, read_chunks, size_of
from callwright.calls.queries.exports import exporter
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import CRITERIA, Search, parse_search
from callwright.kit.identity import uuid7_now
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import Viewer

SMALL = 2_000
"""Calls that are exported while the person waits."""

MOST_AT_ONCE = 3
KEPT_DAYS = 7
_PERSONAL = ("number", "name", "text")  # criteria that would outlive the person in the audit log

log = logging.getLogger("callwright.exports")


class TooManyExports(Exception):
    """The user has `MOST_AT_ONCE` exports under way: one must end or be cancelled first."""


class StillBeingMade(Exception):
    """Another worker has the export in its hands."""


@transaction.atomic
def ask_export(*, viewer: Viewer, search: Search, shape: Shape, total: int | None, now: datetime) -> UUID:
    """An export of the search for the viewer; `total` is how many calls it finds, None when that is not known. Large
    ones are handed to the worker, small ones are to be made by `make_export`. Raises TooManyExports.
    """
    assert viewer.pk is not None
    _leave_room(viewer.pk)
    export = Export.objects.create(
        id=uuid7_now(now), user_id=viewer.pk, query=search.query, shape=shape.kept(), rows_total=total, asked_at=now,
    )  # fmt: skip
    if not is_small(total):
        app.configure_task("calls.make_export").defer(export_id=str(export.id))
    return export.id


@transaction.atomic
def ask_person_export(*, viewer: Viewer, account_id: int, contact_id: int, shape: Shape, now: datetime) -> UUID:
    """An export of everything about a contact that the viewer sees, made by the worker. Raises TooManyExports."""
    assert viewer.pk is not None
    _leave_room(viewer.pk)
    export = Export.objects.create(
        id=uuid7_now(now), user_id=viewer.pk, kind=Export.Kind.PERSON, subject_account_id=account_id,
        subject_id=contact_id, shape=shape.kept(), asked_at=now,
    )  # fmt: skip
    app.configure_task("calls.make_export").defer(export_id=str(export.id))
    return export.id


def _leave_room(user_id: int) -> None:
    under_way = Export.objects.filter(user_id=user_id, state__in=(Export.State.WAITING, Export.State.RUNNING))
    if under_way.count() >= MOST_AT_ONCE:
        raise TooManyExports


def is_small(total: int | None) -> bool:
    return total is not None and total <= SMALL


def make_export(export_id: UUID, *, clock: Callable[[], datetime], in_background: bool) -> str:
    """Makes the file of an export that waits, or that a worker who died had begun; returns the state it ends in.

    What the user may see is looked at now, not when it was asked for. Raises StillBeingMade.
    """
    export = Export.objects.filter(pk=export_id).first()
    if export is None or export.state not in (Export.State.WAITING, Export.State.RUNNING):
        return export.state if export else Export.State.CANCELLED
    viewer = exporter(export.user_id, export.kind)
    if viewer is None:
        return finish(export, Export.State.FAILED, clock(), problem="no_right", is_told=in_background)
    # In the background the calls are read on a connection of their own: progress must be seen meanwhile.
    reader: Any = connection.copy() if in_background else connection
    if reader is not connection:
        reader.inc_thread_sharing()  # another thread reads ahead
    try:
        return _made(export, viewer, reader, Progress(export, clock, is_told=in_background))
    finally:
        if reader is not connection:
            reader.close()


def _made(export: Export, viewer: Viewer, reader: Any, progress: Progress) -> str:
    path = storage.temporary_path(export.id, shape_of(export.shape).format)
    try:
        with one_snapshot(reader):
            _claim(reader, export.id)
            storage.remove_leftovers(export.id, but=path)
            progress.begin()
            if export.kind == Export.Kind.PERSON:
                rows = write_person(export, viewer, reader, path, progress)
            else:
                rows = _write(export, viewer, reader, path, progress)
        return _kept(export, viewer, path, rows, progress)
    except Cancelled:
        return finish(export, Export.State.CANCELLED, progress.clock())
    except PersonGone:
        return finish(export, Export.State.FAILED, progress.clock(), problem="person_gone", is_told=progress.is_told)
    except (OSError, DatabaseError) as error:
        if not _is_full(error):
            log.exception("Export %s could not be made", export.id)
        problem = "disk_full" if _is_full(error) else "error"
        return finish(export, Export.State.FAILED, progress.clock(), problem=problem, is_told=progress.is_told)
    finally:
        path.unlink(missing_ok=True)


def _claim(reader: Any, export_id: UUID) -> None:
    """One worker at a time; the claim of one that died ends with its connection."""
    with reader.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 31))", [str(export_id)])
        if cursor.fetchone() != (True,):
            raise StillBeingMade(export_id)


def _write(export: Export, viewer: Viewer, reader: Any, path: Path, progress: Progress) -> int:
    shape = shape_of(export.shape)
    search, _problems = parse_search(parse_qs(export.query))
    # A period such as "today" means what it meant when the export was asked for.
    conditions = conditions_of(viewer, search, zone=ZoneInfo(shape.zone), now=export.asked_at, country=shape.country)
    progress.expect(count_rows(reader, conditions) if progress.is_told else None)
    names, written = Names(reader), 0
    with override(shape.language):
        columns = file_columns(shape, names)
        file = call_file(path, shape, columns)
        try:
            read = read_chunks(reader, conditions, search, fields_of(columns), complete=names.with_contacts)
            with closing(read) as chunks:
                for chunk in chunks:
                    file.add(chunk)
                    written += size_of(chunk)
                    progress.reached(written)
            file.close()
        except BaseException:
            file.abandon()
            raise
    return written


def _kept(export: Export, viewer: Viewer, path: Path, rows: int, progress: Progress) -> str:
    """Puts the finished file in its place, and only then says that it is there."""
    allowed, now = call_accounts(viewer), progress.clock()
    size = path.stat().st_size
    kept = storage.keep(path, export.id, shape_of(export.shape).format)
    with transaction.atomic():
        mine = Export.objects.select_for_update().get(pk=export.pk)
        if mine.cancel_asked:
            storage.remove(kept)
            return finish(mine, Export.State.CANCELLED, now)
        mine.file, mine.size, mine.rows_done, mine.rows_total = kept, size, rows, rows
        mine.accounts = None if allowed is None else sorted(allowed)
        mine.expires_at = now + timedelta(days=KEPT_DAYS)
        _record(mine, rows, now)
        return finish(mine, Export.State.READY, now, is_told=progress.is_told)


def _record(export: Export, rows: int, now: datetime) -> None:
    if export.kind == Export.Kind.PERSON:
        record_audit(
            action="person_exported", subject=f"contact:{export.subject_id}", by=export.user_id,
            account_id=export.subject_account_id, detail={"calls": rows}, now=now,
        )  # fmt: skip
        return
    search, _problems = parse_search(parse_qs(export.query))
    record_audit(
        action="calls_exported", subject=f"export:{export.pk}", by=export.user_id, account_id=search.account,
        detail={"rows": rows, "format": export.shape["format"], "search": search_for_audit(search)}, now=now,
    )  # fmt: skip


def search_for_audit(search: Search) -> str:
    """The search as an address, without what names a person: the log is kept when they are erased."""
    pairs = [(name, "…" if name in _PERSONAL else value) for name, value in search.pairs()]
    return "&".join(f"{name}={value}" for name, value in pairs)


def cancel_export(*, user_id: int, export_id: UUID, now: datetime) -> bool:
    """Ends an export of the user's that is under way; False when there was nothing to end."""
    with transaction.atomic():
        export = Export.objects.select_for_update().filter(pk=export_id, user_id=user_id).first()
        if export is None or export.state not in (Export.State.WAITING, Export.State.RUNNING):
            return False
        export.cancel_asked = True
        export.save(update_fields=["cancel_asked"])
        if export.state == Export.State.WAITING:
            finish(export, Export.State.CANCELLED, now)
        else:
            announce_export(export, now)
    return True


def _is_full(error: BaseException) -> bool:
    number = getattr(error, "errno", None)
    return number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or isinstance(error.__cause__, DiskFull)


assert set(_PERSONAL) <= set(CRITERIA)
