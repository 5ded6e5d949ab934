"""The employees who work for an account."""

from django.db.models import Q

from callwright.staff.models import AccountRight, Role, User


def employees_for(account_id: int) -> list[tuple[int, str]]:
    """(id, name) of the active employees who may see the account and change its contacts, by name; one query."""
    granted = AccountRight.objects.filter(account_id=account_id).values("user_id")
    users = User.objects.filter(Q(all_accounts=True) | Q(pk__in=granted), is_active=True)
    return list(
        users.exclude(role__in=[Role.CUSTOMER, Role.CONTROLLER]).order_by("name", "pk").values_list("pk", "name")
    )
