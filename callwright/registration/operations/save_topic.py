"""Topics as supervisors set them up: added, renamed, moved (REG-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from callwright.registration.models import Category, Topic
from callwright.registration.operations.change_offer import changing_offer, name_from
from callwright.registration.operations.put_in_order import put_in_order
from callwright.registration.operations.quality_again import topics_ask_otherwise
from callwright.registration.operations.refusals import Refused
from callwright.staff.operations.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class Spot:
    """A list of topics: those of a category, or those under one of its topics."""

    category_id: int
    parent_id: int | None = None


def add_topic(*, name: str, wants_comment: bool = False, to: Spot, by: int, now: datetime) -> int:
    """A new topic at the end of a list; returns its id. The caller has checked that the category is the user's to set
    up. Raises Refused: no_name, name_too_long, name_taken, missing, retired, parent_retired, too_deep.
    """
    name = name_from(name)
    with changing_offer(now=now):
        topic = Topic(name=name, wants_comment=wants_comment)
        _stand(topic, to)
        topic.save()
        _record("added", topic, {"asks_for_comment": wants_comment}, by, now)
    return topic.pk


def change_topic(
    *, topic_id: int, category_id: int, name: str, wants_comment: bool, to: Spot | None = None, by: int, now: datetime
) -> None:
    """Another name or mark, and another list `to` stand in. It stays the same topic, and what was registered keeps the
    words that were ticked then. Raises Refused as add_topic.
    """
    name = name_from(name)
    with changing_offer(now=now):
        topic = _found(topic_id, category_id)
        before, moved = (topic.name, topic.wants_comment), to is not None and to != _spot(topic)
        topic.name, topic.wants_comment = name, wants_comment
        if to is not None and moved:
            _stand(topic, to)
        else:
            _check_name(topic, _beside(_spot(topic)))
        topic.save()
        if before[1] != wants_comment:
            topics_ask_otherwise(now=now)
        if before != (name, wants_comment):
            detail = {"before": before[0]} if before[0] != name else {}
            _record("changed", topic, {**detail, "asks_for_comment": wants_comment}, by, now)
        if moved:
            _record("moved", topic, {}, by, now)


def place_topic(
    *, topic_id: int, category_id: int, to: Spot, order: Sequence[int] = (), by: int, now: datetime
) -> None:
    """Puts a topic, with what stands under it, into the list `to`, and that list into the `order` of these ids; ids of
    other lists are passed over. Raises Refused: missing, retired, parent_retired, too_deep, name_taken.
    """
    with changing_offer(now=now):
        topic = _found(topic_id, category_id)
        if to != _spot(topic):
            _stand(topic, to)
            topic.save()
            _record("moved", topic, {}, by, now)
        put_in_order(_beside(to), order)


def _found(topic_id: int, category_id: int) -> Topic:
    topic = Topic.objects.filter(pk=topic_id, category_id=category_id).first()
    if topic is None:
        raise Refused("missing")
    if topic.retired_at is not None:
        raise Refused("retired")
    return topic


def _spot(topic: Topic) -> Spot:
    return Spot(topic.category_id, topic.parent_id)


def _beside(spot: Spot) -> QuerySet[Topic]:
    return Topic.objects.filter(category_id=spot.category_id, parent_id=spot.parent_id)


def _stand(topic: Topic, to: Spot) -> None:
    """Sets where the topic stands, at the end of the list, and takes along what stands under it."""
    _check_spot(topic, to)
    beside = _beside(to)
    _check_name(topic, beside)
    last = beside.aggregate(last=Max("position"))["last"]
    topic.position = 0 if last is None else last + 1
    topic.category_id, topic.parent_id = to.category_id, to.parent_id
    if topic.pk:
        topic.subtopics.update(category_id=to.category_id)


def _check_spot(topic: Topic, to: Spot) -> None:
    category = Category.objects.filter(pk=to.category_id).first()
    if category is None:
        raise Refused("missing")
    if category.retired_at is not None:
        raise Refused("parent_retired")
    if to.parent_id is None:
        return
    parent = Topic.objects.filter(pk=to.parent_id, category_id=to.category_id).first()
    if parent is None:
        raise Refused("missing")
    if parent.parent_id is not None or parent.pk == topic.pk or (topic.pk and topic.subtopics.exists()):
        raise Refused("too_deep")
    if parent.retired_at is not None:
        raise Refused("parent_retired")


def _check_name(topic: Topic, beside: QuerySet[Topic]) -> None:
    if beside.filter(name__iexact=topic.name, retired_at=None).exclude(pk=topic.pk).exists():
        raise Refused("name_taken")


def _record(what: str, topic: Topic, detail: dict[str, object], by: int, now: datetime) -> None:
    above = topic.parent.name if topic.parent else ""
    detail = {"name": topic.name, **detail, "category": topic.category.name, "above": above}
    record_audit(
        action=f"registration_topic_{what}", subject=f"registration_topic:{topic.pk}", by=by,
        detail={key: value for key, value in detail.items() if value != ""}, now=now,
    )  # fmt: skip
