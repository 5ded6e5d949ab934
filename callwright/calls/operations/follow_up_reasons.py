"""The list of reasons for which a missed call needs no call back, kept by supervisors."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from callwright.calls.models import FollowUpReason
from callwright.kit.texts import clean_line

LONGEST_NAME = 80


class ReasonRefused(Exception):
    """`reason`: empty, too_long, missing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_reason(*, reason_id: int | None, name: str) -> int:
    """Gives a reason other words, or makes a new one at the end of the list; returns its id. Raises ReasonRefused."""
    name = clean_line(name)
    if not name:
        raise ReasonRefused("empty")
    if len(name) > LONGEST_NAME:
        raise ReasonRefused("too_long")
    if reason_id is None:
        last = FollowUpReason.objects.aggregate(last=Max("position"))["last"]
        return FollowUpReason.objects.create(name=name, position=(last or 0) + 1).pk
    if not FollowUpReason.objects.filter(pk=reason_id).update(name=name):
        raise ReasonRefused("missing")
    return reason_id


def retire_reason(*, reason_id: int, retired: bool) -> None:
    """No longer offers a reason, or offers it again: calls closed with it keep it. Raises ReasonRefused."""
    if not FollowUpReason.objects.filter(pk=reason_id).update(retired=retired):
        raise ReasonRefused("missing")


@transaction.atomic
def order_reasons(ids: Sequence[int]) -> None:
    """Puts the reasons in this order; those that are not named stay where they are."""
    for position, reason_id in enumerate(ids):
        FollowUpReason.objects.filter(pk=reason_id).update(position=position)
