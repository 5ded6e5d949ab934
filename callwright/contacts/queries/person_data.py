"""Everything that is kept about one contact, as plain values: for whoever asks what is kept of them (CALL-16)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from callwright.contacts.models import Contact, ContactEmail, ContactNumber, Order, OrderLine
from callwright.contacts.queries.contacts import visible_contacts
from callwright.staff.queries.rights import Viewer

_OWN = (
    *("kind", "name", "surname", "first_name", "job_title", "warning", "city", "region", "country", "language"),
    *("birthday", "loyalty", "line_of_business", "sells", "management", "decides", "custom"),
    *("created_automatically", "last_call_at", "created_at", "updated_at"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as erasing and exporting need it. `shared`: those of its numbers that other contacts have too."""

    account_id: int
    id: int
    name: str
    numbers: tuple[str, ...]
    received: tuple[str, ...]
    shared: frozenset[str]
    emails: tuple[str, ...]

    @property
    def own_numbers(self) -> list[str]:
        return [number for number in self.numbers if number not in self.shared]


def person_of(viewer: Viewer, contact_id: int) -> Person | None:
    """The contact, if the viewer may see it; four queries beside the rights."""
    found = visible_contacts(viewer).filter(pk=contact_id).values_list("account_id", "name").first()
    if found is None:
        return None
    account_id, name = found
    mine = ContactNumber.objects.filter(account_id=account_id, contact_id=contact_id).order_by("id")
    rows = list(mine.values_list("number", "as_received"))
    numbers = [number for number, _ in rows]
    others = ContactNumber.objects.filter(account_id=account_id, number__in=numbers).exclude(contact_id=contact_id)
    emails = ContactEmail.objects.filter(account_id=account_id, contact_id=contact_id)
    return Person(
        account_id, contact_id, name, tuple(numbers), tuple(text for _, text in rows if text),
        frozenset(others.values_list("number", flat=True)), tuple(emails.values_list("email", flat=True)),
    )  # fmt: skip


def data_of_person(person: Person) -> dict[str, Any]:
    """What the contact's own tables hold, as plain JSON values."""
    contact = Contact.objects.select_related("company", "category", "responsible").get(
        account_id=person.account_id, pk=person.id
    )
    own = {name: plain(getattr(contact, name)) for name in _OWN}
    return {
        **{name: value for name, value in own.items() if value not in ("", None, {}, [])},
        "company": contact.company.name if contact.company else "",
        "category": contact.category.name if contact.category else "",
        "responsible": contact.responsible.name if contact.responsible else "",
        "photo": contact.photo.name if contact.photo else "",
        "numbers": _numbers(person),
        "emails": list(person.emails),
        "orders": _orders(person),
    }


def _numbers(person: Person) -> list[dict[str, Any]]:
    mine = ContactNumber.objects.filter(account_id=person.account_id, contact_id=person.id).order_by("id")
    return [
        {
            "number": one.number,
            "as_received": one.as_received,
            "kind": one.kind,
            "last_spoken_at": plain(one.last_spoken_at),
        }
        for one in mine
    ]


def _orders(person: Person) -> list[dict[str, Any]]:
    orders = Order.objects.filter(account_id=person.account_id, contact_id=person.id).select_related("stage")
    lines = OrderLine.objects.filter(account_id=person.account_id, order__contact_id=person.id).order_by("position")
    found = [
        {"number": one.number, "what": one.title, "stage": one.stage.name, "currency": one.currency,
         "amount": plain(one.amount), "paid": plain(one.paid), "ordered_on": plain(one.ordered_on), "id": one.pk}
        for one in orders.order_by("ordered_on", "id")
    ]  # fmt: skip
    for order in found:
        id = order.pop("id")
        order["lines"] = [
            {"what": line.text, "quantity": plain(line.quantity), "price": plain(line.price)}
            for line in lines
            if line.order_id == id
        ]
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
