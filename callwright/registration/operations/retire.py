"""Categories and topics that are no longer offered, or again: nothing that was registered changes (REG-1)."""

from datetime import datetime

from callwright.registration.models import Category, Topic
from callwright.registration.operations.change_offer import changing_offer
from callwright.registration.operations.refusals import Refused
from callwright.staff.operations.record_audit import record_audit


def retire_category(*, category_id: int, retired: bool, by: int, now: datetime) -> str:
    """No longer offers a category with its topics, or offers it again; returns its name. Raises Refused: missing."""
    with changing_offer(now=now):
        category = Category.objects.filter(pk=category_id).first()
        if category is None:
            raise Refused("missing")
        if retired != (category.retired_at is not None):
            category.retired_at = now if retired else None
            category.changed_at = now
            category.save(update_fields=["retired_at", "changed_at"])
            _record("category", category_id, {"name": category.name}, retired, by, now)
    return category.name


def retire_topic(*, topic_id: int, category_id: int, retired: bool, by: int, now: datetime) -> str:
    """No longer offers a topic with what stands under it, or offers it again; returns its name. Raises Refused:
    missing, name_taken (another one of this name is offered meanwhile), parent_retired (the one above it is retired).
    """
    with changing_offer(now=now):
        topic = Topic.objects.select_related("category", "parent").filter(pk=topic_id, category_id=category_id).first()
        if topic is None:
            raise Refused("missing")
        if retired != (topic.retired_at is not None):
            if not retired:
                _check_again(topic)
            topic.retired_at = now if retired else None
            topic.save(update_fields=["retired_at"])
            detail = {"name": topic.name, "category": topic.category.name}
            _record("topic", topic_id, detail, retired, by, now)
    return topic.name


def _check_again(topic: Topic) -> None:
    if topic.parent is not None and topic.parent.retired_at is not None:
        raise Refused("parent_retired")
    beside = Topic.objects.filter(category_id=topic.category_id, parent_id=topic.parent_id, retired_at=None)
    if beside.filter(name__iexact=topic.name).exists():
        raise Refused("name_taken")


def _record(kind: str, id: int, detail: dict[str, str], retired: bool, by: int, now: datetime) -> None:
    action = f"registration_{kind}_{'retired' if retired else 'restored'}"
    record_audit(action=action, subject=f"registration_{kind}:{id}", by=by, detail=detail, now=now)
