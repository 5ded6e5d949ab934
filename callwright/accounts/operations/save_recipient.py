"""Adds, changes and removes the people to whom an account's call notes go."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from callwright.accounts.models import Account, NoteRecipient
from callwright.kit.phone_numbers import parse_number
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish


class RecipientRefused(Exception):
    """Cannot be saved; `field` and `reason` (empty, too_long, no_way, not_an_email, not_a_number) tell why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@transaction.atomic
def save_recipient(
    *,
    account_id: int,
    recipient_id: int | None = None,
    name: str,
    email: str = "",
    phone: str = "",
    by_default: bool = True,
    now: datetime,
) -> int:
    """Someone with an e-mail address or a mobile number gets the notes; returns the id.

    Without `recipient_id` a new one. Raises Account.DoesNotExist, NoteRecipient.DoesNotExist, RecipientRefused.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    recipient = (
        NoteRecipient.objects.get(account_id=account_id, pk=recipient_id)
        if recipient_id is not None
        else NoteRecipient(account=account)
    )
    recipient.name = _name(name)
    recipient.email = _email(email)
    recipient.phone = _phone(phone, account.home_country)
    if not recipient.email and not recipient.phone:
        raise RecipientRefused("email", "no_way")
    recipient.by_default = by_default
    recipient.save()
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)
    return recipient.pk


@transaction.atomic
def remove_recipient(*, account_id: int, recipient_id: int, now: datetime) -> None:
    """Notes no longer go to this person. Removing one twice is no error."""
    NoteRecipient.objects.filter(account_id=account_id, pk=recipient_id).delete()
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


def _name(name: str) -> str:
    name = clean_line(name)
    if not name:
        raise RecipientRefused("name", "empty")
    if len(name) > 200:
        raise RecipientRefused("name", "too_long")
    return name


def _email(email: str) -> str:
    email = clean_line(email)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise RecipientRefused("email", "not_an_email") from error
    if len(email) > 254:
        raise RecipientRefused("email", "too_long")
    return email


def _phone(phone: str, home_country: str) -> str:
    if not phone.strip():
        return ""
    parsed = parse_number(phone, home_country)
    if not parsed.e164:
        raise RecipientRefused("phone", "not_a_number")
    return parsed.e164
