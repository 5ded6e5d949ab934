"""Orders to PBXs that are on their way."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from callwright.telephony.models import Command

# An order that was refused or lost is not repeated at once: the cause has hardly gone away.
_NOT_SOONER = timedelta(seconds=10)


def users_with_orders_under_way(user_ids: Iterable[int], *, verb: str, now: datetime) -> set[int]:
    """Those of the users for whom an order of this kind waits, is being carried out, or was given just now."""
    recent = Command.objects.filter(by_id__in=list(user_ids), verb=verb, created_at__gt=now - timedelta(minutes=5))
    rows = recent.values_list("by_id", "state", "created_at")
    under_way = (Command.State.WAITING, Command.State.SENT)
    return {
        user_id
        for user_id, state, created_at in rows
        if user_id is not None and (state in under_way or created_at > now - _NOT_SOONER)
    }
