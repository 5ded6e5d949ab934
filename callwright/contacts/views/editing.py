"""The fields of a contact as they are edited in place: one list for the page of a person and of a company."""

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from callwright.contacts.queries.card import ContactCard
from callwright.contacts.queries.lists import FieldValue, categories
from callwright.contacts.templatetags.contacts import country_name, language_name

LANGUAGES = (
    "ar", "bg", "bn", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr",
    "sv", "sw", "th", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EditField:
    """One input: `kind` is text, lines, date, number or choice; `shown` is the value for those who only read."""

    name: str
    label: str
    value: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    shown: str = ""

    @property
    def text(self) -> str:
        return self.shown or self.value


def name_fields(card: ContactCard) -> list[EditField]:
    """What the contact is called and does."""
    if card.is_company:
        return [
            EditField("name", _("Name"), card.name),
            EditField("line_of_business", _("Line of business"), card.line_of_business),
        ]
    return [
        EditField("first_name", _("First name"), card.first_name),
        EditField("surname", _("Surname"), card.surname),
        EditField("job_title", _("Position"), card.job_title),
    ]


def detail_fields(card: ContactCard, employees: Sequence[tuple[int, str]]) -> list[EditField]:
    """Everything else of the contact itself, in the order of the page."""
    fields = [
        _category(card),
        EditField(
            "warning", _("Note or warning"), card.warning, "lines", hint=_("Everyone who takes a call sees it first.")
        ),
        EditField("city", _("City"), card.city),
        EditField("region", _("Region"), card.region),
        _choice(
            "country",
            _("Country"),
            card.country,
            [(code, country_name(code)) for code in phonenumbers.SUPPORTED_REGIONS],
        ),
        _choice("language", _("Language"), card.language, [(code, language_name(code)) for code in LANGUAGES]),
        _responsible(card, employees),
    ]
    return fields + (_of_company(card) if card.is_company else _of_person(card))


def custom_fields(card: ContactCard) -> list[EditField]:
    """The organisation's own fields."""
    return [_custom(value) for value in card.custom]


def _of_person(card: ContactCard) -> list[EditField]:
    birthday = card.birthday.isoformat() if card.birthday else ""
    return [
        EditField("birthday", _("Birthday"), birthday, "date"),
        EditField("loyalty", _("Loyalty card or level"), card.loyalty),
    ]


def _of_company(card: ContactCard) -> list[EditField]:
    return [
        EditField("sells", _("What it sells"), card.sells, "lines"),
        EditField("management", _("Management and how to reach them"), card.management, "lines"),
        EditField("decides", _("Who decides about what"), card.decides, "lines"),
    ]


def _choice(name: str, label: str, value: str, choices: list[tuple[str, str]]) -> EditField:
    choices = sorted(choices, key=lambda choice: choice[1])
    if value and value not in dict(choices):
        choices.insert(0, (value, value))
    return EditField(name, label, value, "choice", [("", "–"), *choices], shown=dict(choices).get(value, ""))


def _category(card: ContactCard) -> EditField:
    chosen = card.category
    choices = [(str(mark.id), mark.name) for mark in categories(also=chosen.id if chosen else None)]
    value = str(chosen.id) if chosen else ""
    return EditField(
        "category", _("Category"), value, "choice", [("", "–"), *choices], shown=chosen.name if chosen else ""
    )


def _responsible(card: ContactCard, employees: Sequence[tuple[int, str]]) -> EditField:
    person = card.responsible
    choices = [(str(id), name) for id, name in employees]
    if person and str(person.id) not in dict(choices):
        choices.insert(0, (str(person.id), person.name))
    value = str(person.id) if person else ""
    label = _("Responsible employee")
    return EditField("responsible", label, value, "choice", [("", "–"), *choices], shown=person.name if person else "")


def _custom(field: FieldValue) -> EditField:
    name, value = f"custom.{field.code}", field.value
    if field.kind == "yes_no":
        words = [("", ""), ("yes", _("Yes")), ("no", _("No"))]
        code = "" if value is None else ("yes" if value else "no")
        return EditField(name, field.label, code, "choice", words, shown=dict(words)[code])
    if field.kind == "choice":
        choices = list(dict.fromkeys(["", *field.choices, str(value or "")]))
        return EditField(name, field.label, str(value or ""), "choice", [(choice, choice) for choice in choices])
    kind = {"number": "number", "date": "date"}.get(field.kind, "text")
    return EditField(name, field.label, str(value or ""), kind)
