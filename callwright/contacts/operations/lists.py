"""The lists an organisation edits: categories of contacts, stages of orders, fields of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, models, transaction

from callwright.contacts.models import Category, CategoryPast, CustomField, OrderStage
from callwright.kit.texts import clean_line, latin
from callwright.live.operations.publish import Change, publish

TONES: Final = ("grey", "accent", "blue", "green", "yellow", "orange", "red", "pink", "violet")
"""Colours of the kit that an organisation may choose from; grey is the neutral one."""

CATEGORY_ICONS: Final = (
    "user", "user-plus", "users", "star", "briefcase", "building", "alert-triangle", "clock", "phone",
    "help-circle", "circle-check", "bell", "flag", "bookmark", "calendar", "eye", "lock", "map-pin", "message",
    "note", "package", "settings", "shield-lock", "tag", "world",
)  # fmt: skip


class ListRefused(Exception):
    """An entry cannot be saved; `field` and `reason` (empty, too_long, taken, unknown, last, in_use) tell why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@transaction.atomic
def save_category(
    *, category_id: int | None = None, name: str, colour: str, icon: str, advice: str, now: datetime
) -> int:
    """Make or change a category; returns its id. Calls of the past keep its former name and colour.

    Raises ListRefused, Category.DoesNotExist.
    """
    if category_id:
        category = Category.objects.select_for_update().get(pk=category_id)
    else:
        category = Category(position=_next(Category))
    before = (category.name, category.colour, category.icon)
    category.name = _text("name", name, 80)
    category.advice = _text("advice", advice, 300, empty=True)
    category.colour = _one_of("colour", colour, TONES)
    category.icon = _one_of("icon", icon, CATEGORY_ICONS)
    saved = _saved(category, "categories", now)
    if category_id and before != (category.name, category.colour, category.icon):
        CategoryPast.objects.create(category=category, name=before[0], colour=before[1], icon=before[2], until=now)
    return saved


@transaction.atomic
def save_stage(
    *, stage_id: int | None = None, name: str, colour: str, is_open: bool, counts_as_debt: bool | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """Make or change an order's stage; returns its id. Unpaid orders count as debt while open, unless it is said.

    Raises ListRefused, OrderStage.DoesNotExist.
    """
    stage = OrderStage.objects.get(pk=stage_id) if stage_id else OrderStage(position=_next(OrderStage))
    stage.name = _text("name", name, 80)
    stage.colour = _one_of("colour", colour, TONES)
    stage.is_open = is_open
    stage.counts_as_debt = is_open if counts_as_debt is None else counts_as_debt
    return _saved(stage, "stages", now)


@transaction.atomic
def remove_stage(*, stage_id: int, now: datetime) -> None:
    """Remove a stage that no order has or had. Raises ListRefused (in_use), OrderStage.DoesNotExist."""
    stage = OrderStage.objects.select_for_update().get(pk=stage_id)
    try:
        with transaction.atomic():
            stage.delete()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except (models.ProtectedError, IntegrityError) as error:
        raise ListRefused("stage", "in_use") from error
    publish([Change("lists", "stages", str(stage_id))], now=now)


@dataclass(frozen=True, slots=True)
class FieldWish:
    """A custom field as someone wants it; `choices` only count for the kind `choice`."""

    label: str
    kind: str
    choices: Sequence[str] = ()
    on_card: bool = False


@transaction.atomic
def save_custom_field(*, field_id: int | None = None, wish: FieldWish, now: datetime) -> int:
    """Make or change a field; returns its id. Code and kind never change once made: values depend on them.

    Raises ListRefused, CustomField.DoesNotExist.
    """
    label = _text("label", wish.label, 80)
    if field_id:
        field = CustomField.objects.get(pk=field_id)
    else:
        field = CustomField(position=_next(CustomField), code=_code(label))
        field.kind = _one_of("kind", wish.kind, CustomField.Kind.values)
    field.label = label
    field.choices = _choices(wish.choices) if field.kind == CustomField.Kind.CHOICE else []
    field.on_card = wish.on_card
    return _saved(field, "fields", now)


_LISTS: dict[str, type[Category] | type[OrderStage] | type[CustomField]] = {
    "categories": Category, "stages": OrderStage, "fields": CustomField
}  # fmt: skip


@transaction.atomic
def put_in_order(*, of: str, ids: Sequence[int], now: datetime) -> None:
    """Give the entries of a list (categories, stages, fields) the order of `ids`; others follow. Raises KeyError."""
    table = _LISTS[of]
    places = {entry: place for place, entry in enumerate(dict.fromkeys(ids))}
    entries: list[Any] = list(table._default_manager.select_for_update().order_by("position", "pk"))
    entries.sort(key=lambda entry: places.get(entry.pk, len(places)))
    for place, entry in enumerate(entries):
        entry.position = place
        entry.save(update_fields=["position"])
    publish([Change("lists", of)], now=now)


@transaction.atomic
def retire(*, of: str, entry_id: int, retired: bool, now: datetime) -> None:
    """Stop offering a category or field, or offer it again; what has it keeps it. Raises ObjectDoesNotExist."""
    table = Category if of == "categories" else CustomField
    entry = table._default_manager.select_for_update().get(pk=entry_id)
    entry.retired = retired
    entry.save(update_fields=["retired"])
    publish([Change("lists", of, str(entry_id))], now=now)


def _saved(entry: Category | OrderStage | CustomField, name: str, now: datetime) -> int:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise ListRefused("label" if name == "fields" else "name", "taken") from error
    publish([Change("lists", name, str(entry.pk))], now=now)
    return entry.pk


def _next(table: type[Category] | type[OrderStage] | type[CustomField]) -> int:
    last = table._default_manager.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _text(field: str, text: str, longest: int, *, empty: bool = False) -> str:
    text = clean_line(text)
    if not text and not empty:
        raise ListRefused(field, "empty")
    if len(text) > longest:
        raise ListRefused(field, "too_long")
    return text


def _one_of(field: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ListRefused(field, "unknown")
    return value


def _choices(choices: Sequence[str]) -> list[str]:
    cleaned = [text for text in dict.fromkeys(clean_line(choice) for choice in choices) if text]
    if not cleaned:
        raise ListRefused("choices", "empty")
    if len(cleaned) > 200 or any(len(choice) > 100 for choice in cleaned):
        raise ListRefused("choices", "too_long")
    return cleaned


def _code(label: str) -> str:
    """A code from the label that no field, retired ones included, has yet: their values are still kept."""
    base = re.sub(r"[^a-z0-9]+", "_", latin(label)).strip("_")[:30] or "field"
    taken = set(CustomField.objects.filter(code__startswith=base).values_list("code", flat=True))
    codes = [base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))]
    return next(code for code in codes if code not in taken)
