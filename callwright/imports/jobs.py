"""Background work of imports: each runs as a job; what a dead worker left is taken up again."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.imports.models import Import, State
from callwright.imports.operations.enqueue import enqueue
from callwright.imports.operations.run_import import left_behind, run_import
from callwright.imports.operations.undo_import import run_undo
from callwright.imports.operations.watch_tables import watch_tables


@app.task(name="imports.work", pass_context=False)
def work(import_id: str) -> None:
    state = Import.objects.filter(pk=UUID(import_id)).values_list("state", flat=True).first()
    if state == State.UNDOING:
        run_undo(UUID(import_id))
    elif state is not None:
        run_import(UUID(import_id))


def take_up(now: datetime) -> None:
    """Imports that nobody works on although somebody should: new ones of watched folders, and those of dead workers."""
    for import_id in left_behind(now):
        enqueue(import_id, timezone.now())


def look_into_tables(now: datetime) -> None:
    """Watched record tables. The databases of PBXs may take their time, so nothing else waits for them."""
    for row in watch_tables(now):
        enqueue(row.pk, now)
