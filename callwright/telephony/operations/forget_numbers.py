"""Takes numbers out of orders to the PBX that are over (CALL-16)."""

from collections.abc import Collection

from django.db.models import Q

from callwright.telephony.models import Command


def forget_numbers(*, account_id: int, numbers: Collection[str]) -> int:
    """Empties the finished orders of an account that name one of the numbers; returns how many."""
    named = Q(pk__in=[])
    for number in numbers:
        named |= Q(arguments__icontains=number) | Q(detail__icontains=number)
    over = Command.objects.filter(account_id=account_id).exclude(state=Command.State.WAITING)
    return over.filter(named).update(arguments={}, detail="")
