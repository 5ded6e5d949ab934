"""What supervisors send when they set up how calls are registered, and where they must be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.accounts.queries.accounts import may_set_for_all, organisation, visible_accounts
from callwright.registration import words
from callwright.registration.models_registered import PanelForm
from callwright.registration.operations.set_up_panel import PanelWish
from callwright.registration.queries.forced import panel_settings
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules import DIRECTIONS


class PanelSettingsForm(forms.Form):
    form = forms.ChoiceField(label=_("The panel stands"), choices=PanelForm.choices, widget=forms.RadioSelect)
    comment_limit = forms.IntegerField(label=_("Longest comment (characters)"), min_value=20, max_value=10_000)
    correct_within_h = forms.IntegerField(
        label=_("Agents can correct for (hours after the call)"), min_value=0, max_value=24 * 366
    )
    wrap_up_times = forms.IntegerField(
        label=_("Wrap-up can be extended (times)"), min_value=0, max_value=50, help_text=_("0: not at all.")
    )
    wrap_up_more_s = forms.IntegerField(label=_("By how many seconds each time"), min_value=5, max_value=3600)

    @staticmethod
    def as_it_is() -> dict[str, Any]:
        kept, ours = panel_settings(), organisation()
        return {
            "form": kept.form, "comment_limit": kept.comment_limit, "correct_within_h": kept.correct_within_s // 3600,
            "wrap_up_times": ours.wrap_up_times, "wrap_up_more_s": ours.wrap_up_more_s,
        }  # fmt: skip

    def wish(self) -> PanelWish:
        given = self.cleaned_data
        return PanelWish(
            form=given["form"], comment_limit=given["comment_limit"],
            correct_within_s=given["correct_within_h"] * 3600, wrap_up_times=given["wrap_up_times"],
            wrap_up_more_s=given["wrap_up_more_s"],
        )  # fmt: skip


class _OfAccount(forms.Form):
    account = forms.IntegerField(required=False)

    def __init__(self, *arguments: Any, viewer: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.viewer = viewer

    def clean_account(self) -> int | None:
        chosen: int | None = self.cleaned_data["account"]
        if chosen is None and not may_set_for_all(self.viewer, "set_up_registration"):
            raise forms.ValidationError(_("Choose the account."))
        if chosen is not None and not visible_accounts(self.viewer).filter(pk=chosen).exists():
            raise forms.ValidationError(_("There is no such account."))
        return chosen


class ForceForm(_OfAccount):
    queue = forms.TypedChoiceField(label=_("Queue"), required=False, coerce=int, empty_value=None)
    directions = forms.MultipleChoiceField(
        label=_("Direction"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(one, words.DIRECTIONS[one]) for one in DIRECTIONS], help_text=_("None ticked: both."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, viewer: Any, **named: Any) -> None:
        super().__init__(*arguments, viewer=viewer, **named)
        queues = [("", pgettext_lazy("queue", "All calls")), *queue_choices(viewer)]
        self.fields["queue"].choices = queues  # type: ignore[attr-defined]


class WrapUpForm(_OfAccount):
    seconds = forms.IntegerField(
        label=_("Wrap-up (seconds)"), required=False, min_value=0, max_value=3600,
        help_text=_("Empty: as the queue has it. 0: no wrap-up."),
    )  # fmt: skip

    def clean_account(self) -> int | None:
        chosen = super().clean_account()
        if chosen is None:
            raise forms.ValidationError(_("Choose the account."))
        return chosen
