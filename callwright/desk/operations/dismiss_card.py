"""Puts a card away, and takes it back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from callwright.desk.models import Dismissal
from callwright.live.operations.publish import Change, publish

_KEPT = timedelta(days=1)


@transaction.atomic
def dismiss_card(*, user_id: int, call_id: UUID, now: datetime, by_itself: bool = False) -> None:
    """The employee is done with the card of this call: it closes in all their tabs. `by_itself`: wrap-up is over, and
    a tab in which they still write something keeps it.
    """
    Dismissal.objects.filter(at__lt=now - _KEPT, user_id=user_id).delete()
    Dismissal.objects.bulk_create(
        [Dismissal(user_id=user_id, call_id=call_id, at=now)],
        update_conflicts=True, unique_fields=["user", "call_id"], update_fields=["at"],
    )  # fmt: skip
    data = {"by_itself": True} if by_itself else {}
    publish([Change(f"desk:{user_id}", "dismissed", str(call_id), data=data)], now=now)


@transaction.atomic
def restore_card(*, user_id: int, call_id: UUID, now: datetime) -> None:
    """The card comes back, in all tabs."""
    Dismissal.objects.filter(user_id=user_id, call_id=call_id).delete()
    publish([Change(f"desk:{user_id}", "restored", str(call_id))], now=now)
