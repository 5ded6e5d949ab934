"""Categories of registration as supervisors set them up (REG-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from callwright.registration.models import Category
from callwright.registration.operations.change_offer import changing_offer, name_from
from callwright.registration.operations.refusals import Refused
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
        """With each limit in one order; all directions or channels are the same as no limit. Raises Refused."""
        return {
            "name": name_from(self.name),
            "several": self.several,
            "directions": _limit(self.directions, DIRECTIONS),
            "channels": _limit(self.channels, CHANNELS),
            "for_campaigns": self.for_campaigns,
        }


def _limit(chosen: Sequence[str], of: Sequence[str]) -> list[str]:
    kept = [one for one in of if one in chosen]
    return [] if len(kept) == len(of) else kept


def save_category(
    *, category_id: int | None, wish: CategoryWish, seen_at: datetime | None = None, by: int, now: datetime
) -> int:
    """A new category at the end of the list, or one changed; returns its id. What was registered stays as it is.

    The caller has checked that the category, its accounts and its queues are the user's to set up. `seen_at` is the
    `changed_at` that the user saw. A new one that equals another without topics is that one: the form was sent twice.
    Raises Refused: no_name, name_too_long, missing, retired, changed_meanwhile.
    """
    kept = wish.as_kept()
    with changing_offer(now=now):
        if category_id is None:
            sent_before = _same(kept, wish)
            if sent_before is not None:
                return sent_before
            last = Category.objects.aggregate(last=Max("position"))["last"]
            category = Category(position=0 if last is None else last + 1)
        else:
            category = _found(category_id, seen_at)
        before = _told(category) if category.pk else {}
        for name, value in kept.items():
            setattr(category, name, value)
        category.changed_at = now
        category.save()
        category.accounts.set(wish.account_ids)
        category.queues.set(wish.queue_ids)
        _record(category, before, by, now)
    return category.pk


def _same(kept: dict[str, Any], wish: CategoryWish) -> int | None:
    for one in Category.objects.filter(**kept, retired_at=None, topics=None):
        accounts, queues = (set(many.values_list("pk", flat=True)) for many in (one.accounts, one.queues))
        if accounts == set(wish.account_ids) and queues == set(wish.queue_ids):
            return one.pk
    return None


def _found(category_id: int, seen_at: datetime | None) -> Category:
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        raise Refused("missing")
    if category.retired_at is not None:
        raise Refused("retired")
    if seen_at is not None and category.changed_at != seen_at:
        raise Refused("changed_meanwhile")
    return category


def _record(category: Category, before: dict[str, Any], by: int, now: datetime) -> None:
    """Audits what the category is, or what changed in it."""
    after = _told(category)
    detail: dict[str, Any] = {name: value for name, value in after.items() if value}
    if before:
        changed = [name for name, value in after.items() if before[name] != value]
        if not changed:
            return
        detail = {
            "name": after["name"],
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
        }
    action = "registration_category_changed" if before else "registration_category_added"
    record_audit(action=action, subject=f"registration_category:{category.pk}", by=by, detail=detail, now=now)


def _told(category: Category) -> dict[str, Any]:
    """As the audit log tells it: accounts and queues by name, since ids say nothing to who reads."""
    return {
        "name": category.name,
        "several": category.several,
        "directions": category.directions,
        "channels": category.channels,
        "for_campaigns": category.for_campaigns,
        "accounts": sorted(category.accounts.values_list("name", flat=True)),
        "queues": sorted(one.label or one.name for one in category.queues.all()),
    }
