"""Who else works here, for the desk: to see who is free and to hand calls over."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, IntegerField, Q, Value, When

from callwright.staff.models import AccountRight, Role, State, User
from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class Colleague:
    """`extension` is empty for those who sit nowhere; `state` is the code of what they do now."""

    id: int
    name: str
    extension: str
    state: str
    pbx_id: int


def colleagues(viewer: Viewer, *, search: str = "", pbx_id: int | None = None, limit: int = 60) -> list[Colleague]:
    """The others who sit at an extension and share an account with the viewer, those who are free first; `search`
    fits their name or extension, `pbx_id` keeps to one PBX. One query besides the rights.
    """
    found = User.objects.filter(is_active=True, extension__isnull=False).exclude(pk=viewer.pk or 0)
    found = found.exclude(role__in=[Role.CUSTOMER, Role.CONTROLLER])
    accounts = visible_account_ids(viewer)
    if accounts is not None:
        shared = AccountRight.objects.filter(account_id__in=accounts).values("user_id")
        found = found.filter(Q(pk__in=shared) | Q(all_accounts=True))
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(extension__number__startswith=word))
    if pbx_id is not None:
        found = found.filter(extension__pbx_id=pbx_id)
    rows = found.order_by(_FREE_FIRST, "name", "pk").values_list(
        "pk", "name", "extension__number", "agent_state__state", "extension__pbx_id"
    )
    return [
        Colleague(pk, name, number, state or State.LOGGED_OUT.value, pbx)
        for pk, name, number, state, pbx in rows[:limit]
    ]


_WORKING = """
    SELECT u.id, u.name, e.number, coalesce(s.state, 'logged_out'), e.pbx_id
    FROM staff_extension e
    JOIN staff_user u ON u.id = e.employee_id
    LEFT JOIN staff_agentstate s ON s.user_id = u.id
    WHERE u.is_active AND u.role NOT IN ('customer', 'controller')
        AND (%(all_accounts)s OR u.all_accounts OR u.id IN (
            SELECT user_id FROM staff_accountright WHERE account_id = ANY (%(accounts)s::bigint[])
        ))
    ORDER BY coalesce(array_position(%(free_first)s::text[], s.state), 9), u.name, u.id
    LIMIT %(limit)s
"""


def working_for(accounts: frozenset[int] | None, *, limit: int) -> list[Colleague]:
    """Those who sit at an extension and work for one of these accounts (None: for any), those who are free first; one
    query. For whoever sees these accounts.
    """
    values: dict[str, Any] = {
        "all_accounts": accounts is None, "accounts": sorted(accounts or ()), "limit": limit,
        "free_first": ["ready", "wrap_up", "talking", "ringing", "paused"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WORKING, values)
        return [Colleague(*row) for row in cursor.fetchall()]


STATES = tuple(State.values)
"""The codes of all states that a colleague may be in."""

_ORDER = {State.READY: 0, State.WRAP_UP: 1, State.TALKING: 2, State.RINGING: 2, State.PAUSED: 3}
_FREE_FIRST = Case(
    *(When(agent_state__state=state, then=Value(place)) for state, place in _ORDER.items()),
    default=Value(9),
    output_field=IntegerField(),
)
