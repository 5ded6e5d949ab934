"""Erases a contact: what it is called, its numbers, addresses, photo and own fields (CALL-16)."""

from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from callwright.contacts.models import Contact, ContactEmail, ContactNumber, Order
from callwright.contacts.operations.keep_contact import announce, keep, locked_contact
from callwright.contacts.operations.photo import small_name

_KEPT = frozenset({"id", "account_id", "kind", "created_at", "category_id", "created_automatically"})


@transaction.atomic
def erase_contact(*, account_id: int, contact_id: int, by: int | None, now: datetime) -> bool:
    """Erases the contact; what was ordered stays for the books, under a contact without a name. Returns whether such a
    one stays. Raises ContactMissing.
    """
    contact = locked_contact(account_id, contact_id)
    _forget_photo(contact)
    for table in (ContactNumber, ContactEmail):
        table.objects.filter(account_id=account_id, contact_id=contact_id).delete()
    people = list(Contact.objects.select_for_update().filter(account_id=account_id, company_id=contact_id))
    has_orders = Order.objects.filter(account_id=account_id, contact_id=contact_id).exists()
    if has_orders:
        _empty(contact)
        keep(contact, by=by, now=now)
    else:
        Contact.objects.filter(account_id=account_id, pk=contact_id).update(company=None)
        Contact.objects.filter(account_id=account_id, pk=contact_id)._raw_delete(using="default")
        announce(account_id, contact_id, name="erased", by=by, now=now)
    for person in people:  # their search texts held the company's name
        person.company_id = contact_id if has_orders else None
        keep(person, by=by, now=now)
    return has_orders


def _empty(contact: Contact) -> None:
    for field in Contact._meta.concrete_fields:
        if field.attname in _KEPT:
            continue
        setattr(contact, field.attname, None if field.null else field.get_default())


def _forget_photo(contact: Contact) -> None:
    name = contact.photo.name if contact.photo else ""
    if name:
        for file in (name, small_name(name)):
            transaction.on_commit(partial(default_storage.delete, file))
