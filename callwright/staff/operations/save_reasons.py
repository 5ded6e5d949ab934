"""The reasons for a pause, which each organisation words for itself."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from callwright.kit.texts import clean_line
from callwright.staff.models import PauseReason


class EmptyLabel(Exception):
    """A reason needs a word."""


@transaction.atomic
def add_reason(*, label: str) -> PauseReason:
    """Add a reason at the end of the list; its code, which the PBX sees, comes from the label. Raises EmptyLabel."""
    label = clean_line(label)[:80]
    if not label:
        raise EmptyLabel
    last = PauseReason.objects.aggregate(n=Max("position"))["n"] or 0
    wanted = slugify(label)[:34] or "reason"
    taken = set(PauseReason.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    code = next(c for c in [wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))] if c not in taken)
    return PauseReason.objects.create(code=code, label=label, position=last + 1)


@transaction.atomic
def change_reason(*, reason_id: int, label: str | None = None, retired: bool | None = None, up: bool = False) -> None:
    """Reword a reason, stop or start offering it, or move it one place up. Raises EmptyLabel."""
    reasons = list(PauseReason.objects.select_for_update().order_by("position", "label", "pk"))
    place = next((n for n, one in enumerate(reasons) if one.pk == reason_id), None)
    if place is None:
        return
    reason = reasons[place]
    if label is not None:
        reason.label = clean_line(label)[:80]
        if not reason.label:
            raise EmptyLabel
    if retired is not None:
        reason.retired = retired
    if up and place:
        reasons[place - 1 : place + 1] = [reason, reasons[place - 1]]
    for position, one in enumerate(reasons, start=1):
        one.position = position
    PauseReason.objects.bulk_update(reasons, ["label", "retired", "position"])
