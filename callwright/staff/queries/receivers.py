"""Whom to tell of something: users by right and account, whoever is logged in."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from callwright.staff.models import AccountRight, Role, User
from callwright.staff.rules import RIGHTS_OF_ROLE, Right, role_has


@dataclass(frozen=True, slots=True)
class Receiver:
    id: int
    name: str
    email: str
    language: str


def receivers(
    *, right: Right | None, account_id: int | None, among: Collection[int] | None = None, named: str = ""
) -> list[Receiver]:
    """The active users who have the right and see the account (None: it concerns no account), by id; one query.

    `among` limits them to these ids, `named` to those whose name or address holds each of its words. Without a right
    and without `among` there is nobody to tell.
    """
    if right is None and among is None:
        return []
    users = _with_account(User.objects.filter(is_active=True), account_id)
    if right is not None:
        users = users.filter(role__in=[role for role in RIGHTS_OF_ROLE if role_has(role, right)])
    if among is not None:
        users = users.filter(pk__in=list(among))
    for word in named.split():
        users = users.filter(Q(name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word))
    return [Receiver(*row) for row in users.order_by("pk").values_list("pk", "name", "email", "language")]


def _with_account(users: QuerySet[User], account_id: int | None) -> QuerySet[User]:
    if account_id is None:
        return users
    granted = AccountRight.objects.filter(account_id=account_id).values("user_id")
    everywhere = Q(all_accounts=True) & ~Q(role=Role.CUSTOMER)
    return users.filter(Q(pk__in=granted) | everywhere)
