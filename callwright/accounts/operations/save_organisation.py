"""Sets what holds for the whole installation."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

import phonenumbers
from django.conf import settings
from django.db import transaction

from callwright.accounts.models import Organisation, UnknownCallers
from callwright.accounts.operations.save_account import AccountRefused
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish

ORGANISATION_FIELDS: Final = frozenset({"kind", "name", "home_country", "language", "time_zone", "unknown_callers"})
_KNOWN: Final[dict[str, Callable[[], Collection[str]]]] = {
    "kind": lambda: Organisation.Kind.values,
    "home_country": lambda: phonenumbers.SUPPORTED_REGIONS,
    "language": lambda: dict(settings.LANGUAGES),
    "time_zone": available_timezones,
    "unknown_callers": lambda: UnknownCallers.values,
}


@transaction.atomic
def save_organisation(*, values: Mapping[str, Any], now: datetime) -> None:
    """Change the given fields of the organisation; it is made when it was never set up. Raises AccountRefused."""
    organisation, _ = Organisation.objects.select_for_update().get_or_create(pk=1)
    for field, value in values.items():
        text = clean_line(str(value))
        if field not in ORGANISATION_FIELDS:
            raise AccountRefused(field, "unknown_field")
        if field == "name" and not text:
            raise AccountRefused(field, "empty")
        if field == "name" and len(text) > 200:
            raise AccountRefused(field, "too_long")
        if field in _KNOWN and text not in _KNOWN[field]():
            raise AccountRefused(field, "unknown")
        setattr(organisation, field, text)
    organisation.save()
    publish([Change("accounts", "organisation")], now=now)
