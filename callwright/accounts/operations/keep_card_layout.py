"""Keeps how cards are laid out; what the entries mean is the desk's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from callwright.accounts.models import Account, Organisation
from callwright.live.operations.publish import Change, publish


class LayoutChanged(Exception):
    """Somebody else kept a newer layout meanwhile; nothing was kept."""


@transaction.atomic
def keep_card_layout(
    *, account_id: int | None, layout: Sequence[Mapping[str, str]], version: int, by: int | None, now: datetime
) -> int:
    """For an account, or with None for the organisation; an empty layout means: as the organisation, or the default.
    `version` is the one that was looked at; returns the new one. Raises LayoutChanged, Account.DoesNotExist.
    """
    kept: Account | Organisation
    if account_id is not None:
        kept = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    else:
        kept, _ = Organisation.objects.select_for_update(no_key=True).get_or_create(pk=1)
    if kept.card_layout_version != version:
        raise LayoutChanged
    kept.card_layout = [dict(entry) for entry in layout]
    kept.card_layout_version += 1
    kept.card_layout_at, kept.card_layout_by_id = now, by
    kept.save(update_fields=["card_layout", "card_layout_version", "card_layout_at", "card_layout_by"])
    told = {"version": kept.card_layout_version}
    publish([Change("accounts", "layout", str(account_id or 0), account_id, told)], now=now)
    return kept.card_layout_version
