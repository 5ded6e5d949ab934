"""An agent has read what a supervisor did."""

from datetime import datetime

from callwright.floor.models import Told


def read_told(*, user_id: int, told_id: int, now: datetime) -> None:
    """Their own alone; once."""
    Told.objects.filter(pk=told_id, user_id=user_id, read_at=None).update(read_at=now)
