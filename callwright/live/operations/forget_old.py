"""The log of changes is kept for as long as a lost connection may be away."""

from datetime import datetime, timedelta

from callwright.live.models import LiveEvent

KEPT = timedelta(hours=1)


def forget_old(*, now: datetime) -> int:
    """Deletes changes older than an hour; returns how many."""
    deleted, _ = LiveEvent.objects.filter(at__lt=now - KEPT).delete()
    return deleted
