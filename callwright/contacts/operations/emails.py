"""Adds an e-mail address to a contact and takes one away."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from callwright.contacts.models import ContactEmail
from callwright.contacts.operations.errors import ContactRefused
from callwright.contacts.operations.keep_contact import keep, locked_contact
from callwright.kit.texts import clean_line

MOST_EMAILS = 50


@transaction.atomic
def add_email(*, account_id: int, contact_id: int, email: str, by: int | None, now: datetime) -> bool:
    """Give a contact an address; False when it had it in any case of letters. Raises ContactMissing, ContactRefused."""
    contact = locked_contact(account_id, contact_id)
    email = clean_line(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise ContactRefused("email", "not_an_email") from error
    if len(email) > 254:
        raise ContactRefused("email", "too_long", "254")
    mine = ContactEmail.objects.filter(account_id=account_id, contact_id=contact_id)
    if mine.filter(email__iexact=email).exists():
        return False
    if mine.count() >= MOST_EMAILS:
        raise ContactRefused("email", "too_many", str(MOST_EMAILS))
    ContactEmail.objects.create(account_id=account_id, contact_id=contact_id, email=email)
    keep(contact, by=by, now=now)
    return True


@transaction.atomic
def remove_email(*, account_id: int, contact_id: int, email_id: int, by: int | None, now: datetime) -> str:
    """Take an address away; returns it, empty when it was gone already. Raises ContactMissing."""
    contact = locked_contact(account_id, contact_id)
    mine = ContactEmail.objects.filter(account_id=account_id, contact_id=contact_id, pk=email_id)
    email = mine.values_list("email", flat=True).first() or ""
    if email:
        mine.delete()
        keep(contact, by=by, now=now)
    return email
