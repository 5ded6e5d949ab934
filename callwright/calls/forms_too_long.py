"""Forms of the rules for calls over their limit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callwright.accounts.queries.accounts import organisation
from callwright.calls.models import Direction
from callwright.calls.operations.too_long_rules import RuleWish
from callwright.calls.queries.screen import choices_for
from callwright.calls.queries.too_long_rules import may_set_rules_for_all
from callwright.calls.too_long import limit_in, prefix_in
from callwright.kit.identity import id_in
from callwright.staff.queries.rights import Viewer, visible_account_ids


class RuleForm(forms.Form):
    """One rule. The account is chosen by the product's picker, beside the other fields; who does not see all accounts
    has to choose one.
    """

    limit = forms.CharField(
        label=_("Limit of talk time"), max_length=12, help_text=_("Minutes and seconds, such as 12:00.")
    )
    prefix = forms.CharField(  # type: ignore[assignment]  # a field, whatever Django calls its forms' prefix
        label=_("Number begins with"), max_length=24, required=False, help_text=_("Such as 0900 or +44.")
    )
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    queue = forms.ChoiceField(label=_("Queue"), required=False)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, *arguments: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.viewer, self.may_set_for_all = viewer, may_set_rules_for_all(viewer)
        directions: list[tuple[str, Any]] = [("", _("All directions")), *Direction.choices]
        queues = [(str(id), name) for id, name in choices_for(viewer).queues]
        self.fields["direction"].choices = directions  # type: ignore[attr-defined]
        self.fields["queue"].choices = [("", _("All queues")), *queues]  # type: ignore[attr-defined]
        for name in ("limit", "prefix"):
            self.fields[name].widget.attrs |= {"dir": "ltr", "autocomplete": "off"}
        self.fields["limit"].widget.attrs["placeholder"] = "12:00"

    def clean_limit(self) -> int:
        limit_s = limit_in(self.cleaned_data["limit"])
        if limit_s is None:
            raise forms.ValidationError(
                _("Write the limit like 12:00 (minutes and seconds) or 1:30:00: from 10 seconds to 24 hours.")
            )
        return limit_s

    def clean_prefix(self) -> str:
        prefix = prefix_in(self.cleaned_data["prefix"], organisation().home_country)
        if prefix is None:
            raise forms.ValidationError(_("Type the first digits of the numbers, such as +31900 or 0900."))
        return prefix

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        account = id_in(self.data.get("account", ""))
        allowed = visible_account_ids(self.viewer)
        if account is None and not self.may_set_for_all:
            raise forms.ValidationError(_("Choose the account: you may set limits for your own accounts."))
        if account is not None and allowed is not None and account not in allowed:
            raise forms.ValidationError(_("This account is not one of yours. Choose another one."))
        return {**values, "account": account}

    def wish(self) -> RuleWish:
        given = self.cleaned_data
        return RuleWish(
            limit_s=given["limit"], name=given["name"], prefix=given["prefix"], queue_id=id_in(given["queue"]),
            account_id=given["account"], direction=given["direction"], active=given["active"],
        )  # fmt: skip


class TryOutForm(forms.Form):
    """A call that could be: which rule would hold for it?"""

    number = forms.CharField(label=_("Number"), max_length=64, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, initial=Direction.OUTBOUND)
    queue = forms.ChoiceField(label=_("Queue"), required=False)

    def __init__(self, *arguments: Any, viewer: Viewer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        queues = [(str(id), name) for id, name in choices_for(viewer).queues]
        self.fields["queue"].choices = [("", _("No queue")), *queues]  # type: ignore[attr-defined]
        self.fields["number"].widget.attrs |= {"dir": "ltr", "autocomplete": "off", "inputmode": "tel"}
