"""Takes an import back: its calls go, what it changed is as before; what people added to since stays and is listed."""

import time
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.calls.queries.in_use import queues_with_calls
from callwright.imports.models import Import, State, Touched
from callwright.imports.operations.hold_imports import hold_imports
from callwright.imports.operations.keep_parts import forget_parts_of
from callwright.imports.operations.patience import patiently
from callwright.imports.operations.start_import import NotNow, forget_upload
from callwright.imports.operations.take_back import take_back, with_their_calls
from callwright.imports.operations.tell import tell_progress
from callwright.imports.queries.imports import can_undo
from callwright.kit.identity import time_of
from callwright.staff.operations.record_audit import record_audit
from callwright.telephony.operations.remove_queues import remove_queues
from callwright.telephony.queries.queues import untouched_queues

BATCH = 1_000


@transaction.atomic
def begin_undo(*, import_id: UUID, by: int, now: datetime) -> None:
    """Raises NotNow for an import that still runs or that has nothing to undo. One of which calls stayed can be undone
    once more.
    """
    row = Import.objects.select_for_update().get(pk=import_id)
    if not can_undo(row):
        raise NotNow
    row.state, row.kept, row.beat_at = State.UNDOING, 0, None
    row.save(update_fields=["state", "kept", "beat_at"])
    Touched.objects.filter(of=row).exclude(kept="").update(kept="")
    record_audit(action="import_undone", subject=f"import:{row.pk}", by=by, detail={"file": row.name}, now=now)
    tell_progress(row, now=now)


def run_undo(import_id: UUID) -> Import:
    """Works until the import is undone. Run again after a crash, it goes on. Waits for a database that is gone; raises
    Away when that takes too long.
    """
    for only_parts in (True, False):  # calls that became part of others are decided together with those
        while patiently(partial(_undo_some, import_id, only_parts=only_parts)):
            time.sleep(0)
    return Import.objects.get(pk=import_id)


def _undo_some(import_id: UUID, *, only_parts: bool) -> bool:
    if only_parts:  # each in a short transaction of its own; of all others the month is there with the call
        ids = _parts(import_id).values_list("call_id", flat=True)
        ensure_partitions({month_of(time_of(id)) for id in ids})
    return _undo_batch(import_id, only_parts=only_parts, now=timezone.now())


def _parts(import_id: UUID) -> QuerySet[Touched]:
    return Touched.objects.filter(of_id=import_id, kept="", after__has_key="into")


@transaction.atomic
def _undo_batch(import_id: UUID, *, only_parts: bool, now: datetime) -> bool:
    hold_imports()
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != State.UNDOING:
        return False
    pending = _parts(import_id) if only_parts else Touched.objects.filter(of=row, kept="")
    some = list(pending.order_by("-pk")[:BATCH])
    if not some:
        if not only_parts:
            _end(row, now)
        return False
    kept = take_back(row, with_their_calls(row, some), now)
    row.kept, row.beat_at = row.kept + kept, now
    row.save(update_fields=["kept", "beat_at"])
    tell_progress(row, now=now)
    return True


def _end(row: Import, now: datetime) -> None:
    forget_parts_of(row)
    _remove_queues(row)
    row.state, row.finished_at = State.UNDONE, now
    forget_upload(row)
    row.save(update_fields=["state", "finished_at", "path"])
    tell_progress(row, now=now)


def _remove_queues(row: Import) -> None:
    """Queues of which this import was the first to speak, unless calls or people have them now."""
    if row.pbx_id is None or row.first_queue is None:
        return
    made = untouched_queues(pbx_id=row.pbx_id, first=row.first_queue)
    remove_queues(set(made) - queues_with_calls(made))
