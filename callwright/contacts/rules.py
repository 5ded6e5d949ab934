"""Decisions about contacts and orders: names, days, sums. No database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.core import get_global
from babel.numbers import get_currency_precision

SURNAME_FIRST = frozenset({"hu", "ja", "ko", "vi", "zh"})
"""Languages whose people write the surname first."""

CENT_PLACES = 2


def person_name(first_name: str, surname: str, language: str = "") -> str:
    """The whole name in the order of the person's language."""
    parts = (surname, first_name) if language[:2] in SURNAME_FIRST else (first_name, surname)
    return " ".join(part for part in parts if part)


def split_name(name: str) -> tuple[str, str]:
    """(first name, surname) of a name that came as one text; a single word is taken for the surname."""
    first_name, _, surname = name.rpartition(" ")
    return first_name, surname


def is_birthday(birthday: date | None, today: date) -> bool:
    """Whether it is someone's birthday; people born on 29 February have it on the 28th in other years."""
    if birthday is None:
        return False
    if (birthday.month, birthday.day) == (2, 29) and not _leap(today.year):
        return (today.month, today.day) == (2, 28)
    return (today.month, today.day) == (birthday.month, birthday.day)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def zone_of(country: str, number_zones: tuple[str, ...], home_country: str, home_zone: str) -> str:
    """The time zone where a contact is, as far as it is certain; empty when the country has several.

    The place on the contact goes before the number: a Dutch mobile travels with someone who lives in Lisbon.
    """
    zones = tuple(get_global("territory_zones").get(country, ())) if country else ()
    if country and country == home_country:
        return home_zone
    if len(zones) == 1:
        return str(zones[0])
    within = [zone for zone in number_zones if not zones or zone in zones]
    return within[0] if len(within) == 1 else ""


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Rounded half away from zero to the currency's own places (yen: none), at most two."""
    places = min(get_currency_precision(currency), CENT_PLACES)
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).quantize(Decimal(1).scaleb(-CENT_PLACES))


@dataclass(frozen=True, slots=True)
class Line:
    quantity: Decimal
    price: Decimal


def line_amount(line: Line, currency: str) -> Decimal:
    """Quantity times price, rounded: what stands on the line is what is summed."""
    return round_money(line.quantity * line.price, currency)


def order_amount(lines: Iterable[Line], currency: str) -> Decimal:
    """The sum of the rounded lines."""
    return sum((line_amount(line, currency) for line in lines), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    @property
    def size(self) -> Decimal:
        """The amount without its sign: people read "owes" or "credit", never a minus."""
        return abs(self.amount)


def debt_totals(debts: Iterable[Money]) -> tuple[Money, ...]:
    """What is owed in each currency, currencies in order; sums of zero are left out."""
    sums: dict[str, Decimal] = {}
    for debt in debts:
        sums[debt.currency] = sums.get(debt.currency, Decimal("0.00")) + debt.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()) if amount)
