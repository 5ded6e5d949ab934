"""Keeps how cards are laid out; what the entries mean is the desk's."""

from collections.abc import Mapping, Sequence

from callwright.accounts.models import Account, Organisation


def keep_card_layout(*, account_id: int | None, layout: Sequence[Mapping[str, str]]) -> None:
    """For an account, or with None for the organisation; an empty layout means: as the organisation, or the default."""
    entries = [dict(entry) for entry in layout]
    if account_id is not None:
        Account.objects.filter(pk=account_id).update(card_layout=entries)
    else:
        Organisation.objects.update_or_create(pk=1, defaults={"card_layout": entries})
