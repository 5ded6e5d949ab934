"""All that is known of a contact, for the card and the contact's page."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callwright.contacts.models import Contact, ContactEmail, ContactNumber
from callwright.contacts.queries.contacts import CategoryMark, MarkerSign, marker_sign, photo_url, visible_contacts
from callwright.contacts.queries.lists import FieldValue, custom_fields, values_of
from callwright.contacts.queries.orders import OrderRow, debts_of, orders_of
from callwright.contacts.rules import Money, is_birthday, zone_of
from callwright.kit.phone_numbers import place_of
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class CardNumber:
    id: int
    number: str
    kind: str
    kind_label: str
    last_spoken_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardEmail:
    id: int
    email: str


@dataclass(frozen=True, slots=True)
class Person:
    """An employee by id and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact with everything about it. `local_zone` is empty where the place does not tell one zone."""

    id: int
    account_id: int
    account: str
    account_zone: str
    home_country: str
    kind: str
    name: str
    surname: str
    first_name: str
    job_title: str
    company_id: int | None
    company: str
    category: CategoryMark | None
    warning: str
    city: str
    region: str
    country: str
    local_zone: str
    language: str
    birthday: date | None
    birthday_today: bool
    loyalty: str
    responsible: Person | None
    line_of_business: str
    sells: str
    management: str
    decides: str
    photo_url: str
    photo_full_url: str
    marker_id: int | None
    marker: MarkerSign | None
    numbers: tuple[CardNumber, ...]
    emails: tuple[CardEmail, ...]
    orders: tuple[OrderRow, ...]
    debts: tuple[Money, ...]
    custom: tuple[FieldValue, ...]
    created_automatically: bool
    last_call_at: datetime | None
    updated_at: datetime
    updated_by: str

    @property
    def open_orders(self) -> tuple[OrderRow, ...]:
        return tuple(order for order in self.orders if order.stage.is_open)

    @property
    def custom_on_card(self) -> tuple[FieldValue, ...]:
        return tuple(value for value in self.custom if value.on_card)

    @property
    def is_company(self) -> bool:
        return self.kind == Contact.Kind.COMPANY


CARD_QUERIES = 5
"""Queries of `card_contact` beside the viewer's rights, whatever the contact has."""


def card_contact(viewer: Viewer, contact_id: int, *, now: datetime) -> ContactCard | None:
    """The contact with its numbers, e-mails, orders, debts and custom fields; None when the viewer may not see it."""
    joined = visible_contacts(viewer).select_related(
        "account", "category", "company", "responsible", "updated_by", "marker"
    )
    contact = joined.filter(pk=contact_id).first()
    if contact is None:
        return None
    numbers = _numbers(contact)
    orders = orders_of(contact.account_id, contact.pk)
    zone = _zone(contact, numbers)
    today = now.astimezone(ZoneInfo(zone or contact.account.time_zone)).date()
    same = {name: getattr(contact, name) for name in _SAME}
    return ContactCard(
        **same,
        account=contact.account.name,
        account_zone=contact.account.time_zone,
        home_country=contact.account.home_country,
        company=contact.company.name if contact.company else "",
        category=_mark(contact),
        marker=_marker(contact),
        local_zone=zone,
        birthday_today=is_birthday(contact.birthday, today),
        responsible=Person(contact.responsible.pk, contact.responsible.name) if contact.responsible else None,
        photo_url=photo_url(contact.pk, contact.photo.name or ""),
        photo_full_url=photo_url(contact.pk, contact.photo.name or "", small=False),
        numbers=numbers,
        emails=_emails(contact),
        orders=orders,
        debts=debts_of(orders),
        custom=values_of(contact.custom, custom_fields()),
        updated_by=contact.updated_by.name if contact.updated_by else "",
    )


_WORKED_OUT = {
    "account", "account_zone", "home_country", "company", "category", "local_zone", "birthday_today", "responsible",
    "photo_url", "photo_full_url", "marker", "numbers", "emails", "orders", "debts", "custom", "updated_by",
}  # fmt: skip
_SAME = [field.name for field in fields(ContactCard) if field.name not in _WORKED_OUT]


def _mark(contact: Contact) -> CategoryMark | None:
    category = contact.category
    if category is None:
        return None
    return CategoryMark(category.pk, category.name, category.colour, category.icon, category.advice)


def _marker(contact: Contact) -> MarkerSign | None:
    marker = contact.marker
    if marker is None or marker.retired:
        return None
    return marker_sign(marker.pk, marker.name, marker.icon, marker.picture.name or "")


def _numbers(contact: Contact) -> tuple[CardNumber, ...]:
    rows = ContactNumber.objects.filter(account_id=contact.account_id, contact_id=contact.pk).order_by("id")
    return tuple(CardNumber(n.pk, n.number, n.kind, n.get_kind_display(), n.last_spoken_at) for n in rows)


def _emails(contact: Contact) -> tuple[CardEmail, ...]:
    rows = ContactEmail.objects.filter(account_id=contact.account_id, contact_id=contact.pk).order_by("id")
    return tuple(CardEmail(id, email) for id, email in rows.values_list("id", "email"))


def _zone(contact: Contact, numbers: tuple[CardNumber, ...]) -> str:
    places = (place_of(number.number) for number in numbers)
    first = next((place for place in places if place is not None and place.country_code), None)
    country = contact.country or (first.country_code if first else "")
    account = contact.account
    return zone_of(country, first.time_zones if first else (), account.home_country, account.time_zone)
