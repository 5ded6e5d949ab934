"""Locks a contact, and saves it with its search text: shared by all operations that change one."""

from datetime import datetime

from callwright.contacts.models import Contact, ContactEmail, ContactNumber
from callwright.contacts.operations.errors import ContactMissing
from callwright.contacts.searching import build_search_text, sort_key_of
from callwright.live.operations.publish import Change, publish

_WRITTEN = [field.attname for field in Contact._meta.concrete_fields if field.attname not in ("id", "account_id")]


def locked_contact(account_id: int, contact_id: int) -> Contact:
    """The contact, locked until the transaction ends. Raises ContactMissing."""
    found = Contact.objects.select_for_update().filter(account_id=account_id, pk=contact_id).first()
    if found is None:
        raise ContactMissing(account_id, contact_id)
    return found


def index_contact(contact: Contact) -> None:
    """Work out the search text and sort key from the contact, its numbers, e-mails and company; nothing saved."""
    numbers: list[str] = []
    emails: list[str] = []
    company = ""
    if contact.pk is not None:
        mine = {"account_id": contact.account_id, "contact_id": contact.pk}
        numbers = list(ContactNumber.objects.filter(**mine).order_by("id").values_list("number", flat=True))
        emails = list(ContactEmail.objects.filter(**mine).order_by("id").values_list("email", flat=True))
    if contact.company_id is not None:
        companies = Contact.objects.filter(account_id=contact.account_id, pk=contact.company_id)
        company = companies.values_list("name", flat=True).first() or ""
    fill_index(contact, numbers=numbers, emails=emails, company=company)


def fill_index(contact: Contact, *, numbers: list[str], emails: list[str], company: str) -> None:
    """The same from what the caller has read already, for many contacts at once."""
    custom = [str(value) for value in contact.custom.values() if not isinstance(value, bool)]
    names = (contact.name, contact.surname, contact.first_name, company)
    contact.search_text = build_search_text(names, (*emails, contact.city, contact.loyalty, *custom), numbers)
    fallback = numbers[0] if numbers else ""
    if contact.kind == Contact.Kind.COMPANY:
        contact.sort_key = sort_key_of(contact.name, "", fallback)
    else:
        contact.sort_key = sort_key_of(contact.surname, contact.first_name, contact.name or fallback)


def keep(contact: Contact, *, name: str = "changed", by: int | None, now: datetime) -> None:
    """Save a changed contact with its index and who changed it, and tell open pages."""
    index_contact(contact)
    contact.updated_by_id = by
    contact.updated_at = now
    # Not save(): its WHERE would name the id alone, and account data is always written with its account.
    Contact.objects.filter(account_id=contact.account_id, pk=contact.pk).update(
        **{name: getattr(contact, name) for name in _WRITTEN}
    )
    announce(contact.account_id, contact.pk, name=name, by=by, now=now)


def announce(account_id: int, contact_id: int, *, name: str = "changed", by: int | None, now: datetime) -> None:
    """Say on topic `contacts` that a contact, or something that belongs to it, is new or changed."""
    publish([Change("contacts", name, str(contact_id), account_id, {"by": by})], now=now)
