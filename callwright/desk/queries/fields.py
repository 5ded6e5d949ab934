"""The organisation's own fields of contacts, as parts of a card."""

from callwright.contacts.queries.lists import custom_fields
from callwright.desk.rules import OwnField


def own_fields() -> list[OwnField]:
    """In their order; one query."""
    return [OwnField(one.code, one.on_card) for one in custom_fields()]


def field_labels() -> dict[str, str]:
    """The names of the parts that show own fields."""
    return {OwnField(one.code, one.on_card).part: one.label for one in custom_fields()}
