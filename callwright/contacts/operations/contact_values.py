"""Turns what was typed into a contact's field into what is kept, for every field that people may change."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import phonenumbers
from babel import Locale, UnknownLocaleError
from django.contrib.auth import get_user_model

from callwright.contacts.models import Category, Contact, CustomField
from callwright.contacts.operations.errors import ContactRefused
from callwright.contacts.rules import person_name, split_name
from callwright.kit.texts import clean_line, clean_lines
from callwright.staff.queries.rights import may, visible_account_ids

CUSTOM = "custom."
_LINES: Final = (
    "surname", "first_name", "job_title", "warning", "city", "region", "loyalty", "line_of_business"
)  # fmt: skip
_TEXTS: Final = ("sells", "management", "decides")
_LONGEST_TEXT = 4_000
_LONGEST: Final = {field.name: field.max_length for field in Contact._meta.concrete_fields}
_EARLIEST, _LATEST = date(1870, 1, 1), date(2200, 1, 1)


def put(contact: Contact, field: str, value: Any) -> None:
    """Set one field from a typed or ready value, nothing saved. Raises ContactRefused."""
    if field.startswith(CUSTOM):
        _put_custom(contact, field.removeprefix(CUSTOM), value)
    elif field in _PUTTERS:
        _PUTTERS[field](contact, field, value)
    else:
        raise ContactRefused(field, "unknown_field")
    if contact.kind == Contact.Kind.PERSON:
        contact.name = person_name(contact.first_name, contact.surname, contact.language)


def _limited(field: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise ContactRefused(field, "too_long", str(longest))
    return text


def _put_line(contact: Contact, field: str, value: Any) -> None:
    longest = _LONGEST[field] or _LONGEST_TEXT
    setattr(contact, field, _limited(field, clean_line(str(value or "")), longest))


def _put_text(contact: Contact, field: str, value: Any) -> None:
    setattr(contact, field, _limited(field, clean_lines(str(value or "")), _LONGEST_TEXT))


def _put_name(contact: Contact, field: str, value: Any) -> None:
    name = _limited(field, clean_line(str(value or "")), 250)
    if contact.kind == Contact.Kind.COMPANY:
        if not name:
            raise ContactRefused(field, "empty")
        contact.name = name
        return
    first_name, surname = split_name(name)
    contact.first_name = _limited("first_name", first_name, 120)
    contact.surname = _limited("surname", surname, 120)


def _put_country(contact: Contact, field: str, value: Any) -> None:
    code = clean_line(str(value or "")).upper()
    if code and code not in phonenumbers.SUPPORTED_REGIONS:
        raise ContactRefused(field, "unknown")
    contact.country = code


def _put_language(contact: Contact, field: str, value: Any) -> None:
    code = clean_line(str(value or "")).lower()
    try:
        known = not code or bool(Locale.parse(code, sep="-"))
    except (ValueError, UnknownLocaleError):
        known = False
    if not known or len(code) > 10:
        raise ContactRefused(field, "unknown")
    contact.language = code


def _put_birthday(contact: Contact, field: str, value: Any) -> None:
    contact.birthday = _date(field, value)


def _date(field: str, value: Any) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    text = clean_line(str(value))
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ContactRefused(field, "not_a_date") from error
    if not _EARLIEST <= day <= _LATEST:
        raise ContactRefused(field, "not_a_date")
    return day


def _id(field: str, value: Any) -> int | None:
    text = str(value or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise ContactRefused(field, "unknown")
    return int(text)


def _put_category(contact: Contact, field: str, value: Any) -> None:
    chosen = _id(field, value)
    offered = Category.objects.filter(pk=chosen or 0, retired=False)
    if chosen is not None and chosen != contact.category_id and not offered.exists():
        raise ContactRefused(field, "unknown")
    contact.category_id = chosen


def _put_company(contact: Contact, field: str, value: Any) -> None:
    chosen = _id(field, value)
    if chosen is not None:
        companies = Contact.objects.filter(account_id=contact.account_id, kind=Contact.Kind.COMPANY)
        if contact.kind == Contact.Kind.COMPANY or not companies.filter(pk=chosen).exists():
            raise ContactRefused(field, "unknown")
    contact.company_id = chosen


def _put_responsible(contact: Contact, field: str, value: Any) -> None:
    contact.responsible_id = employee_of(contact.account_id, field, _id(field, value), contact.responsible_id)


def employee_of(account_id: int, field: str, chosen: int | None, current: int | None) -> int | None:
    """The chosen employee, who must be able to see the account. Raises ContactRefused."""
    if chosen is None or chosen == current:
        return chosen
    user = get_user_model().objects.filter(pk=chosen, is_active=True).first()
    if user is None or not may(user, "edit_contacts"):
        raise ContactRefused(field, "unknown")
    allowed = visible_account_ids(user)
    if allowed is not None and account_id not in allowed:
        raise ContactRefused(field, "no_right", user.name)
    return chosen


def _put_custom(contact: Contact, code: str, value: Any) -> None:
    field = CustomField.objects.filter(code=code, retired=False).first()
    if field is None:
        raise ContactRefused(CUSTOM + code, "unknown_field")
    kept = custom_value(field.kind, field.choices, CUSTOM + code, value)
    custom = {name: old for name, old in contact.custom.items() if name != code}
    contact.custom = custom if kept is None else {**custom, code: kept}


def custom_value(kind: str, choices: list[str], name: str, value: Any) -> str | bool | None:
    """What a custom field keeps: text, decimal as text, ISO date, a choice, or true and false; None when empty."""
    text = clean_line(str(value if value is not None else ""))
    if kind == CustomField.Kind.YES_NO:
        if text.lower() not in {"", "on", "true", "1", "yes", "off", "false", "0", "no"}:
            raise ContactRefused(name, "unknown")
        return None if not text else text.lower() in {"on", "true", "1", "yes"}
    if not text:
        return None
    if kind == CustomField.Kind.NUMBER:
        return _decimal(name, text)
    if kind == CustomField.Kind.DATE:
        day = _date(name, text)
        return day.isoformat() if day else None
    if kind == CustomField.Kind.CHOICE and text not in choices:
        raise ContactRefused(name, "unknown")
    return _limited(name, text, 500)


def _decimal(name: str, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ContactRefused(name, "not_a_number") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ContactRefused(name, "not_a_number")
    return format(number, "f")


_PUTTERS: dict[str, Callable[[Contact, str, Any], None]] = {
    **dict.fromkeys(_LINES, _put_line),
    **dict.fromkeys(_TEXTS, _put_text),
    "name": _put_name,
    "country": _put_country,
    "language": _put_language,
    "birthday": _put_birthday,
    "category": _put_category,
    "company": _put_company,
    "responsible": _put_responsible,
}
