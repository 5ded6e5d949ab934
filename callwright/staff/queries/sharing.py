"""Who works with whom: people know of each other by the accounts that they share."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from callwright.staff.models import AccountRight, Role, User
from callwright.staff.queries.rights import Viewer, visible_account_ids


def sharing_accounts(viewer: Viewer) -> QuerySet[User]:
    """All users who work for an account that the viewer may see, the viewer included; one query besides the rights.

    Customer users belong to their own accounts alone.
    """
    accounts = visible_account_ids(viewer)
    if accounts is None:
        return User.objects.all()
    granted = AccountRight.objects.filter(account_id__in=accounts).values("user_id")
    everywhere = Q(all_accounts=True) & ~Q(role=Role.CUSTOMER)
    return User.objects.filter(Q(pk__in=granted) | everywhere | Q(pk=viewer.pk or 0))


def known_names(viewer: Viewer, user_ids: Iterable[int]) -> dict[int, str]:
    """The names of those of these users whom the viewer works with; the others stay unnamed."""
    return dict(sharing_accounts(viewer).filter(pk__in=set(user_ids)).values_list("pk", "name"))
