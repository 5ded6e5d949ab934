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


class RecipientForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    phone = forms.CharField(
        label=_("Mobile number"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    by_default = forms.BooleanField(label=_("Chosen by default"), required=False, initial=True)


class OrganisationForm(PlaceForm):
    field_order = ("name", "kind")

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices, widget=forms.RadioSelect)
    unknown_callers = forms.ChoiceField(
        label=_("Callers not yet known"), choices=UnknownCallers.choices,
        help_text=_("An account can choose otherwise. Withheld numbers never become contacts."),
    )  # fmt: skip
