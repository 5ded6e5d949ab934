"""The lists an organisation edits, as screens and cards use them."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from callwright.contacts.models import Category, CategoryPast, Contact, Order, OrderStage
from callwright.contacts.queries.contacts import CategoryMark


def categories(*, also: int | None = None) -> list[CategoryMark]:
    """The categories offered, in order; `also` keeps a retired one that a contact has."""
    rows = Category.objects.values_list("id", "name", "colour", "icon", "advice", "retired")
    return [CategoryMark(*row[:5]) for row in rows if not row[5] or row[0] == also]


def category_then(mark: CategoryMark, at: datetime) -> CategoryMark:
    """How the category was named and drawn at a moment; one query."""
    past = CategoryPast.objects.filter(category_id=mark.id, until__gt=at).order_by("until").first()
    return mark if past is None else CategoryMark(mark.id, past.name, past.colour, past.icon, mark.advice)


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    mark: CategoryMark
    retired: bool
    contacts: int


def category_entries() -> list[CategoryEntry]:
    """All categories with the number of contacts that have each."""
    counts = dict(Contact.objects.exclude(category=None).values_list("category_id").annotate(Count("id")).order_by())
    rows = Category.objects.values_list("id", "name", "colour", "icon", "advice", "retired")
    return [CategoryEntry(CategoryMark(*row[:5]), row[5], counts.get(row[0], 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class Stage:
    id: int
    name: str
    colour: str
    is_open: bool
    counts_as_debt: bool
    orders: int = 0


def stages() -> list[Stage]:
    """The stages of orders, in order."""
    return [Stage(*row) for row in OrderStage.objects.values_list("id", "name", "colour", "is_open", "counts_as_debt")]


def stage_entries() -> list[Stage]:
    """The same with the number of orders in each."""
    counts = dict(Order.objects.values_list("stage_id").annotate(Count("id")).order_by())
    rows = OrderStage.objects.values_list("id", "name", "colour", "is_open", "counts_as_debt")
    return [Stage(*row, orders=counts.get(row[0], 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class Field:
    id: int
    code: str
    label: str
    kind: str
    choices: tuple[str, ...]
    on_card: bool
    retired: bool


_FIELDS = """
    SELECT id, code, label, kind, choices::text, on_card, retired FROM contacts_customfield ORDER BY position, label
"""


def custom_fields(*, with_retired: bool = False) -> list[Field]:
    """The organisation's own fields of contacts, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_FIELDS)
        return [
            Field(id, code, label, kind, tuple(json.loads(choices)), on_card, retired)
            for id, code, label, kind, choices, on_card, retired in cursor.fetchall()
            if with_retired or not retired
        ]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A custom field of one contact. `value` is text, a decimal or date as text, true, false, or None."""

    code: str
    label: str
    kind: str
    choices: tuple[str, ...]
    on_card: bool
    value: str | bool | None


def values_of(custom: dict[str, str | bool], fields: list[Field]) -> tuple[FieldValue, ...]:
    """The fields with a contact's values, the empty ones too."""
    return tuple(FieldValue(f.code, f.label, f.kind, f.choices, f.on_card, custom.get(f.code)) for f in fields)
