"""Adds a number to a contact and takes one away."""

from datetime import datetime

from django.db import transaction

from callwright.contacts.models import ContactNumber
from callwright.contacts.operations.keep_contact import keep, locked_contact
from callwright.contacts.operations.numbers import NewNumber, kept_number, put_number
from callwright.contacts.ports import tell_numbers


@transaction.atomic
def add_number(
    *,
    account_id: int,
    contact_id: int,
    number: str,
    kind: str = ContactNumber.Kind.OTHER,
    by: int | None,
    now: datetime,
) -> bool:
    """Give a contact a number in any notation; False when it had it already, in whatever notation.

    Raises ContactMissing, NumberRefused.
    """
    contact = locked_contact(account_id, contact_id)
    added = put_number(contact, NewNumber(number, kind))
    if added:
        keep(contact, by=by, now=now)
        tell_numbers(account_id, contact_id, [kept_number(account_id, number)], now)
    return added


attach_number_to_contact = add_number
"""DESK-5: the number of a call becomes this contact's; the caller of this moves the call to its history."""


@transaction.atomic
def remove_number(*, account_id: int, contact_id: int, number_id: int, by: int | None, now: datetime) -> str:
    """Take a number away from a contact; returns it, empty when it was gone already. Raises ContactMissing."""
    contact = locked_contact(account_id, contact_id)
    mine = ContactNumber.objects.filter(account_id=account_id, contact_id=contact_id, pk=number_id)
    number = mine.values_list("number", flat=True).first() or ""
    if number:
        mine.delete()
        keep(contact, by=by, now=now)
        tell_numbers(account_id, contact_id, [number], now)
    return number


@transaction.atomic
def set_number_kind(
    *, account_id: int, contact_id: int, number_id: int, kind: str, by: int | None, now: datetime
) -> None:
    """Say what a number is for (mobile, work …). Raises ContactMissing; an unknown kind becomes `other`."""
    contact = locked_contact(account_id, contact_id)
    kind = kind if kind in ContactNumber.Kind.values else ContactNumber.Kind.OTHER
    ContactNumber.objects.filter(account_id=account_id, contact_id=contact_id, pk=number_id).update(kind=kind)
    keep(contact, by=by, now=now)
