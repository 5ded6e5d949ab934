"""Who else works here, for the desk: to see who is free and to hand calls over."""

from dataclasses import dataclass

from django.db.models import Q

from callwright.staff.models import AccountRight, Role, State, User
from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class Colleague:
    """`extension` is empty for those who sit nowhere; `state` is the code of what they do now."""

    id: int
    name: str
    extension: str
    state: str


def colleagues(viewer: Viewer, *, search: str = "", limit: int = 60) -> list[Colleague]:
    """The others who sit at an extension and share an account with the viewer, those who are free first; `search`
    fits their name or extension. One query besides the rights.
    """
    found = User.objects.filter(is_active=True, extension__isnull=False).exclude(pk=viewer.pk or 0)
    found = found.exclude(role__in=[Role.CUSTOMER, Role.CONTROLLER])
    accounts = visible_account_ids(viewer)
    if accounts is not None:
        shared = AccountRight.objects.filter(account_id__in=accounts).values("user_id")
        found = found.filter(Q(pk__in=shared) | Q(all_accounts=True))
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(extension__number__startswith=word))
    rows = found.order_by("name", "pk").values_list("pk", "name", "extension__number", "agent_state__state")
    people = [Colleague(pk, name, number, state or State.LOGGED_OUT.value) for pk, name, number, state in rows[:limit]]
    return sorted(people, key=lambda one: (_ORDER.get(one.state, 9), one.name))


_ORDER = {State.READY.value: 0, State.WRAP_UP.value: 1, State.TALKING.value: 2, State.RINGING.value: 2, "paused": 3}
