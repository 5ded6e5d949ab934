"""Categories and topics that are no longer offered, or again: nothing that was registered changes (REG-1)."""

from datetime import datetime

from django.db import transaction

from callwright.registration.models import Category, Topic
from callwright.registration.operations.refusals import Refused
from callwright.staff.operations.record_audit import record_audit


@transaction.atomic
def retire_category(*, category_id: int, retired: bool, by: int, now: datetime) -> None:
    """No longer offers a category with all its topics, or offers it again. Raises Refused: missing."""
    if not Category.objects.filter(pk=category_id).update(retired_at=now if retired else None, changed_at=now):
        raise Refused("missing")
    _record("category", category_id, retired, by, now)


@transaction.atomic
def retire_topic(*, topic_id: int, category_id: int, retired: bool, by: int, now: datetime) -> None:
    """No longer offers a topic with what stands under it, or offers it again. Raises Refused: missing, name_taken
    (another one of this name is offered meanwhile).
    """
    topic = Topic.objects.select_for_update().filter(pk=topic_id, category_id=category_id).first()
    if topic is None:
        raise Refused("missing")
    beside = Topic.objects.filter(category_id=category_id, parent_id=topic.parent_id, retired_at=None)
    if not retired and beside.filter(name__iexact=topic.name).exclude(pk=topic_id).exists():
        raise Refused("name_taken")
    topic.retired_at = now if retired else None
    topic.save(update_fields=["retired_at"])
    _record("topic", topic_id, retired, by, now)


def _record(kind: str, id: int, retired: bool, by: int, now: datetime) -> None:
    action = f"registration_{kind}_{'retired' if retired else 'restored'}"
    record_audit(action=action, subject=f"registration_{kind}:{id}", by=by, now=now)
