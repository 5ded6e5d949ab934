"""Makes a person or company."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from callwright.contacts.models import Contact
from callwright.contacts.operations.contact_values import put
from callwright.contacts.operations.errors import ContactRefused
from callwright.contacts.operations.keep_contact import keep
from callwright.contacts.operations.numbers import NewNumber, kept_number, put_number
from callwright.contacts.ports import tell_numbers


@transaction.atomic
def create_contact(
    *,
    account_id: int,
    kind: str,
    values: Mapping[str, Any],
    numbers: Sequence[NewNumber] = (),
    by: int | None,
    now: datetime,
) -> int:
    """A new contact of the account with its numbers; returns its id.

    It needs a name or a number. Raises ContactRefused, NumberRefused.
    """
    if kind not in Contact.Kind.values:
        raise ContactRefused("kind", "unknown")
    contact = Contact(account_id=account_id, kind=kind, updated_by_id=by)
    for field, value in values.items():
        put(contact, field, value)
    if not contact.name and (kind == Contact.Kind.COMPANY or not numbers):
        raise ContactRefused("name", "empty")
    contact.save()
    for number in numbers:
        put_number(contact, number)
    keep(contact, name="created", by=by, now=now)
    if numbers:
        tell_numbers(account_id, contact.pk, [kept_number(account_id, one.raw) for one in numbers], now)
    return contact.pk
