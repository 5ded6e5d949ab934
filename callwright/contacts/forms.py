"""Forms of contacts, orders and the lists that an organisation edits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import get_currency_name, list_currencies
from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from callwright.accounts.queries.choosing import account_choice
from callwright.contacts.models import ContactNumber, CustomField
from callwright.contacts.operations.lists import CATEGORY_ICONS, TONES
from callwright.contacts.operations.orders import LineWish
from callwright.contacts.queries.lists import Stage
from callwright.kit.icon_names import icon_name
from callwright.kit.templatetags.kit import icon as icon_tag
from callwright.staff.queries.rights import Viewer

_COMMON_CURRENCIES = ("EUR", "HUF", "SAR", "AED", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK", "CZK", "RON", "TRY")
_TONE_NAMES = {
    "grey": pgettext_lazy("colour", "Grey"),
    "accent": pgettext_lazy("colour", "Teal"),
    "blue": pgettext_lazy("colour", "Blue"),
    "green": pgettext_lazy("colour", "Green"),
    "yellow": pgettext_lazy("colour", "Yellow"),
    "orange": pgettext_lazy("colour", "Orange"),
    "red": pgettext_lazy("colour", "Red"),
    "pink": pgettext_lazy("colour", "Pink"),
    "violet": pgettext_lazy("colour", "Violet"),
}


class NewContactForm(forms.Form):
    """A new person or company: what is needed to find it again, the rest is typed on its page."""

    account = forms.IntegerField(label=_("Account"))  # drawn by the template: {% account_picker %}
    first_name = forms.CharField(label=_("First name"), max_length=120, required=False)
    surname = forms.CharField(label=_("Surname"), max_length=120, required=False)
    name = forms.CharField(label=_("Name"), max_length=250, required=False)
    number = forms.CharField(
        label=_("Telephone number"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    number_kind = forms.ChoiceField(label=_("Kind of number"), choices=ContactNumber.Kind.choices, required=False)

    def __init__(self, *arguments: Any, kind: str, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.viewer = viewer
        for name in ("first_name", "surname") if kind == "company" else ("name",):
            del self.fields[name]
        first = "name" if kind == "company" else "first_name"
        self.fields[first].widget.attrs["autofocus"] = True
        self.fields["number_kind"].initial = "work" if kind == "company" else "mobile"
        for one in self.fields.values():
            one.widget.attrs.setdefault("autocomplete", "off")

    def clean_account(self) -> int:
        chosen = account_choice(self.viewer, self.cleaned_data["account"])
        if chosen is None:
            raise forms.ValidationError(_("Choose an account from the list."))
        return chosen.id


class OrderForm(forms.Form):
    """The head of an order; its lines are read by `read_lines`."""

    title = forms.CharField(label=_("What it is about"), max_length=200, required=False)
    number = forms.CharField(
        label=_("Order number"), max_length=40, required=False, help_text=_("Left empty, the next number is given.")
    )
    ordered_on = forms.DateField(
        label=_("Ordered on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    stage = forms.TypedChoiceField(label=_("Stage"), coerce=int)
    responsible = forms.TypedChoiceField(label=_("Responsible employee"), coerce=int, empty_value=None, required=False)
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    paid = forms.DecimalField(
        label=_("Paid"), min_value=Decimal(0), max_digits=14, decimal_places=2, initial=Decimal("0.00")
    )
    version = forms.DateTimeField(
        required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"]
    )  # when the order was last changed, as the page that is sent back was told

    def __init__(
        self, *arguments: Any, stages: Sequence[Stage], employees: Sequence[tuple[int, str]], **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self._offer("stage", [(stage.id, stage.name) for stage in stages])
        self._offer("responsible", [("", ""), *employees])
        self._offer("currency", currency_choices(str(self.initial.get("currency", ""))))
        if self.initial.get("number"):
            del self.fields["stage"]  # an order moves between stages by its own buttons, with a history
            self.fields["number"].help_text = ""

    def _offer(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        offered = self.fields[name]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = choices


def currency_choices(current: str) -> list[tuple[str, str]]:
    """Currencies by code and name, those of our customers' countries first."""
    codes = list(dict.fromkeys([*_COMMON_CURRENCIES, *([current] if current in list_currencies() else [])]))
    return [(code, f"{code} · {get_currency_name(code, locale=get_language() or 'en')}") for code in codes]


@dataclass(slots=True)
class TypedLine:
    """One line of an order as typed, with what is wrong with it."""

    text: str = ""
    quantity: str = "1"
    price: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def read_lines(texts: Sequence[str], quantities: Sequence[str], prices: Sequence[str]) -> list[TypedLine]:
    """The lines as typed, wholly empty ones dropped. What is missing counts as empty."""
    many = max(len(texts), len(quantities), len(prices), 0)
    parts = [[*column, *[""] * (many - len(column))] for column in (texts, quantities, prices)]
    lines = [TypedLine(*row) for row in zip(*parts, strict=True)]
    return [line for line in lines if line.text.strip() or line.price.strip()]


def wished_lines(lines: Sequence[TypedLine]) -> list[LineWish] | None:
    """The lines as numbers; None when one cannot be read, with the reason noted at the line."""
    wishes = []
    for line in lines:
        quantity, price = _decimal(line.quantity or "1"), _decimal(line.price or "0")
        for name, value in (("quantity", quantity), ("price", price)):
            if value is None:
                line.errors[name] = str(_("Write a number, such as 12.50."))
        if quantity is not None and price is not None:
            wishes.append(LineWish(line.text, quantity, price))
    return wishes if len(wishes) == len(lines) else None


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and len(text) <= 30 else None


def _tone_choices() -> list[tuple[str, str]]:
    return [
        (tone, format_html('<span class="badge" data-tone="{}">{}</span>', tone, _TONE_NAMES[tone])) for tone in TONES
    ]


def _icon_choices() -> list[tuple[str, str]]:
    return [(name, icon_tag(name, label=icon_name(name))) for name in CATEGORY_ICONS]


class CategoryForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    advice = forms.CharField(
        label=_("Advice for the agent"), max_length=300, required=False, help_text=_("One line, shown on the card.")
    )
    colour = forms.ChoiceField(label=_("Colour"), choices=_tone_choices, widget=forms.RadioSelect, initial="grey")
    icon = forms.ChoiceField(label=_("Icon"), choices=_icon_choices, widget=forms.RadioSelect, initial="user")


class StageForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    colour = forms.ChoiceField(label=_("Colour"), choices=_tone_choices, widget=forms.RadioSelect, initial="grey")
    is_open = forms.BooleanField(
        label=_("Orders in this stage are still open"), required=False, initial=True,
        help_text=_("Open orders are shown on the card."),
    )  # fmt: skip
    counts_as_debt = forms.BooleanField(
        label=_("What is unpaid counts as debt"), required=False, initial=True,
        help_text=_("Not for a stage such as “Cancelled”, in which nobody pays any more."),
    )  # fmt: skip


class CustomFieldForm(forms.Form):
    label = forms.CharField(label=_("Name of the field"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomField.Kind.choices)
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for the kind “choice”: one on each line."), max_length=20_000,
    )  # fmt: skip
    on_card = forms.BooleanField(label=_("Shown on the card"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.initial:
            # Values are kept by the kind: a field of another kind is another field.
            self.fields["kind"].disabled = True
