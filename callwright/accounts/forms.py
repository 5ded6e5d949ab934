"""Forms of accounts, their lines and the recipients of their notes, and of the organisation."""

from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from callwright.accounts.models import Organisation, UnknownCallers
from callwright.accounts.rules import SCREEN_POP_PLACEHOLDERS
from callwright.kit.templatetags.kit import viewer_locale


def _countries() -> list[tuple[str, str]]:
    names = viewer_locale().territories
    return sorted(
        ((code, str(names.get(code, code))) for code in phonenumbers.SUPPORTED_REGIONS), key=lambda one: one[1]
    )


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _policies() -> list[tuple[str, Any]]:
    return [("", _("As the organisation")), *UnknownCallers.choices]


class PlaceForm(forms.Form):
    """Country, language and time zone, which accounts and the organisation both have."""

    home_country = forms.ChoiceField(
        label=_("Country"), choices=_countries, help_text=_("Numbers without a country code are read as from here.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)


class AccountForm(PlaceForm):
    field_order = ("name", "number", "greeting", "instructions")

    name = forms.CharField(label=_("Name"), max_length=200)
    number = forms.CharField(label=_("Customer number"), max_length=40, required=False)
    greeting = forms.CharField(
        label=_("How to greet"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The agent reads this aloud. It stands at the top of the card."),
    )  # fmt: skip
    instructions = forms.CharField(
        label=_("Instructions for agents"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    unknown_callers = forms.ChoiceField(
        label=_("Callers not yet known"), choices=_policies, required=False,
        help_text=_("Withheld numbers never become contacts."),
    )  # fmt: skip
    screen_pop_url = forms.CharField(
        label=_("Screen-pop address"), max_length=500, required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://crm.example.org/?phone={number}"}),
    )  # fmt: skip
    is_default = forms.BooleanField(label=_("Takes the calls on lines that no account has"), required=False)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def spoken(self) -> list[Any]:
        """The fields, in their groups, for the template."""
        return [self[name] for name in ("greeting", "instructions")]

    def about(self) -> list[Any]:
        return [self[name] for name in ("name", "number", "home_country", "language", "time_zone", "is_active")]

    def handling(self) -> list[Any]:
        return [self[name] for name in ("unknown_callers", "screen_pop_url", "is_default")]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        names = ", ".join(f"{{{name}}}" for name in sorted(SCREEN_POP_PLACEHOLDERS))
        help_text = _("Another program opens at this address for each call. It may hold %(names)s.") % {"names": names}
        self.fields["screen_pop_url"].help_text = help_text


class LineForm(forms.Form):
    number = forms.CharField(label=_("Number"), max_length=64, widget=forms.TextInput(attrs={"type": "tel"}))
    label = forms.CharField(label=_("Label"), max_length=100, required=False)
    greeting = forms.CharField(
        label=_("How to greet"), max_length=4000, required=False, help_text=_("Left empty: as the account.")
    )
    instructions = forms.CharField(
        label=_("Instructions for agents"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For calls on this line, beside those of the account."),
    )  # fmt: skip


class RecipientForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    phone = forms.CharField(
        label=_("Mobile number"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    by_default = forms.BooleanField(label=_("Chosen by default"), required=False, initial=True)


class EntryForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("As an agent would ask for it: “When are you open?”"),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_(
            "A blank line begins a paragraph. Lines that begin with “- ” or “1. ” are a list, with “# ” a heading; "
            "**words** are strong. Addresses of pages and e-mail, and numbers with + and the country, can be pressed."
        ),
    )  # fmt: skip
    pinned = forms.BooleanField(
        label=_("On the card of every call"), required=False,
        help_text=_("Without being looked up. Keep these few and short."),
    )  # fmt: skip


class OrganisationForm(PlaceForm):
    field_order = ("name", "kind")

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices, widget=forms.RadioSelect)
    unknown_callers = forms.ChoiceField(
        label=_("Callers not yet known"), choices=UnknownCallers.choices,
        help_text=_("An account can choose otherwise. Withheld numbers never become contacts."),
    )  # fmt: skip
