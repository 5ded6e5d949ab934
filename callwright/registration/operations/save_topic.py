"""Topics of a category as supervisors set them up (REG-1)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from callwright.kit.texts import clean_line
from callwright.registration.models import Category, Topic
from callwright.registration.operations.refusals import LONGEST_NAME, Refused
from callwright.staff.operations.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class TopicWish:
    """What a topic is to be: `parent_id` is the topic under which it stands, in the same category."""

    name: str
    parent_id: int | None = None
    wants_comment: bool = False


@transaction.atomic
def save_topic(*, topic_id: int | None, category_id: int, wish: TopicWish, by: int, now: datetime) -> int:
    """A new topic at the end of its list, or one changed; returns its id. What was registered keeps the words that were
    ticked then.

    The caller has checked that the category is the user's to set up. Raises Refused: no_name, name_too_long, missing
    (category, topic or parent), too_deep (more than one level), name_taken (among those offered beside it).
    """
    name = clean_line(wish.name)
    if not name:
        raise Refused("no_name")
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long")
    if not Category.objects.select_for_update().filter(pk=category_id).exists():
        raise Refused("missing")
    topic = _topic(topic_id, category_id)
    _check_parent(topic, wish.parent_id)
    beside = Topic.objects.filter(category_id=category_id, parent_id=wish.parent_id)
    if beside.filter(name__iexact=name, retired_at=None).exclude(pk=topic.pk).exists():
        raise Refused("name_taken")
    if topic.pk is None or topic.parent_id != wish.parent_id:
        last = beside.aggregate(last=Max("position"))["last"]
        topic.position = 0 if last is None else last + 1
    topic.name, topic.parent_id, topic.wants_comment = name, wish.parent_id, wish.wants_comment
    topic.save()
    action = "registration_topic_added" if topic_id is None else "registration_topic_changed"
    detail = {"category": category_id, **asdict(wish), "name": name}
    record_audit(action=action, subject=f"registration_topic:{topic.pk}", by=by, detail=detail, now=now)
    return topic.pk


def _topic(topic_id: int | None, category_id: int) -> Topic:
    if topic_id is None:
        return Topic(category_id=category_id)
    found = Topic.objects.filter(pk=topic_id, category_id=category_id).first()
    if found is None:
        raise Refused("missing")
    return found


def _check_parent(topic: Topic, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = Topic.objects.filter(pk=parent_id, category_id=topic.category_id).first()
    if parent is None:
        raise Refused("missing")
    if parent.parent_id is not None or parent.pk == topic.pk or (topic.pk and topic.subtopics.exists()):
        raise Refused("too_deep")
