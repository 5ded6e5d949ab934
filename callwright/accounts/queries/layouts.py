"""How cards are laid out: for all accounts, and where an account has its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from callwright.accounts.models import Account, Organisation
from callwright.accounts.queries.accounts import visible_accounts
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class KeptLayout:
    """`entries` empty: as the organisation, or for that the product's own. `by` and `at`: who kept it last."""

    entries: Sequence[object]
    version: int
    by: str
    at: datetime | None


def kept_layout(account_id: int | None) -> KeptLayout:
    """The layout of an account, with None that of the organisation; for whoever may see it. One query."""
    found = (
        Organisation.objects.filter(pk=1) if account_id is None else Account.objects.filter(pk=account_id)
    ).values_list("card_layout", "card_layout_version", "card_layout_by__name", "card_layout_at")
    entries, version, by, at = found.first() or ([], 0, "", None)
    return KeptLayout(entries if isinstance(entries, list) else [], version, by or "", at)


@dataclass(frozen=True, slots=True)
class OwnLayout:
    id: int
    name: str


def accounts_with_own_layout(viewer: Viewer, *, limit: int = 30) -> list[OwnLayout]:
    """The active accounts, of those that the viewer sees, whose cards are laid out otherwise than all others."""
    found = visible_accounts(viewer).filter(~Q(card_layout=[]), is_active=True).order_by("name", "pk")
    return [OwnLayout(*row) for row in found.values_list("id", "name")[:limit]]
