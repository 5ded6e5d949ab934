"""Forms of the people of an account, their absences and the rules of forwarding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from callwright.accounts.hours import written_spans
from callwright.accounts.hours_form import DAYS, SpansField
from callwright.accounts.models import ForwardingRule
from callwright.kit.templatetags.kit import viewer_locale


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.CharField(label=gettext_lazy("Role"), max_length=120, required=False)
    numbers = forms.CharField(
        label=gettext_lazy("Numbers"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr", "inputmode": "tel"}),
        help_text=gettext_lazy("One on each line, the one to try first at the top; extensions too."),
    )  # fmt: skip
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    advice = forms.CharField(
        label=gettext_lazy("Advice for agents"), max_length=300, required=False,
        help_text=gettext_lazy("Stands beside the name on the card: “rather by e-mail”, “only urgent calls”."),
    )  # fmt: skip
    stand_in = forms.TypedChoiceField(
        label=gettext_lazy("Who stands in"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("Takes the calls while this person is away."),
    )  # fmt: skip
    on_closed_days = forms.BooleanField(
        label=gettext_lazy("Also there on closed days and public holidays"), required=False
    )

    def __init__(self, *arguments: Any, others: Sequence[tuple[int, str]] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["stand_in"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Nobody")), *others]
        names = viewer_locale().days["stand-alone"]["wide"]
        for day in DAYS:
            self.fields[f"day_{day}"] = SpansField(
                label=names[day], required=False, max_length=120,
                widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": _("not there"), "autocomplete": "off"}),
            )  # fmt: skip

    def about(self) -> list[Any]:
        return [self[name] for name in ("name", "role", "numbers", "email", "advice", "stand_in")]

    def week(self) -> list[Any]:
        return [self[f"day_{day}"] for day in DAYS]

    def values(self) -> dict[str, Any]:
        """What the form says, as `save_person` takes it."""
        plain = {name: self.cleaned_data[name] for name in ("name", "role", "email", "advice", "on_closed_days")}
        return {
            **plain,
            "numbers": self.cleaned_data["numbers"].splitlines(),
            "stand_in_id": self.cleaned_data["stand_in"],
            "spans": {day: self.cleaned_data[f"day_{day}"] for day in DAYS},
        }


def initial_of_person(person: Any) -> dict[str, Any]:
    """What the form shows of a person (`queries.people.PersonKept`)."""
    week = {day: [span[1:] for span in person.spans if span[0] == day] for day in DAYS}
    return {
        "name": person.name, "role": person.role, "numbers": "\n".join(person.shown_numbers), "email": person.email,
        "advice": person.advice, "stand_in": person.stand_in_id, "on_closed_days": person.on_closed_days,
        **{f"day_{day}": written_spans(week[day]) for day in DAYS},
    }  # fmt: skip


class AbsenceForm(forms.Form):
    begins_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    begins_at = forms.TimeField(
        label=pgettext_lazy("time of day", "at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=gettext_lazy("Empty: all day"),
    )  # fmt: skip
    ends_on = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_at = forms.TimeField(
        label=pgettext_lazy("time of day", "at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=gettext_lazy("Empty: all day"),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("What callers may be told"), max_length=80, required=False)

    def values(self) -> dict[str, Any]:
        """What the form says, as `add_absence` takes it."""
        begins, ends = self.cleaned_data["begins_at"], self.cleaned_data["ends_at"]
        return {
            "begins_on": self.cleaned_data["begins_on"],
            "begins_min": begins.hour * 60 + begins.minute if begins else 0,
            "ends_on": self.cleaned_data["ends_on"],
            "ends_min": ends.hour * 60 + ends.minute if ends else 24 * 60,
            "reason": self.cleaned_data["reason"],
        }

    def clean_begins_on(self) -> date:
        day: date = self.cleaned_data["begins_on"]
        if not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("This day is too far away."))
        return day

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("This day is too far away."))
        return day


class RuleForm(forms.Form):
    topic = forms.CharField(
        label=gettext_lazy("What the call is about"), max_length=120, required=False,
        help_text=gettext_lazy("Emergencies, invoices … Empty: calls about anything else."),
    )  # fmt: skip
    when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=ForwardingRule.When.choices, widget=forms.RadioSelect, initial="always"
    )
    otherwise = forms.CharField(
        label=gettext_lazy("When nobody of them is there"), max_length=200, required=False,
        help_text=gettext_lazy("Left empty: take a note."),
    )  # fmt: skip
