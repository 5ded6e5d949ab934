"""Users as the administration and the login page show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from callwright.staff.models import AccountRight, Role, User
from callwright.staff.queries.login import locked_usernames
from callwright.staff.queries.rights import Viewer, may
from callwright.staff.queries.sharing import sharing_accounts


@dataclass(frozen=True, slots=True)
class UserRow:
    id: int
    username: str
    name: str
    email: str
    role: str
    is_active: bool
    all_accounts: bool
    accounts: int
    extension: str
    last_login: datetime | None
    is_locked: bool

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


def visible_users(viewer: Viewer) -> QuerySet[User]:
    """The users whom the viewer may administer; supervisors unlock those who share an account with them."""
    if may(viewer, "administer_users"):
        return User.objects.all()
    if may(viewer, "unlock_users"):
        return sharing_accounts(viewer).exclude(role=Role.ADMINISTRATOR)
    return User.objects.none()


PAGE = 50


@dataclass(frozen=True, slots=True)
class UserPage:
    """Users of a list; `next` is the id to go on after."""

    rows: list[UserRow]
    next: int | None


def list_users(
    viewer: Viewer, *, now: datetime, search: str = "", role: str = "", closed: bool = False, after: int | None = None
) -> UserPage:
    """One page by name, from the user `after` on; `closed` shows those who may no longer log in instead."""
    users = visible_users(viewer).filter(is_active=not closed)
    if role:
        users = users.filter(role=role)
    for word in search.split():
        users = users.filter(Q(name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word))
    last = visible_users(viewer).filter(pk=after).values_list("name", "pk").first() if after is not None else None
    if last is not None:
        users = users.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    rights = AccountRight.objects.filter(user_id=OuterRef("pk")).order_by().values("user_id")
    counted = Coalesce(Subquery(rights.annotate(n=Count("pk")).values("n")), 0)
    found = users.annotate(rights=counted, number=F("extension__number")).order_by("name", "id")[: PAGE + 1]
    rows = _rows(found, locked_usernames(now=now))
    return UserPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _rows(found: Any, locked: frozenset[str]) -> list[UserRow]:
    return [
        UserRow(
            user.id, user.username, user.name, user.email, user.role, user.is_active, user.all_accounts,
            user.rights, user.number or "", user.last_login, user.username in locked,
        )
        for user in found
    ]  # fmt: skip


def granted_accounts(user_id: int) -> list[tuple[int, str]]:
    """The accounts listed under a user's rights: id and name."""
    rights = AccountRight.objects.filter(user_id=user_id).order_by("account__name", "account_id")
    return list(rights.values_list("account_id", "account__name"))


def grantable_accounts() -> QuerySet[Any]:
    """All accounts, by name; reached by the key of a right, since staff stands below accounts."""
    account = AccountRight._meta.get_field("account").related_model
    return account._default_manager.order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class DemoLogin:
    username: str
    name: str
    role: str
    extension: str


def demo_logins(*, most_agents: int = 3) -> list[DemoLogin]:
    """One login of each role and a few agents with an extension, for the login page of a demonstration."""
    users = User.objects.filter(is_active=True).annotate(number=F("extension__number")).order_by("id")
    chosen = list(users.filter(role=Role.AGENT, number__isnull=False)[:most_agents])
    for role in (Role.SUPERVISOR, Role.CONTROLLER, Role.ADMINISTRATOR):
        chosen += users.filter(role=role)[:1]
    return [DemoLogin(u.username, u.name, str(Role(u.role).label), u.number or "") for u in chosen]
