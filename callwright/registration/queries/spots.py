"""Where a topic can stand (REG-1)."""

from dataclasses import dataclass

from callwright.registration.models import Topic
from callwright.registration.queries.categories import changeable_categories
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class EditedTopic:
    """One topic to be changed; `spot` is the list in which it stands: "12" for a category, "12.34" under a topic."""

    id: int
    category_id: int
    name: str
    wants_comment: bool
    spot: str
    holds_others: bool


@dataclass(frozen=True, slots=True)
class Spots:
    """The lists of one category: `spot` is its own, `under` those of its topics, as (spot, name)."""

    spot: str
    name: str
    under: tuple[tuple[str, str], ...]


def topic_of(category_id: int, topic_id: int | None) -> EditedTopic | None:
    """The offered topic of a category."""
    if topic_id is None:
        return None
    one = Topic.objects.filter(pk=topic_id, category_id=category_id, retired_at=None).first()
    if one is None:
        return None
    return EditedTopic(
        one.pk, category_id, one.name, one.wants_comment, _spot(category_id, one.parent_id), one.subtopics.exists()
    )


def spots_for(viewer: Viewer, topic: EditedTopic) -> list[Spots]:
    """The lists into which the viewer may move the topic, and the one in which it stands."""
    categories = list(changeable_categories(viewer).filter(retired_at=None).order_by("position", "pk"))
    parents = Topic.objects.filter(category__in=categories, parent=None, retired_at=None).exclude(pk=topic.id)
    under: dict[int, list[tuple[str, str]]] = {}
    if not topic.holds_others:
        for one in parents.order_by("position", "pk"):
            under.setdefault(one.category_id, []).append((_spot(one.category_id, one.pk), one.name))
    return [Spots(str(one.pk), one.name, tuple(under.get(one.pk, ()))) for one in categories]


def _spot(category_id: int, parent_id: int | None) -> str:
    return str(category_id) if parent_id is None else f"{category_id}.{parent_id}"
