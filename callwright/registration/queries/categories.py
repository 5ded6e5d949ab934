"""Categories with their topics as supervisors set them up (REG-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.registration.models import Category, Topic
from callwright.registration.rules import Place
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class ShownTopic:
    """A topic with what stands under it, in order."""

    id: int
    name: str
    wants_comment: bool
    retired: bool
    under: tuple["ShownTopic", ...] = ()

    @property
    def offered(self) -> tuple["ShownTopic", ...]:
        return tuple(one for one in self.under if not one.retired)

    @property
    def id_text(self) -> str:
        return str(self.id)


@dataclass(frozen=True, slots=True)
class ShownCategory:
    """A category with its topics in order. `may_change`: it is the viewer's to set up."""

    id: int
    name: str
    several: bool
    retired: bool
    place: Place
    accounts: tuple[str, ...]
    queues: tuple[str, ...]
    topics: tuple[ShownTopic, ...]
    may_change: bool

    @property
    def offered(self) -> tuple[ShownTopic, ...]:
        return tuple(one for one in self.topics if not one.retired)

    @property
    def retired_topics(self) -> tuple[ShownTopic, ...]:
        """Retired themselves, at either level."""
        return tuple(one for top in self.topics for one in (top, *top.under) if one.retired)

    @property
    def id_text(self) -> str:
        return str(self.id)


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
    """All categories that the viewer may see, retired ones too; six queries."""
    mine = set(changeable_categories(viewer).values_list("pk", flat=True))
    return _shown(visible_categories(viewer), mine, visible_account_ids(viewer))


def _shown(categories: QuerySet[Category], mine: set[int], allowed: frozenset[int] | None) -> list[ShownCategory]:
    found = list(categories.order_by("position", "id").prefetch_related("accounts", "queues"))
    topics = _topics(Topic.objects.filter(category__in=[one.pk for one in found]))
    rows = []
    for one in found:
        accounts, queues = list(one.accounts.all()), list(one.queues.all())
        place = Place(
            tuple(one.directions), tuple(one.channels), frozenset(a.pk for a in accounts),
            frozenset(q.pk for q in queues), one.for_campaigns,
        )  # fmt: skip
        seen = tuple(a.name for a in accounts if allowed is None or a.pk in allowed)
        named = tuple(q.label or q.name for q in queues if allowed is None or q.account_id in (None, *allowed))
        rows.append(
            ShownCategory(
                one.pk, one.name, one.several, one.retired_at is not None, place, seen, named,
                topics.get(one.pk, ()), one.pk in mine,
            )
        )  # fmt: skip
    return rows


def _topics(found: Iterable[Topic]) -> dict[int, tuple[ShownTopic, ...]]:
    """By category."""
    under: dict[int, list[ShownTopic]] = {}
    tops: dict[int, list[Topic]] = {}
    for one in found:
        if one.parent_id is None:
            tops.setdefault(one.category_id, []).append(one)
        else:
            under.setdefault(one.parent_id, []).append(_topic(one))
    return {category: tuple(_topic(one, under.get(one.pk, ())) for one in topics) for category, topics in tops.items()}


def _topic(one: Topic, under: Sequence[ShownTopic] = ()) -> ShownTopic:
    return ShownTopic(one.pk, one.name, one.wants_comment, one.retired_at is not None, tuple(under))
