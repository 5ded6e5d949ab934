"""Forms of wallboards, links of screens, and how supervisors take part."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.accounts.queries.accounts import visible_accounts
from callwright.calls.queries.screen import choices_for
from callwright.floor.models import THEMES, Names
from callwright.floor.rules import PARTS
from callwright.staff.queries.rights import Viewer, sees_all_accounts

_PART_WORDS = {
    "totals": _("Today's figures"),
    "queues": _("Queues"),
    "waiting": _("Waiting calls"),
    "agents": _("Agents"),
}
_PERIODS = {
    "": pgettext_lazy("a link is valid", "Until it is withdrawn"),
    "1": pgettext_lazy("a link is valid", "For a day"),
    "30": pgettext_lazy("a link is valid", "For 30 days"),
    "365": pgettext_lazy("a link is valid", "For a year"),
}


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


class PickAccounts(forms.SelectMultiple):
    """Ticked boxes for the accounts chosen, all of them while they are few, and a field that finds more."""

    template_name = "floor/pick_accounts.html"
    use_fieldset = True
    short_list = 12
    offered: Any = None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = [int(one) for one in value or () if str(one).isdecimal() and len(str(one)) < 19]
        first = list(self.offered[: self.short_list + 1])
        is_long = len(first) > self.short_list
        rows = self.offered.filter(pk__in=chosen) if is_long else first
        accounts = [(one.pk, one.name, one.pk in chosen) for one in rows]
        return {"name": name, "accounts": accounts, "is_long": is_long, "id": (attrs or {}).get("id", name)}


class WallboardForm(forms.Form):
    """What a wallboard shows. Who does not see all accounts must say which."""

    name = forms.CharField(label=_("Name"), max_length=80)
    all_accounts = forms.BooleanField(label=_("All accounts"), required=False)
    accounts: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        label=_("These accounts"), required=False, queryset=None, widget=PickAccounts
    )
    all_queues = forms.BooleanField(label=_("All queues of these accounts"), required=False, initial=True)
    queues = forms.MultipleChoiceField(label=_("These queues"), required=False, widget=forms.CheckboxSelectMultiple)
    parts = forms.MultipleChoiceField(
        label=_("Parts"), choices=[(code, _PART_WORDS[code]) for code in PARTS], initial=PARTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one part, or the wall stays empty.")},
    )  # fmt: skip
    names = forms.ChoiceField(label=_("Names of agents"), choices=Names.choices)
    within_s = forms.IntegerField(label=_("Answered within (seconds)"), min_value=1, max_value=3600, initial=20)
    target = forms.IntegerField(label=_("Target (%)"), min_value=1, max_value=100, initial=80)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)

    def __init__(self, *arguments: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offered = visible_accounts(viewer).order_by("name", "pk")
        accounts = self.fields["accounts"]
        assert isinstance(accounts, forms.ModelMultipleChoiceField)
        accounts.queryset = offered
        accounts.widget.offered = offered
        if not sees_all_accounts(viewer):
            del self.fields["all_accounts"]
        queues = [(str(id), name) for id, name in choices_for(viewer).queues]
        self.fields["queues"].choices = queues  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values.setdefault("all_accounts", False)
        if not values["all_accounts"] and not values.get("accounts"):
            self.add_error("accounts", _("Choose at least one account."))
        if not values.get("all_queues") and not values.get("queues"):
            self.add_error("queues", _("Choose at least one queue, or all of them."))
        return values

    def values(self) -> dict[str, Any]:
        """As the operation takes them."""
        given = dict(self.cleaned_data)
        given["accounts"] = [] if given["all_accounts"] else [one.pk for one in given["accounts"]]
        given["queues"] = [] if given["all_queues"] else [int(one) for one in given["queues"]]
        return given


class ScreenForm(forms.Form):
    """A link for one screen."""

    name = forms.CharField(label=_("Name of the screen"), max_length=80, help_text=_("Such as “Reception”."))
    days = forms.ChoiceField(label=_("Valid"), choices=list(_PERIODS.items()), required=False)

    def expires_at(self, now: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return now + timedelta(days=int(days)) if days else None


class FloorSettingsForm(forms.Form):
    show_listening = forms.BooleanField(label=_("Agents are shown that a supervisor listens"), required=False)
    within_s = forms.IntegerField(label=_("Answered within (seconds)"), min_value=1, max_value=3600)
    target = forms.IntegerField(label=_("Target (%)"), min_value=1, max_value=100)
