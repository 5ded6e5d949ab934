"""What supervisors send when they set up a category."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.identity import id_in
from callwright.registration import words
from callwright.registration.operations.refusals import LONGEST_NAME
from callwright.registration.operations.save_category import CategoryWish
from callwright.registration.queries.categories import ShownCategory, may_set_offer_for_all
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules import CHANNELS, DIRECTIONS

_MANY = 12
"""More queues than this are found by typing."""


class PickQueues(forms.CheckboxSelectMultiple):
    """Boxes of all queues, with a field that finds among many."""

    template_name = "registration/pick_queues.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"is_long": len(list(self.choices)) > _MANY}


class PickAccounts(forms.SelectMultiple):
    """Boxes of the accounts chosen, all of them while they are few, and a field that finds more."""

    template_name = "registration/pick_accounts.html"
    use_fieldset = True
    viewer: Any = None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chooser, chosen = account_chooser(self.viewer), _ids(value or ())
        few = [(one.id, one.name) for one in chooser.options] if not chooser.is_long else []
        known = visible_accounts(self.viewer).filter(pk__in=chosen - {id for id, _name in few})
        rows = [*few, *known.order_by("name").values_list("pk", "name")]
        accounts = [(id, text, id in chosen) for id, text in rows]
        return {"name": name, "accounts": accounts, "is_long": chooser.is_long, "id": (attrs or {}).get("id", name)}


def _ids(values: Iterable[Any]) -> set[int]:
    return {id for one in values if (id := id_in(str(one))) is not None}


def _choices(choices: Any, label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class CategoryForm(forms.Form):
    """A category with where it is offered; `edited` is the one that is there, None for a new one."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    several = forms.TypedChoiceField(
        label=_("An agent ticks"),
        choices=[("one", _("one topic (radio buttons)")), ("several", _("several topics (check boxes)"))],
        coerce=lambda choice: choice == "several", widget=forms.RadioSelect,
    )  # fmt: skip
    directions = _choices([(one, words.DIRECTIONS[one]) for one in DIRECTIONS], _("Direction"))
    channels = _choices([(one, words.CHANNELS[one]) for one in CHANNELS], _("Channel"))
    queues = forms.TypedMultipleChoiceField(label=_("Queues"), coerce=int, required=False, widget=PickQueues)
    accounts = forms.Field(label=_("Accounts"), required=False, widget=PickAccounts)
    for_campaigns = forms.BooleanField(
        label=_("Only in calls of a campaign"), required=False,
        help_text=_("It is then asked in calls that the dialler makes for a campaign, and in no others."),
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, viewer: Any, edited: ShownCategory | None) -> None:
        super().__init__(data, initial=_initial(edited))
        self.viewer, self.edited = viewer, edited
        self.for_all = may_set_offer_for_all(viewer)
        self.fields["name"].widget.attrs |= {"dir": "auto", "autocomplete": "off"}
        self.fields["queues"].choices = queue_choices(viewer)  # type: ignore[attr-defined]
        self.fields["accounts"].widget.viewer = viewer
        if not self.for_all:
            self.fields["accounts"].help_text = _("Choose at least one: you set up what your accounts are offered.")
        self.has_accounts = account_chooser(viewer).is_shown or bool(edited and edited.accounts)

    def clean_accounts(self) -> frozenset[int]:
        ids = _ids(self.cleaned_data["accounts"] or ())
        seen = frozenset(visible_accounts(self.viewer).filter(pk__in=ids).values_list("pk", flat=True))
        if ids - seen:
            raise forms.ValidationError(_("There is no such account."))
        if not self.has_accounts and not self.for_all:  # there is nothing to choose: it is the one that they see
            seen = frozenset(visible_accounts(self.viewer).values_list("pk", flat=True))
        if not self.for_all and not seen:
            raise forms.ValidationError(_("Choose the account for which it is offered."))
        return seen

    def wish(self) -> CategoryWish:
        """Of a valid form; limits that the viewer does not see stay."""
        given = self.cleaned_data
        return CategoryWish(
            name=given["name"], several=given["several"], directions=tuple(given["directions"]),
            channels=tuple(given["channels"]),
            account_ids=tuple(sorted(given["accounts"] | self._unseen_accounts())),
            queue_ids=tuple(sorted({*given["queues"], *self._unseen_queues()})), for_campaigns=given["for_campaigns"],
        )  # fmt: skip

    def seen_at(self) -> datetime | None:
        """When the category was changed last, as the person saw it."""
        try:
            return parse_datetime(self.cleaned_data["seen"]) if self.edited else None
        except ValueError:
            return None

    def _unseen_accounts(self) -> frozenset[int]:
        if self.edited is None:
            return frozenset()
        kept = frozenset(self.edited.place.account_ids)
        return kept - frozenset(visible_accounts(self.viewer).filter(pk__in=kept).values_list("pk", flat=True))

    def _unseen_queues(self) -> set[int]:
        if self.edited is None:
            return set()
        return set(self.edited.place.queue_ids) - {id for id, _name in self.fields["queues"].choices}  # type: ignore[attr-defined]


def _initial(edited: ShownCategory | None) -> dict[str, Any]:
    if edited is None:
        return {"several": "one"}
    place = edited.place
    return {
        "name": edited.name, "several": "several" if edited.several else "one", "directions": list(place.directions),
        "channels": list(place.channels), "queues": list(place.queue_ids), "accounts": list(place.account_ids),
        "for_campaigns": place.for_campaigns, "seen": edited.changed_at.isoformat(),
    }  # fmt: skip
