"""Takes an import back: its calls go, what it changed is as before; what people added to since stays and is listed."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from callwright.calls.operations.unload_calls import Reason, Retold, put_back_calls, unload_calls
from callwright.calls.queries.in_use import queues_with_calls
from callwright.imports.models import Import, State, Touched
from callwright.imports.operations.keep_parts import forget_parts_of
from callwright.imports.operations.start_import import NotNow
from callwright.imports.operations.tell import tell_progress
from callwright.imports.queries.imports import can_undo
from callwright.staff.operations.record_audit import record_audit
from callwright.telephony.operations.remove_queues import remove_queues, untouched_queues

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
    """Works until the import is undone. Run again after a crash, it goes on."""
    while _undo_some(import_id, now=timezone.now()):
        time.sleep(0)
    return Import.objects.get(pk=import_id)


@transaction.atomic
def _undo_some(import_id: UUID, *, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('imports'))")
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != State.UNDOING:
        return False
    some = list(Touched.objects.filter(of=row, kept="").order_by("-pk")[:BATCH])
    if not some:
        forget_parts_of(row)
        _remove_queues(row)
        row.state, row.finished_at = State.UNDONE, now
        row.save(update_fields=["state", "finished_at"])
        path = Path(row.path)
        if row.origin == Import.Origin.UPLOAD:
            transaction.on_commit(lambda: path.unlink(missing_ok=True))
        tell_progress(row, now=now)
        return False
    kept = _take_back(row, some, now)
    row.kept, row.beat_at = row.kept + kept, now
    row.save(update_fields=["kept", "beat_at"])
    tell_progress(row, now=now)
    return True


def _take_back(row: Import, some: Sequence[Touched], now: datetime) -> int:
    """Returns how many calls stay."""
    later = _touched_later(row, [one.call_id for one in some])
    reasons: dict[UUID, Reason] = dict.fromkeys(later, "later_import")
    free = [one for one in some if one.call_id not in later]
    added = [(one.account_id, one.call_id) for one in free if one.before is None]
    changed = [Retold(one.call_id, one.before, one.after) for one in free if one.before is not None]
    # a merged call is put back before the one that it became part of goes
    reasons |= put_back_calls(changed, now=now, made_since=row.started_at)
    reasons |= unload_calls(added, now=now, made_since=row.started_at)
    gone = [one.pk for one in some if one.call_id not in reasons]
    Touched.objects.filter(pk__in=gone).delete()
    for one in some:
        if one.call_id in reasons:
            one.kept = reasons[one.call_id]
    Touched.objects.bulk_update([one for one in some if one.kept], ["kept"])
    return len(reasons)


_LATER = """
    SELECT DISTINCT mine.call_id FROM imports_touched mine
    JOIN imports_touched other ON other.call_id = mine.call_id AND other.of_id <> mine.of_id
        AND coalesce(other.last_at, other.at) > mine.at
    JOIN imports_import i ON i.id = other.of_id AND i.state <> 'undone'
    WHERE mine.of_id = %s AND mine.call_id = ANY(%s)
"""


def _touched_later(row: Import, ids: list[UUID]) -> set[UUID]:
    """The calls to which another import has added since this one first touched them."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [row.pk, ids])
        return {id for (id,) in cursor.fetchall()}


def _remove_queues(row: Import) -> None:
    """Queues of which this import was the first to speak, unless calls or people have them now."""
    if row.pbx_id is None or row.first_queue is None:
        return
    made = untouched_queues(pbx_id=row.pbx_id, first=row.first_queue)
    remove_queues(set(made) - queues_with_calls(made))
