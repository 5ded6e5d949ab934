"""What supervisors send when they set up categories and topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callwright.accounts.queries.accounts import visible_accounts
from callwright.registration import words
from callwright.registration.operations.refusals import LONGEST_NAME
from callwright.registration.operations.save_category import CategoryWish
from callwright.registration.queries.categories import ShownCategory, may_set_offer_for_all
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules import CHANNELS, DIRECTIONS


def _choices(choices: Any, label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class CategoryForm(forms.Form):
    """A category with where it is offered. `accounts` are those that it has, `account` is one more."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    several = forms.TypedChoiceField(
        label=_("An agent ticks"),
        choices=[("", _("one topic (radio buttons)")), ("1", _("several topics (check boxes)"))],
        coerce=bool, required=False, widget=forms.RadioSelect,
    )  # fmt: skip
    directions = _choices([(one, words.DIRECTIONS[one]) for one in DIRECTIONS], _("Direction"))
    channels = _choices([(one, words.CHANNELS[one]) for one in CHANNELS], _("Channel"))
    queues = forms.TypedMultipleChoiceField(label=_("Queues"), coerce=int, required=False,
                                            widget=forms.CheckboxSelectMultiple)  # fmt: skip
    accounts = forms.TypedMultipleChoiceField(label=_("Accounts"), coerce=int, required=False,
                                              widget=forms.CheckboxSelectMultiple)  # fmt: skip
    account = forms.IntegerField(required=False)
    for_campaigns = forms.BooleanField(label=_("Only in calls of a campaign of the dialler"), required=False)

    def __init__(self, *arguments: Any, viewer: Any, edited: ShownCategory | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.viewer, self.for_all = viewer, may_set_offer_for_all(viewer)
        self.fields["queues"].choices = queue_choices(viewer)  # type: ignore[attr-defined]
        kept = edited.place.account_ids if edited else ()
        known = visible_accounts(viewer).filter(pk__in=kept).order_by("name").values_list("pk", "name")
        self.fields["accounts"].choices = list(known)  # type: ignore[attr-defined]

    def clean_account(self) -> int | None:
        chosen: int | None = self.cleaned_data["account"]
        if chosen is not None and not visible_accounts(self.viewer).filter(pk=chosen).exists():
            raise forms.ValidationError(_("There is no such account."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.for_all and not cleaned.get("accounts") and cleaned.get("account") is None:
            self.add_error("account", forms.ValidationError(_("Choose the account for which it is offered.")))
        return cleaned

    def wish(self) -> CategoryWish:
        """Of a valid form."""
        given = self.cleaned_data
        accounts = {*given["accounts"], *([given["account"]] if given["account"] is not None else [])}
        return CategoryWish(
            name=given["name"], several=bool(given["several"]), directions=tuple(given["directions"]),
            channels=tuple(given["channels"]), account_ids=tuple(sorted(accounts)),
            queue_ids=tuple(given["queues"]), for_campaigns=given["for_campaigns"],
        )  # fmt: skip
