"""The choice of an account on any screen: none in a house, a short list, or a search when there are many."""

from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from callwright.accounts.models import Account, Organisation
from callwright.accounts.queries.accounts import AccountChoice, find_accounts, visible_accounts
from callwright.staff.queries.rights import Viewer, may

SHORT_LIST = 12
"""The longest list that is shown whole; beyond it people type part of the name."""

_COLUMNS = ("id", "name", "home_country")


@dataclass(frozen=True, slots=True)
class AccountChooser:
    """`options` are all accounts where they are few, else the first ones; `chosen` is one the viewer may see."""

    options: tuple[AccountChoice, ...]
    chosen: AccountChoice | None
    is_shown: bool
    is_long: bool

    @property
    def only(self) -> AccountChoice | None:
        """The account meant when nobody chose one."""
        return self.chosen or next(iter(self.options), None)


def account_chooser(viewer: Viewer, chosen_id: int | None = None) -> AccountChooser:
    """What to offer the viewer, active accounts by name; at most two queries besides the rights."""
    active = _active(viewer)
    kind = Organisation.objects.filter(pk=1).values("kind")[:1]
    # A house that kept old accounts means its own one.
    rows = active.annotate(kind=Subquery(kind)).values_list(*_COLUMNS, "kind", "is_default")[: SHORT_LIST + 1]
    found = [(AccountChoice(*row[:3]), row[3], row[4]) for row in rows]
    is_house = bool(found) and (found[0][1] or Organisation.Kind.HOUSE) == Organisation.Kind.HOUSE
    if is_house:
        found = sorted(found, key=lambda one: not one[2])[:1]
    options = tuple(choice for choice, _kind, _default in found)
    chosen = next((one for one in options if one.id == chosen_id), None)
    is_long = len(options) > SHORT_LIST
    if chosen is None and chosen_id is not None and (is_long or is_house):
        chosen = account_choice(viewer, chosen_id)
    return AccountChooser(options[:SHORT_LIST], chosen, len(options) > 1, is_long)


def account_choice(viewer: Viewer, account_id: int | None) -> AccountChoice | None:
    """The active account of this id when the viewer may work for it; one query besides the rights."""
    if account_id is None:
        return None
    row = _active(viewer).filter(pk=account_id).values_list(*_COLUMNS).first()
    return AccountChoice(*row) if row else None


def search_choices(viewer: Viewer, text: str, *, granting: bool = False) -> tuple[list[AccountChoice], bool]:
    """The first active accounts that fit `text`, and whether there are more. `granting`: among all accounts, inactive
    ones too, for those who give rights.
    """
    everything = granting and may(viewer, "administer_users")
    found = find_accounts(None if everything else viewer, text, with_inactive=everything)
    rows = list(found.values_list(*_COLUMNS)[: SHORT_LIST + 1])
    return [AccountChoice(*row) for row in rows[:SHORT_LIST]], len(rows) > SHORT_LIST


def _active(viewer: Viewer) -> QuerySet[Account]:
    return visible_accounts(viewer).filter(is_active=True).order_by("name", "pk")
