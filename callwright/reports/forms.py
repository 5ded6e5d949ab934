"""The form of a schedule."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.reports.labels import weekday_label
from callwright.reports.models import Every, Format
from callwright.reports.operations.schedule import Wish

_BETWEEN = re.compile(r"[\s,;]+")


class ScheduleForm(forms.Form):
    """When a saved report is sent, and to whom; its fields for the day are those of weeks or months."""

    every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    weekday = forms.TypedChoiceField(label=_("Day of the week"), coerce=int)
    month_day = forms.TypedChoiceField(label=_("Day of the month"), coerce=int)
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.ChoiceField(label=_("Time zone"))
    addresses = forms.CharField(
        label=pgettext_lazy("recipients", "To"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr", "autocomplete": "off"}), max_length=5_000,
        help_text=_("E-mail addresses, with blanks or commas between them. They see each other."),
    )  # fmt: skip
    format = forms.ChoiceField(label=_("Format"), choices=Format.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        days: list[tuple[int, Any]] = [(day, weekday_label(day)) for day in range(1, 8)]
        dates: list[tuple[int, Any]] = [*((day, str(day)) for day in range(1, 31)), (31, _("The last day"))]
        self.fields["weekday"].choices = days  # type: ignore[attr-defined]
        self.fields["month_day"].choices = dates  # type: ignore[attr-defined]
        zones = [(zone, zone) for zone in sorted(available_timezones() - {"localtime", "Factory"})]
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """What was chosen."""
        values = self.cleaned_data
        return Wish(
            every=values["every"], at=values["at"], zone=values["zone"], format=values["format"],
            addresses=[one for one in _BETWEEN.split(values["addresses"]) if one], language=values["language"],
            weekday=values["weekday"], month_day=values["month_day"],
        )  # fmt: skip
