"""Carries an import out: batch after batch, each with its progress in one transaction, so that it can be taken up."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from callwright.calls.operations.ensure_partitions import ensure_partitions
from callwright.calls.operations.load_calls import Loaded, load_calls
from callwright.calls.operations.loadable import Loadable, months_of
from callwright.calls.operations.retell_known import Kind
from callwright.imports.models import Import, State
from callwright.imports.operations.hold_imports import hold_imports
from callwright.imports.operations.keep_parts import keep_parts, parts_for
from callwright.imports.operations.keep_touched import keep_bad, keep_touched
from callwright.imports.operations.load_or_refuse import load_or_refuse
from callwright.imports.operations.patience import Away, patiently, problem_of
from callwright.imports.operations.read_apart import batches_of
from callwright.imports.operations.start_import import forget_upload, stamp_of
from callwright.imports.operations.tell import tell_finished, tell_progress
from callwright.imports.queries.grounds import ground_of
from callwright.imports.reading.__main__ import Job
from callwright.imports.reading.found import Batch
from callwright.imports.reading.settings import Ground, settings_from
from callwright.imports.reading.text import Unreadable
from callwright.staff.operations.record_audit import record_audit
from callwright.telephony.queries.pbxs import PbxFacts, pbxs_by_slug
from callwright.telephony.queries.queues import last_queue

log = logging.getLogger("callwright.imports")

SILENT_AFTER = timedelta(seconds=60)
"""Whoever works on an import is heard of more often than this."""

Progress = Callable[[Import], None]


class Superseded(Exception):
    """Somebody else works on this import, or it was cancelled."""


def run_import(import_id: UUID, *, progress: Progress | None = None) -> Import:
    """Works until the import is finished, failed or cancelled, and returns it. Run again after a crash, it goes on
    where the last batch ended. Waits for a database that is gone; raises Away when that takes too long: it is taken up
    again when the database is back. Whatever else goes wrong ends the import as failed.
    """
    row = _begin(import_id)
    if row is None:
        return Import.objects.get(pk=import_id)
    try:
        _work(row, progress)
    except Superseded:
        pass
    except Away:
        raise
    except Exception as error:  # an import that fails must end: queued again, it would fail for ever
        if not isinstance(error, Unreadable):
            log.exception("The import %s cannot go on", import_id)
        reason, detail = problem_of(error)
        patiently(lambda: _end(import_id, State.FAILED, reason, detail))
    return Import.objects.get(pk=import_id)


@transaction.atomic
def _begin(import_id: UUID) -> Import | None:
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state not in (State.WAITING, State.RUNNING):
        return None
    now = timezone.now()
    row.state, row.started_at, row.beat_at = State.RUNNING, row.started_at or now, now
    if row.first_queue is None:
        row.first_queue = last_queue() + 1
    if row.origin == Import.Origin.TABLE:  # its rows have no lasting numbers: rows may have come between them
        row.seen, row.held = 0, []
    row.save(update_fields=["state", "started_at", "beat_at", "first_queue", "seen", "held"])
    tell_progress(row, now=now)
    return row


def _ground(row: Import) -> Ground:
    """Raises Unreadable where the PBX is gone or the file is not the one that was looked at."""
    try:
        ground = ground_of(row.pbx_id or 0)
    except LookupError as error:
        raise Unreadable("no_pbx") from error
    if row.stamp and stamp_of(Path(row.path)) != row.stamp:
        raise Unreadable("file_changed" if Path(row.path).exists() else "not_there")
    return ground


def _work(row: Import, progress: Progress | None) -> None:
    ground, settings = _ground(row), settings_from(row.settings)
    pbx = pbxs_by_slug([ground.slug])[ground.slug]
    kind: Kind = "cel" if settings.shape == "cel" else "cdr" if settings.shape in ("cdr", "freepbx") else "csv"
    import_id = row.pk
    parts = parts_for(row, settings)
    job = Job(path=row.path, settings=settings, ground=ground, seen=row.seen, held=row.held, parts=parts)
    seen, since = row.seen, time.monotonic()
    reading = batches_of(job)
    try:
        for batch in reading:
            spent, since = time.monotonic() - since, time.monotonic()
            expected, seen = seen, batch.seen

            calls = [
                Loadable(call.facts, call.view, call.keys, call.extension, call.row, call.legs, call.whole)
                for call in batch.calls
            ]

            def load(
                batch: Batch = batch, calls: list[Loadable] = calls, expected: int = expected, spent: float = spent
            ) -> Import:
                ensure_partitions(months_of(calls))  # each in a short transaction of its own
                with connection.wrap_database_errors:
                    return _load(import_id, batch, calls, pbx, kind, expected=expected, spent=spent)

            row = patiently(load)
            if progress is not None:
                progress(row)
            if row.state == State.CANCELLED:
                return
    finally:
        reading.close()  # type: ignore[attr-defined]


@transaction.atomic
def _load(
    import_id: UUID, batch: Batch, calls: list[Loadable], pbx: PbxFacts, kind: Kind, *, expected: int, spent: float
) -> Import:
    now = timezone.now()
    hold_imports()
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != State.RUNNING or row.seen != expected:
        raise Superseded
    if row.cancel_asked:
        return _finish(row, State.CANCELLED, now)
    began = time.monotonic()
    account_id, numbers = row.account_id, batch.numbers
    loaded, refused = load_or_refuse(
        batch.calls,
        calls,
        lambda some: load_calls(some, pbx=pbx, kind=kind, account_id=account_id, now=now, numbers=numbers),
    )
    bad = keep_bad(row.pk, [*batch.bad, *refused])
    keep_touched(row.pk, loaded, now=now)
    keep_parts(row, batch, now=now)
    _count(row, batch, loaded, bad)
    row.beat_at = now
    row.worked_s += max(spent, time.monotonic() - began)
    if batch.last:
        return _finish(row, State.FINISHED, now)
    row.save()
    tell_progress(row, now=now)
    return row


def _count(row: Import, batch: Batch, loaded: Loaded, bad: int) -> None:
    row.seen, row.held = batch.seen, batch.held
    row.bytes_read = row.bytes_total if batch.last else min(batch.position, row.bytes_total)
    row.lines += batch.lines
    row.doubled += batch.doubled
    row.bad += bad
    row.added += len(loaded.added)
    row.merged += len(loaded.merged)
    row.unchanged += loaded.unchanged


@transaction.atomic
def _end(import_id: UUID, state: State, problem: str, detail: str) -> None:
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state == State.RUNNING:
        row.problem, row.detail = problem, detail[:400]
        _finish(row, state, timezone.now())


def _finish(row: Import, state: State, now: datetime) -> Import:
    is_again = row.table_id is not None and row.finished_at is not None and state == State.FINISHED
    row.state, row.finished_at, row.cancel_asked = state, now, False
    if state == State.FINISHED:
        forget_upload(row)
    row.save()
    if is_again:  # of a watched table, every few minutes
        tell_progress(row, now=now)
        return row
    if state != State.CANCELLED:  # whoever stopped it stands in the audit log since then
        counts = {"file": row.name, "added": row.added, "merged": row.merged, "bad": row.bad}
        action = "import_finished" if state == State.FINISHED else "import_failed"
        record_audit(action=action, subject=f"import:{row.pk}", by=row.by_id, detail=counts, now=now)
    tell_progress(row, now=now)
    tell_finished(row, now=now)
    return row


def left_behind(now: datetime) -> Iterator[UUID]:
    """Imports that nobody works on although they should be: whoever did is dead."""
    rows = Import.objects.filter(state__in=[State.WAITING, State.RUNNING, State.UNDOING]).order_by("created_at")
    for row in rows:
        if row.beat_at is None or row.beat_at < now - SILENT_AFTER:
            yield row.pk
