"""All that is known of a contact, for the card and the contact's page."""

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.contacts.models import Contact, ContactNumber
from callwright.contacts.queries.contacts import CategoryMark, MarkerSign, marker_sign, photo_url
from callwright.contacts.queries.lists import FieldValue, custom_fields, values_of
from callwright.contacts.queries.orders import OrderRow, debts_of, orders_of
from callwright.contacts.rules import Money, is_birthday, zone_of
from callwright.kit.phone_numbers import place_of
from callwright.staff.queries.rights import Viewer, account_scope, may


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


CARD_QUERIES = 3
"""Queries of `card_contact`, whatever the contact has."""


def card_contact(viewer: Viewer, contact_id: int, *, now: datetime) -> ContactCard | None:
    """The contact with its numbers, e-mails, orders, debts and custom fields; None when the viewer may not see it."""
    if not may(viewer, "see_contacts"):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_card_sql(), {"contact": contact_id, **account_scope(viewer)})
        found = cursor.fetchone()
        if found is None:
            return None
        row = dict(zip([column.name for column in cursor.description], found, strict=True))
    account_id: int = row["account_id"]
    numbers = _numbers(row["numbers"])
    orders = orders_of(account_id, contact_id)
    zone = _zone(row, numbers)
    today = now.astimezone(ZoneInfo(zone or row["account_zone"])).date()
    return ContactCard(
        **{name: row[name] for name in _AS_IN_ROW},
        category=_mark(row),
        marker=marker_sign(row["marker_shown"], row["marker_name"], row["marker_icon"], row["picture"] or ""),
        local_zone=zone,
        birthday_today=is_birthday(row["birthday"], today),
        responsible=Person(row["responsible_id"], row["responsible_name"]) if row["responsible_id"] else None,
        photo_url=photo_url(contact_id, row["photo"]),
        photo_full_url=photo_url(contact_id, row["photo"], small=False),
        numbers=numbers,
        emails=tuple(CardEmail(*one) for one in json.loads(row["emails"] or "[]")),
        orders=orders,
        debts=debts_of(orders),
        custom=values_of(json.loads(row["custom"]), custom_fields()),
    )


@cache
def _card_sql() -> str:
    return Path(__file__).with_name("card_contact.sql").read_text(encoding="utf-8")


_WORKED_OUT = {
    "category", "marker", "local_zone", "birthday_today", "responsible", "photo_url", "photo_full_url", "numbers",
    "emails", "orders", "debts", "custom",
}  # fmt: skip
_AS_IN_ROW = [field.name for field in fields(ContactCard) if field.name not in _WORKED_OUT]


def _mark(row: dict[str, Any]) -> CategoryMark | None:
    if row["category_id"] is None:
        return None
    return CategoryMark(row["category_id"], row["category_name"], row["colour"], row["icon"], row["advice"])


def _numbers(found: str | None) -> tuple[CardNumber, ...]:
    labels = dict(ContactNumber.Kind.choices)
    return tuple(
        CardNumber(id, number, kind, str(labels.get(kind, kind)), datetime.fromisoformat(spoken) if spoken else None)
        for id, number, kind, spoken in json.loads(found or "[]")
    )


def _zone(row: dict[str, Any], numbers: tuple[CardNumber, ...]) -> str:
    places = (place_of(number.number) for number in numbers)
    first = next((place for place in places if place is not None and place.country_code), None)
    country = row["country"] or (first.country_code if first else "")
    return zone_of(country, first.time_zones if first else (), row["home_country"], row["account_zone"])
