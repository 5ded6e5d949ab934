"""Views: searches kept under a name, for oneself, for some, or for everyone who may open the register (CALL-4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from callwright.calls.models import SavedSearch, ViewPlace
from callwright.calls.search import Search
from callwright.kit.texts import clean_line

MOST_SEARCHES = 100
LONGEST_NAME = 80


class SearchRefused(Exception):
    """It cannot be kept; `reason` is a code: no_name, name_taken, too_many, gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom a view is shared: with everyone, with all of some roles, with chosen users."""

    everyone: bool = False
    roles: tuple[str, ...] = ()
    users: tuple[int, ...] = ()


@transaction.atomic
def save_search(*, user_id: int, name: str, search: Search, shared: bool = False, new: bool = False) -> int:
    """Keeps `search` under `name`; a view of the same name of this user is replaced, or with `new` left alone and the
    new one gets a number. Returns its id. Raises SearchRefused.
    """
    name = _name(name)
    mine = SavedSearch.objects.filter(user_id=user_id)
    name = _free_name(name, set(mine.values_list("name", flat=True))) if new else name
    if not mine.filter(name=name).exists() and mine.count() >= MOST_SEARCHES:
        raise SearchRefused("too_many")
    values = {"query": search.query, "shared": shared}
    kept, is_new = SavedSearch.objects.update_or_create(user_id=user_id, name=name, defaults=values)
    if is_new:
        last = ViewPlace.objects.filter(user_id=user_id).aggregate(last=Max("position"))["last"] or 0
        ViewPlace.objects.create(user_id=user_id, search=kept, position=min(last + 1, 32_000))
    return kept.pk


def _name(text: str) -> str:
    name = clean_line(text)[:LONGEST_NAME]
    if not name:
        raise SearchRefused("no_name")
    return name


def _free_name(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name[: LONGEST_NAME - 5]} {number}", number + 1
    return found


@transaction.atomic
def change_search(*, user_id: int, search_id: int, name: str, sharing: Sharing) -> None:
    """Renames a view of the user's own and says with whom it is shared; the caller has checked that `sharing` names
    only users whom this one may know. Raises SearchRefused.
    """
    name = _name(name)
    kept = _own(user_id, search_id)
    if SavedSearch.objects.filter(user_id=user_id, name=name).exclude(pk=kept.pk).exists():
        raise SearchRefused("name_taken")
    kept.name, kept.shared, kept.shared_roles = name, sharing.everyone, sorted(set(sharing.roles))
    kept.save(update_fields=["name", "shared", "shared_roles"])
    kept.shared_with.set(set(sharing.users) - {user_id})


@transaction.atomic
def save_over(*, user_id: int, search_id: int, search: Search) -> None:
    """Makes a view of the user's own find `search` from now on, for all who share it. Raises SearchRefused."""
    kept = _own(user_id, search_id)
    kept.query = search.query
    kept.save(update_fields=["query"])


def _own(user_id: int, search_id: int) -> SavedSearch:
    kept = SavedSearch.objects.select_for_update().filter(user_id=user_id, pk=search_id).first()
    if kept is None:
        raise SearchRefused("gone")
    return kept


def delete_search(*, user_id: int, search_id: int) -> bool:
    """Forgets a view of the user's own, with everybody's place for it; False when there was none."""
    deleted, _ = SavedSearch.objects.filter(user_id=user_id, pk=search_id).delete()
    return bool(deleted)


@transaction.atomic
def order_searches(*, user_id: int, ids: Sequence[int]) -> None:
    """Puts views that the user sees, own and shared ones, in this order for them. The caller has checked the ids."""
    for position, search_id in enumerate(ids):
        ViewPlace.objects.update_or_create(user_id=user_id, search_id=search_id, defaults={"position": position})


@transaction.atomic
def open_with(*, user_id: int, search_id: int | None) -> None:
    """The register opens with this view for the user; None: with today's calls. The caller has checked the id."""
    ViewPlace.objects.filter(user_id=user_id, opens=True).update(opens=False)
    if search_id is not None:
        ViewPlace.objects.update_or_create(user_id=user_id, search_id=search_id, defaults={"opens": True})
