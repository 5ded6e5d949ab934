"""Searches kept under a name, for oneself or for everyone who may open the register."""

from django.db import transaction
from django.db.models import Max

from callwright.calls.models import SavedSearch
from callwright.calls.search import Search
from callwright.kit.texts import clean_line

MOST_SEARCHES = 100


class SearchRefused(Exception):
    """It cannot be kept; `reason` is a code: no_name, too_many."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_search(*, user_id: int, name: str, search: Search, shared: bool) -> int:
    """Keeps `search` under `name`; a search of the same name of this user is replaced. Returns its id.

    Raises SearchRefused.
    """
    name = clean_line(name)[:80]
    if not name:
        raise SearchRefused("no_name")
    mine = SavedSearch.objects.filter(user_id=user_id)
    known = mine.filter(name=name).exists()
    if not known and mine.count() >= MOST_SEARCHES:
        raise SearchRefused("too_many")
    position = (mine.aggregate(last=Max("position"))["last"] or 0) + 1
    kept, _ = SavedSearch.objects.update_or_create(
        user_id=user_id,
        name=name,
        defaults={"query": search.query, "shared": shared},
        create_defaults={"query": search.query, "shared": shared, "position": min(position, 32_000)},
    )
    return kept.pk


def delete_search(*, user_id: int, search_id: int) -> bool:
    """Forgets a search of the user's own; False when there was none."""
    deleted, _ = SavedSearch.objects.filter(user_id=user_id, pk=search_id).delete()
    return bool(deleted)
