"""Makes and changes accounts."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

import phonenumbers
from django.conf import settings
from django.db import transaction

from callwright.accounts.models import Account, UnknownCallers
from callwright.accounts.rules import check_screen_pop
from callwright.kit.texts import clean_line, clean_lines
from callwright.live.operations.publish import Change, publish

_LINES: Final = frozenset({"greeting", "instructions"})
_FLAGS: Final = frozenset({"is_active", "is_default"})
ACCOUNT_FIELDS: Final = frozenset(
    {"name", "number", "home_country", "language", "time_zone", "unknown_callers", "screen_pop_url", *_LINES, *_FLAGS}
)

_LONGEST: Final = {field.name: field.max_length for field in Account._meta.concrete_fields}


class AccountRefused(Exception):
    """What was asked cannot stand in `field`; `reason`: unknown_field, empty, too_long, unknown or last_default."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@transaction.atomic
def create_account(*, values: Mapping[str, Any], now: datetime) -> int:
    """A new account; returns its id. Raises AccountRefused, ScreenPopRefused."""
    account = Account()
    return _write(account, {"name": "", **values}, now)


@transaction.atomic
def update_account(*, account_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Change the given fields of an account. Raises Account.DoesNotExist, AccountRefused, ScreenPopRefused."""
    _write(Account.objects.select_for_update().get(pk=account_id), values, now)


def _write(account: Account, values: Mapping[str, Any], now: datetime) -> int:
    made = account.pk is None
    was_default = account.is_default
    for field, value in values.items():
        setattr(account, field, _cleaned(field, value))
    if was_default and not account.is_default:
        # Calls on unclaimed lines must go somewhere: another account takes the place, this one never just drops it.
        raise AccountRefused("is_default", "last_default")
    if account.is_default and not account.is_active:
        raise AccountRefused("is_active", "last_default")
    if account.is_default:
        Account.objects.filter(is_default=True).exclude(pk=account.pk).update(is_default=False)
    account.save()
    publish([Change("accounts", "created" if made else "changed", str(account.pk), account.pk)], now=now)
    return account.pk


def _cleaned(field: str, value: Any) -> Any:
    if field not in ACCOUNT_FIELDS:
        raise AccountRefused(field, "unknown_field")
    if field in _FLAGS:
        return bool(value)
    text = clean_lines(str(value)) if field in _LINES else clean_line(str(value))
    longest = _LONGEST.get(field) or 4000
    if len(text) > longest:
        raise AccountRefused(field, "too_long")
    if field == "name" and not text:
        raise AccountRefused(field, "empty")
    if field == "screen_pop_url" and text:
        check_screen_pop(text)
    if field in _KNOWN and text not in _KNOWN[field]():
        raise AccountRefused(field, "unknown")
    return text


_KNOWN: Final[dict[str, Callable[[], Collection[str]]]] = {
    "home_country": lambda: phonenumbers.SUPPORTED_REGIONS,
    "language": lambda: dict(settings.LANGUAGES),
    "time_zone": available_timezones,
    "unknown_callers": lambda: ["", *UnknownCallers.values],
}
