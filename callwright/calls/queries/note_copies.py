"""Who gets copies of notes for coaching."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from callwright.calls.models import NoteCopy
from callwright.staff.queries.rights import Viewer, may, visible_account_ids


@dataclass(frozen=True, slots=True)
class CopyRow:
    """`account` is empty where it holds for all; `agents` where it holds for chosen ones."""

    id: int
    account_id: int | None
    account: str
    email: str
    language: str
    all_agents: bool
    agents: tuple[tuple[int, str], ...]


def visible_copies(viewer: Viewer) -> QuerySet[NoteCopy]:
    """The addresses that the viewer may look after: those of visible accounts, and of all accounts."""
    if not may(viewer, "set_up_notes"):
        return NoteCopy.objects.none()
    accounts = visible_account_ids(viewer)
    if accounts is None:
        return NoteCopy.objects.all()
    return NoteCopy.objects.filter(Q(account_id__in=accounts) | Q(account_id=None))


def list_copies(viewer: Viewer) -> list[CopyRow]:
    """All of them, by account and address; two queries besides the rights."""
    found = visible_copies(viewer).select_related("account").prefetch_related("agents")
    return [
        CopyRow(
            one.pk, one.account_id, one.account.name if one.account else "", one.email, one.language, one.all_agents,
            tuple(sorted(((agent.pk, agent.name) for agent in one.agents.all()), key=lambda agent: agent[1])),
        )
        for one in found.order_by("account__name", "email")
    ]  # fmt: skip
