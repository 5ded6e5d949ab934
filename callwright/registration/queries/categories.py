"""Categories with their topics as supervisors set them up (REG-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.registration.models import Category, Topic
from callwright.registration.rules import Place
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic with what stands under it, in order. `above` is the name of the topic under which it stands."""

    id: int
    name: str
    wants_comment: bool
    retired: bool
    above: str = ""
    under: tuple["ShownTopic", ...] = ()

    @property
    def offered(self) -> tuple["ShownTopic", ...]:
        return tuple(one for one in self.under if not one.retired)


@dataclass(frozen=True, slots=True)
class ShownCategory:
    """A category with its topics in order; `accounts` and `queues` are names that the viewer may see. `may_change`: it
    is the viewer's to set up.
    """

    id: int
    name: str
    several: bool
    retired: bool
    changed_at: datetime
    place: Place
    accounts: tuple[str, ...]
    queues: tuple[str, ...]
    topics: tuple[ShownTopic, ...]
    may_change: bool

    @property
    def offered(self) -> tuple[ShownTopic, ...]:
        return tuple(one for one in self.topics if not one.retired)

    @property
    def size(self) -> int:
        """How many topics are offered, on both levels."""
        return sum(1 + len(one.offered) for one in self.offered)

    @property
    def retired_topics(self) -> tuple[ShownTopic, ...]:
        """Those that can be offered again: what stands under a retired one comes back with that."""
        return tuple(
            one for top in self.topics for one in ((top,) if top.retired else top.under) if one.retired
        )  # fmt: skip


def visible_categories(viewer: Viewer) -> QuerySet[Category]:
    """The categories that the viewer may see when setting them up: those for all accounts, and those for accounts that
    they see.
    """
    if not may(viewer, "set_up_registration"):
        return Category.objects.none()
    allowed = visible_account_ids(viewer)
    if allowed is None:
        return Category.objects.all()
    return Category.objects.filter(Q(accounts=None) | Q(accounts__in=allowed)).distinct()


def changeable_categories(viewer: Viewer) -> QuerySet[Category]:
    """Of these, those whose accounts are all the viewer's: what other accounts are offered is not theirs to change."""
    categories, allowed = visible_categories(viewer), visible_account_ids(viewer)
    if allowed is None or may_set_offer_for_all(viewer):
        return categories
    others = Category.accounts.through.objects.exclude(account_id__in=allowed).values("category_id")
    return categories.exclude(accounts=None).exclude(pk__in=others)


def may_set_offer_for_all(viewer: Viewer) -> bool:
    """Whether the viewer may set up categories for all accounts."""
    return may_set_for_all(viewer, "set_up_registration")


def set_up_rows(viewer: Viewer) -> list[ShownCategory]:
    """All categories that the viewer may see, retired ones too."""
    mine = set(changeable_categories(viewer).values_list("pk", flat=True))
    allowed = visible_account_ids(viewer)
    found = list(visible_categories(viewer).order_by("position", "id").prefetch_related("accounts", "queues"))
    topics = _topics(Topic.objects.filter(category__in=[one.pk for one in found]))
    return [_shown(one, topics.get(one.pk, ()), allowed, one.pk in mine) for one in found]


def _shown(
    one: Category, topics: tuple[ShownTopic, ...], allowed: frozenset[int] | None, may_change: bool
) -> ShownCategory:
    accounts, queues = list(one.accounts.all()), list(one.queues.all())
    place = Place(
        tuple(one.directions), tuple(one.channels), frozenset(a.pk for a in accounts), frozenset(q.pk for q in queues),
        one.for_campaigns,
    )  # fmt: skip
    seen = sorted(a.name for a in accounts if allowed is None or a.pk in allowed)
    named = sorted(q.label or q.name for q in queues if allowed is None or q.account_id in (None, *allowed))
    return ShownCategory(
        id=one.pk, name=one.name, several=one.several, retired=one.retired_at is not None, changed_at=one.changed_at,
        place=place, accounts=tuple(seen), queues=tuple(named), topics=topics, may_change=may_change,
    )  # fmt: skip


def _topics(found: Iterable[Topic]) -> dict[int, tuple[ShownTopic, ...]]:
    """By category, in their order."""
    rows = list(found)
    names = {one.pk: one.name for one in rows}
    under: dict[int, list[ShownTopic]] = {}
    for one in rows:
        if one.parent_id is not None:
            under.setdefault(one.parent_id, []).append(_topic(one, above=names.get(one.parent_id, "")))
    tops: dict[int, list[ShownTopic]] = {}
    for one in rows:
        if one.parent_id is None:
            tops.setdefault(one.category_id, []).append(_topic(one, under=under.get(one.pk, ())))
    return {category: tuple(topics) for category, topics in tops.items()}


def _topic(one: Topic, above: str = "", under: Sequence[ShownTopic] = ()) -> ShownTopic:
    return ShownTopic(one.pk, one.name, one.wants_comment, one.retired_at is not None, above, tuple(under))
