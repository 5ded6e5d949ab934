"""Background work of imports: each runs as a job; what a dead worker left is taken up again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.imports.models import Import, State
from callwright.imports.operations.enqueue import enqueue
from callwright.imports.operations.run_import import left_behind, run_import
from callwright.imports.operations.tidy import tidy
from callwright.imports.operations.undo_import import run_undo
from callwright.imports.operations.watch_folders import watch_folders
from callwright.imports.operations.watch_tables import watch_tables


@app.task(name="imports.work", pass_context=False)
def work(import_id: str) -> None:
    state = Import.objects.filter(pk=UUID(import_id)).values_list("state", flat=True).first()
    if state == State.UNDOING:
        run_undo(UUID(import_id))
    elif state is not None:
        run_import(UUID(import_id))


_TIDY_EVERY = timedelta(hours=1)
_tidied: list[datetime] = []


def look_after(now: datetime) -> None:
    """Every few seconds: watched folders and tables, and imports that nobody works on; now and then what is old."""
    watch_folders(now)
    for row in watch_tables(now):
        enqueue(row.pk, now)
    if not _tidied or _tidied[-1] < now - _TIDY_EVERY:
        _tidied[:] = [now]
        tidy(now)
    for import_id in left_behind(now):
        enqueue(import_id, timezone.now())
