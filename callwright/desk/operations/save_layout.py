"""Which parts a card shows and in what order, for the organisation or for one account (DESK-2)."""

from collections.abc import Sequence

from callwright.accounts.operations.keep_card_layout import keep_card_layout
from callwright.desk.rules import DEFAULT_LAYOUT, ZONES, layout_to_store


def save_layout(*, account_id: int | None, zones: dict[str, Sequence[str]]) -> None:
    """Keeps the layout; the account None is the organisation. Raises ValueError for what is no layout."""
    stored = layout_to_store(zones)
    default = [{"part": part, "zone": zone} for zone in ZONES for part, its in DEFAULT_LAYOUT if its == zone]
    keep_card_layout(account_id=account_id, layout=[] if account_id is None and stored == default else stored)


def forget_layout(*, account_id: int | None) -> None:
    """Back to the organisation's layout, or for the organisation to the product's own."""
    keep_card_layout(account_id=account_id, layout=[])
