"""The form of an account's hours: a line a day, the target, the public holidays."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callwright.accounts.hours import HoursRefused, read_spans, written_spans
from callwright.accounts.queries.hours import CALL_BACK_WITHIN_S, holiday_countries
from callwright.kit.templatetags.kit import viewer_locale

DAYS = range(7)


def _countries() -> list[tuple[str, str]]:
    names = viewer_locale().territories
    known = sorted(((code, str(names.get(code, code))) for code in holiday_countries()), key=lambda one: one[1])
    return [("", _("None")), *known]


class SpansField(forms.CharField):
    """One day's hours: "9:00-12:30, 13:30-17:00"."""

    def clean(self, value: Any) -> Any:
        try:
            return read_spans(super().clean(value))
        except HoursRefused as refused:
            raise forms.ValidationError(_worded(refused)) from refused


class HoursForm(forms.Form):
    call_back_within_min = forms.IntegerField(
        label=gettext_lazy("Call missed callers back within (minutes)"), required=False, min_value=1, max_value=10080,
        help_text=gettext_lazy("Counted in working hours, for calls missed from now on. A queue may have its own."),
    )  # fmt: skip
    holidays_country = forms.ChoiceField(
        label=gettext_lazy("Closed on the public holidays of"), choices=_countries, required=False
    )
    holidays_subdivision = forms.CharField(
        label=gettext_lazy("Region of these holidays"), max_length=20, required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "list": "holiday-regions", "autocomplete": "off"}),
        help_text=gettext_lazy("A code such as BY; empty: those of the whole country."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        names = viewer_locale().days["stand-alone"]["wide"]
        for day in DAYS:
            self.fields[f"day_{day}"] = SpansField(
                label=names[day], required=False, max_length=120,
                widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": _("closed"), "autocomplete": "off"}),
            )  # fmt: skip
        self.fields["call_back_within_min"].widget.attrs["placeholder"] = str(CALL_BACK_WITHIN_S // 60)

    def days(self) -> list[Any]:
        """The fields of the days, for the template."""
        return [self[f"day_{day}"] for day in DAYS]

    def others(self) -> list[Any]:
        return [self[name] for name in ("call_back_within_min", "holidays_country", "holidays_subdivision")]

    def clean_holidays_subdivision(self) -> str:
        code: str = self.cleaned_data["holidays_subdivision"].strip().upper()
        parts = holiday_countries().get(self.cleaned_data.get("holidays_country", ""), [])
        if code and code not in parts:
            if not parts:
                raise forms.ValidationError(_("No regions are known of this country. Leave it empty."))
            raise forms.ValidationError(
                _("No such region is known. Choose one of these: %(codes)s.") % {"codes": ", ".join(parts[:60])}
            )
        return code

    def values(self) -> dict[str, Any]:
        """What the form says, as `save_hours` takes it."""
        minutes = self.cleaned_data["call_back_within_min"]
        return {
            "spans": {day: self.cleaned_data[f"day_{day}"] for day in DAYS},
            "call_back_within_s": None if minutes is None else minutes * 60,
            "holidays_country": self.cleaned_data["holidays_country"],
            "holidays_subdivision": self.cleaned_data["holidays_subdivision"],
        }


class ClosedDayForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=gettext_lazy("Name of the day"), max_length=80, required=False)


def initial_of(account: Any, spans: dict[int, list[tuple[int, int]]]) -> dict[str, Any]:
    """What the form shows of an account."""
    within = account.call_back_within_s
    return {
        "call_back_within_min": None if within is None else max(1, within // 60),
        "holidays_country": account.holidays_country,
        "holidays_subdivision": account.holidays_subdivision,
        **{f"day_{day}": written_spans(spans[day]) for day in DAYS},
    }


def _worded(refused: HoursRefused) -> str:
    match refused.reason:
        case "backwards":
            return _("“%(given)s” ends before it begins. Work past midnight stands on both days.") % {
                "given": refused.given
            }
        case "overlap":
            return _("These times overlap. Write them like 9:00-12:30, 13:30-17:00.")
    return _("“%(given)s” is no time. Write hours like 9:00-17:00.") % {"given": refused.given[:40]}
