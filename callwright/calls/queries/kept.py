"""Views of the register: a user's own, and those that others share with them (CALL-4)."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from django.db import connection
from django.db.models import Q

from callwright.calls.models import SavedSearch, ViewPlace
from callwright.calls.search import Problem, Search, parse_search
from callwright.staff.queries.rights import Viewer, visible_account_ids

_LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """`opens`: the register opens with it; `is_shared`: with anybody at all. With whom is told of one's own only."""

    id: int
    name: str
    query: str
    shared: bool
    is_own: bool
    owner: str
    roles: tuple[str, ...] = ()
    users: tuple[tuple[int, str], ...] = ()
    opens: bool = False

    @property
    def is_shared(self) -> bool:
        return self.shared or bool(self.roles or self.users)

    @property
    def search(self) -> Search:
        return parse_search(parse_qs(self.query))[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What of it can no longer be read."""
        return parse_search(parse_qs(self.query))[1]

    def is_edited(self, search: Search) -> bool:
        """Whether `search` is no longer what the view keeps."""
        return self.search.query != search.query


def kept_searches(viewer: Viewer) -> list[KeptSearch]:
    """The views that the viewer sees in their own order, else their own first; at most five queries besides the rights.

    A search for a person goes only to those who may see all accounts of the one who shares it.
    """
    seen = Q(user_id=viewer.pk or 0) | Q(shared=True) | Q(shared_with=viewer.pk or 0)
    seen |= Q(shared_roles__contains=[getattr(viewer, "role", "")])
    found = list(SavedSearch.objects.filter(seen).select_related("user").distinct())
    places = {
        search: (position, opens)
        for search, position, opens in ViewPlace.objects.filter(user_id=viewer.pk or 0).values_list(
            "search_id", "position", "opens"
        )
    }
    mine = visible_account_ids(viewer)
    theirs = _accounts_of({one.user_id for one in found if one.user_id != viewer.pk and not one.user.all_accounts})
    chosen = _shared_with({one.pk for one in found if one.user_id == viewer.pk})
    kept = []
    for one in found:
        is_own = one.user_id == viewer.pk
        owners = None if one.user.all_accounts else theirs.get(one.user_id, frozenset())
        if is_own or (one.user.is_active and _may_read(one.query, owners, mine)):
            users = chosen.get(one.pk, ()) if is_own else ((viewer.pk or 0, ""),)
            opens = places.get(one.pk, (0, False))[1]
            roles = tuple(one.shared_roles)
            kept.append(KeptSearch(one.pk, one.name, one.query, one.shared, is_own, one.user.name, roles, users, opens))
    return sorted(kept, key=lambda one: (places.get(one.id, (_LAST, False))[0], not one.is_own, one.name.casefold()))


def kept_search(viewer: Viewer, search_id: int | None) -> KeptSearch | None:
    """The view with this id, if the viewer sees it."""
    if search_id is None:
        return None
    return next((one for one in kept_searches(viewer) if one.id == search_id), None)


def opening_search(viewer: Viewer) -> KeptSearch | None:
    """The view with which the register opens for the viewer; one query for those who chose none."""
    search_id = ViewPlace.objects.filter(user_id=viewer.pk or 0, opens=True).values_list("search_id", flat=True).first()
    return kept_search(viewer, search_id)


_OF_PERSONS = frozenset({"contact", "name", "number", "text", "employee", "extension"})


def _may_read(query: str, owners: frozenset[int] | None, mine: frozenset[int] | None) -> bool:
    asked = parse_qs(query)
    if mine is None:
        return True
    if any(text not in map(str, mine) for text in asked.get("account", ())):
        return False
    return not _OF_PERSONS & asked.keys() or (owners is not None and owners <= mine)


def _accounts_of(user_ids: set[int]) -> dict[int, frozenset[int]]:
    if not user_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, array_agg(account_id) FROM staff_accountright WHERE user_id = ANY(%s) GROUP BY user_id",
            [sorted(user_ids)],
        )
        return {user_id: frozenset(accounts) for user_id, accounts in cursor}


def _shared_with(search_ids: set[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    if not search_ids:
        return {}
    rows = SavedSearch.shared_with.through.objects.filter(savedsearch_id__in=search_ids).order_by("user__name")
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for search_id, user_id, name in rows.values_list("savedsearch_id", "user_id", "user__name"):
        found[search_id] = (*found.get(search_id, ()), (user_id, name))
    return found
