"""Background work of imports: each runs as a job; what a dead worker left is taken up again."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.imports.models import Import, State
from callwright.imports.operations.enqueue import enqueue
from callwright.imports.operations.run_import import left_behind, run_import
from callwright.imports.operations.undo_import import run_undo
from callwright.imports.operations.watch_folders import watch_folders


@app.task(name="imports.work", pass_context=False)
def work(import_id: str) -> None:
    state = Import.objects.filter(pk=UUID(import_id)).values_list("state", flat=True).first()
    if state == State.UNDOING:
        run_undo(UUID(import_id))
    elif state is not None:
        run_import(UUID(import_id))


def look_after(now: datetime) -> None:
    """Every few seconds: watched folders, and imports that nobody works on."""
    watch_folders(now)
    for import_id in left_behind(now):
        enqueue(import_id, timezone.now())
