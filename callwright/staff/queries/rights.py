"""What a viewer may see and do. Every `visible_*` query of every capability begins here."""

from typing import Any, Protocol

from django.db import connection

from callwright.staff.models import Role, User
from callwright.staff.rules import Right, role_has


class Viewer(Protocol):
    """A user, or Django's AnonymousUser."""

    @property
    def pk(self) -> int | None: ...

    @property
    def is_active(self) -> bool: ...


def viewer_of(user_id: int) -> Viewer | None:
    """The user as they are now, for work that goes on after their request; None for those who may not log in."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def visible_account_ids(viewer: Viewer) -> frozenset[int] | None:
    """The accounts whose data the viewer may see; None means all. One query, none for those who see all."""
    if not _role(viewer):
        return frozenset()
    if sees_all_accounts(viewer):
        return None
    assert viewer.pk is not None  # whoever has a role is stored
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM staff_accountright WHERE user_id = %s", [viewer.pk])
        return frozenset(account_id for (account_id,) in cursor.fetchall())


def sees_all_accounts(viewer: Viewer) -> bool:
    """Whether the data of every account is the viewer's to see; no query."""
    # A customer's portal shows the accounts granted, whatever the box says: a slip must not open a whole bureau.
    return _role(viewer) not in ("", Role.CUSTOMER) and bool(getattr(viewer, "all_accounts", False))


def account_scope(viewer: Viewer) -> dict[str, Any]:
    """For statements that look up the visible accounts themselves, so that no query is needed before:
    `all_accounts`, or else those of staff_accountright where the user is `viewer` (None sees nothing).
    """
    return {"viewer": viewer.pk if _role(viewer) else None, "all_accounts": sees_all_accounts(viewer)}


def may(viewer: Viewer, right: Right) -> bool:
    """Whether the viewer's role has the right; no query. Raises ValueError for a right that does not exist."""
    return role_has(_role(viewer), right)


def _role(viewer: Viewer) -> str:
    return getattr(viewer, "role", "") if viewer.is_active and viewer.pk is not None else ""
