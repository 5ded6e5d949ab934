"""Categories of registration as supervisors set them up (REG-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from callwright.kit.texts import clean_line
from callwright.registration.models import Category
from callwright.registration.operations.refusals import LONGEST_NAME, Refused
from callwright.registration.rules import CHANNELS, DIRECTIONS
from callwright.staff.operations.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class CategoryWish:
    """What a category is to be; an empty limit means everywhere."""

    name: str
    several: bool = False
    directions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    account_ids: tuple[int, ...] = ()
    queue_ids: tuple[int, ...] = ()
    for_campaigns: bool = False

    def as_kept(self) -> dict[str, Any]:
        """With each limit in one order; all directions or channels are the same as no limit."""
        return {
            "name": clean_line(self.name),
            "several": self.several,
            "directions": _limit(self.directions, DIRECTIONS),
            "channels": _limit(self.channels, CHANNELS),
            "for_campaigns": self.for_campaigns,
        }


def _limit(chosen: Sequence[str], of: Sequence[str]) -> list[str]:
    kept = [one for one in of if one in chosen]
    return [] if len(kept) == len(of) else kept


@transaction.atomic
def save_category(*, category_id: int | None, wish: CategoryWish, by: int, now: datetime) -> int:
    """A new category at the end of the list, or one changed; returns its id. What was registered stays as it is.

    The caller has checked that the category, its accounts and its queues are the user's to set up. Raises Refused:
    no_name, name_too_long, missing.
    """
    kept = wish.as_kept()
    if not kept["name"]:
        raise Refused("no_name")
    if len(kept["name"]) > LONGEST_NAME:
        raise Refused("name_too_long")
    if category_id is None:
        last = Category.objects.aggregate(last=Max("position"))["last"]
        category = Category(position=0 if last is None else last + 1)
    else:
        found = Category.objects.select_for_update().filter(pk=category_id).first()
        if found is None:
            raise Refused("missing")
        category = found
    for name, value in kept.items():
        setattr(category, name, value)
    category.changed_at = now
    category.save()
    category.accounts.set(wish.account_ids)
    category.queues.set(wish.queue_ids)
    detail = {**kept, "accounts": sorted(wish.account_ids), "queues": sorted(wish.queue_ids)}
    action = "registration_category_added" if category_id is None else "registration_category_changed"
    record_audit(action=action, subject=f"registration_category:{category.pk}", by=by, detail=detail, now=now)
    return category.pk
