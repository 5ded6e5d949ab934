"""Hands an import to a worker."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from callwright.imports.models import Import


def enqueue(import_id: UUID, now: datetime) -> None:
    """Has a worker take it up; once, however often it is asked for."""
    Import.objects.filter(pk=import_id).update(beat_at=now)
    try:
        with transaction.atomic():
            job = app.configure_task("imports.work", queueing_lock=f"import:{import_id}", lock=f"import:{import_id}")
            job.defer(import_id=str(import_id))
    except AlreadyEnqueued:
        return
