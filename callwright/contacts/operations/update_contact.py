"""Changes a contact: a whole form, or one field at a time as it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from callwright.contacts.models import Contact, ContactEmail, ContactNumber
from callwright.contacts.operations.contact_values import CUSTOM, put
from callwright.contacts.operations.keep_contact import announce, fill_index, keep, locked_contact


@dataclass(frozen=True, slots=True)
class SavedField:
    """What was kept, and who had changed the contact last before that: their text may just have been replaced."""

    value: Any
    changed: bool
    before_by: int | None
    before_at: datetime


@transaction.atomic
def update_contact(
    *, account_id: int, contact_id: int, values: Mapping[str, Any], by: int | None, now: datetime
) -> None:
    """Change the given fields together or not at all. Raises ContactMissing, ContactRefused."""
    contact = locked_contact(account_id, contact_id)
    before = contact.name
    for field, value in values.items():
        put(contact, field, value)
    keep(contact, by=by, now=now)
    if contact.name != before:
        _index_people(contact)


@transaction.atomic
def save_field(
    *, account_id: int, contact_id: int, field: str, value: Any, by: int | None, now: datetime
) -> SavedField:
    """Change one field (`surname`, `category`, `custom.<code>` …) as it is typed; an equal value writes nothing.

    Raises ContactMissing, ContactRefused.
    """
    contact = locked_contact(account_id, contact_id)
    before_by, before_at, before_name = contact.updated_by_id, contact.updated_at, contact.name
    before = _value(contact, field)
    put(contact, field, value)
    kept = _value(contact, field)
    if kept != before:
        keep(contact, by=by, now=now)
        if contact.name != before_name:
            _index_people(contact)
    return SavedField(kept, kept != before, before_by, before_at)


def _value(contact: Contact, field: str) -> Any:
    if field.startswith(CUSTOM):
        return contact.custom.get(field.removeprefix(CUSTOM))
    name = f"{field}_id" if field in ("category", "company", "responsible") else field
    return getattr(contact, name, None)


def _index_people(company: Contact) -> None:
    """People are found by their company's name: a new name is written into all of their search texts."""
    if company.kind != Contact.Kind.COMPANY:
        return
    people = list(Contact.objects.select_for_update().filter(account_id=company.account_id, company_id=company.pk))
    numbers: dict[int, list[str]] = {}
    emails: dict[int, list[str]] = {}
    theirs = {"account_id": company.account_id, "contact_id__in": [person.pk for person in people]}
    for contact_id, number in ContactNumber.objects.filter(**theirs).order_by("id").values_list("contact_id", "number"):
        numbers.setdefault(contact_id, []).append(number)
    for contact_id, email in ContactEmail.objects.filter(**theirs).order_by("id").values_list("contact_id", "email"):
        emails.setdefault(contact_id, []).append(email)
    for person in people:
        fill_index(person, numbers=numbers.get(person.pk, []), emails=emails.get(person.pk, []), company=company.name)
    Contact.objects.filter(account_id=company.account_id).bulk_update(people, ["search_text"], batch_size=500)


@transaction.atomic
def set_marker(*, account_id: int, contact_id: int, marker_id: int | None, by: int | None, now: datetime) -> None:
    """Put a marker on a contact or take it away. Raises ContactMissing."""
    contact = locked_contact(account_id, contact_id)
    Contact.objects.filter(account_id=account_id, pk=contact.pk).update(
        marker_id=marker_id, updated_by_id=by, updated_at=now
    )
    announce(account_id, contact_id, by=by, now=now)
