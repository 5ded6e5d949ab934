"""What a user does with notifications: reads them, and chooses which ones to get."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.messaging.models import EventChoice, Notification


@transaction.atomic
def mark_read(*, user_id: int, notification_id: UUID, read: bool = True, now: datetime) -> None:
    """One of the user's own; one of somebody else's stays as it is."""
    mine = Notification.objects.filter(user_id=user_id, pk=notification_id, read_at__isnull=read)
    if mine.update(read_at=now if read else None):
        _tell(user_id, str(notification_id), now)


@transaction.atomic
def mark_all_read(*, user_id: int, now: datetime) -> int:
    """All that the user has; returns how many were unread."""
    count = Notification.objects.filter(user_id=user_id, read_at=None).update(read_at=now)
    if count:
        _tell(user_id, "", now)
    return count


def _tell(user_id: int, key: str, now: datetime) -> None:
    publish([Change(f"notifications:{user_id}", "read", key)], now=now)


@transaction.atomic
def save_choices(*, user_id: int, choices: Mapping[str, tuple[bool, bool]]) -> None:
    """For each event: whether in the app and whether by mail."""
    rows = [
        EventChoice(user_id=user_id, event=event, in_app=in_app, by_mail=by_mail)
        for event, (in_app, by_mail) in choices.items()
    ]
    EventChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "event"], update_fields=["in_app", "by_mail"]
    )
