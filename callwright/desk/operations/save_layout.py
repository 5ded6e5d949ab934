"""Which parts a card shows and in what order, for the organisation or for one account (DESK-2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from callwright.accounts.operations.keep_card_layout import keep_card_layout
from callwright.desk.queries.fields import own_fields
from callwright.desk.rules import ZONES, default_layout, layout_to_store


def save_layout(
    *, account_id: int | None, zones: Mapping[str, Sequence[str]], version: int, by: int, now: datetime
) -> None:
    """Keeps the layout; the account None is the organisation, `version` what was looked at. Raises ValueError for what
    is no layout, LayoutChanged when a newer one was kept meanwhile.
    """
    fields = own_fields()
    stored = layout_to_store(zones, fields)
    default = [{"part": part, "zone": zone} for zone in ZONES for part, its in default_layout(fields) if its == zone]
    layout = [] if account_id is None and stored == default else stored
    keep_card_layout(account_id=account_id, layout=layout, version=version, by=by, now=now)


def forget_layout(*, account_id: int | None, version: int, by: int, now: datetime) -> None:
    """Back to the organisation's layout, or for the organisation to the product's own. Raises LayoutChanged."""
    keep_card_layout(account_id=account_id, layout=[], version=version, by=by, now=now)
