"""Where registration is forced, whose wrap-up is their own, and who is held now, for supervisors (REG-3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.registration.models import DueRegistration, MustRegister, PanelSettings
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class Held:
    """An employee who must register a call before anything else."""

    user_id: int
    name: str
    call_id: UUID
    account: str
    since: datetime


def panel_settings() -> PanelSettings:
    return PanelSettings.objects.first() or PanelSettings()


def forced_places(viewer: Viewer) -> QuerySet[MustRegister]:
    """Those for all accounts, and those of accounts that the viewer sees."""
    if not may(viewer, "set_up_registration"):
        return MustRegister.objects.none()
    found = MustRegister.objects.select_related("account", "queue").order_by("account__name", "queue__label", "id")
    allowed = visible_account_ids(viewer)
    return found if allowed is None else found.filter(Q(account=None) | Q(account__in=allowed))


def changeable_places(viewer: Viewer) -> QuerySet[MustRegister]:
    found = forced_places(viewer)
    return found if may_set_for_all(viewer, "set_up_registration") else found.exclude(account=None)


def held_now(viewer: Viewer) -> list[Held]:
    """Whom the viewer may release, longest first."""
    if not may(viewer, "release_registration"):
        return []
    due = DueRegistration.objects.filter(settled_at=None).select_related("user", "account").order_by("at")
    allowed = visible_account_ids(viewer)
    if allowed is not None:
        due = due.filter(account__in=allowed)
    return [Held(one.user_id, one.user.name, one.call_id, one.account.name, one.at) for one in due[:200]]


def own_wrap_ups(viewer: Viewer) -> list[tuple[int, str, int]]:
    """(id, name, seconds) of the visible accounts whose wrap-up is not their queue's."""
    found = visible_accounts(viewer).exclude(wrap_up_s=None).order_by("name")
    return [(pk, name, seconds or 0) for pk, name, seconds in found.values_list("pk", "name", "wrap_up_s")]
