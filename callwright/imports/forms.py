"""Forms of imports: how a file is read, a stretch of a record table, a watched folder."""

import codecs
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.accounts.queries.accounts import organisation, visible_accounts
from callwright.imports.models import Mapping, WatchedFolder, WatchedTable
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.shapes import OWN
from callwright.staff.queries.rights import sees_all_accounts
from callwright.telephony.queries.pbxs import pbx_choices

COLUMN_LABELS = {
    "": _("Not read"),
    "key": _("Key of the call"),
    "started": _("Started (date and time)"),
    "date": _("Date"),
    "time": _("Time of day"),
    "answered": _("Answered (time)"),
    "ended": _("Ended (time)"),
    "duration_s": _("Duration in all"),
    "ring_s": _("Ring time"),
    "wait_s": _("Waiting time"),
    "talk_s": _("Talk time"),
    "direction": _("Direction"),
    "status": _("Status"),
    "from": _("Caller’s number"),
    "from_name": _("Caller name"),
    "to": _("Number called"),
    "line": _("Line called"),
    "extension": _("Extension"),
    "answered_by": _("Answered by"),
    "queue": _("Queue"),
    "transferred_to": _("Transferred to"),
    "hangup_by": _("Hung up by"),
    "cause": _("Cause (number)"),
}
_ORDERS = [
    ("ymd", _("Year, month, day")),
    ("dmy", _("Day, month, year")),
    ("mdy", _("Month, day, year")),
]
_DELIMITERS = [(",", ","), (";", ";"), ("\t", pgettext_lazy("delimiter", "Tab")), ("|", "|")]
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1252", "cp1251", "cp1256")


class _WithPbx(forms.Form):
    pbx = forms.TypedChoiceField(label=_("PBX"), coerce=int)
    account = forms.TypedChoiceField(
        label=_("Account"), required=False, coerce=int, empty_value=None,
        help_text=_("Otherwise the account is found by the line called or the queue, as with live calls."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, viewer: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _offer(self, viewer)

    @property
    def first_account(self) -> int | None:
        """None for whoever need not choose one; 0 where there is none to choose."""
        field: Any = self.fields["account"]
        return next((id for id, _name in field.choices), 0) if field.required else None


def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))


def _offer(form: Any, viewer: Any) -> None:
    """Only accounts that the viewer may see; who sees some of them must choose one."""
    form.fields["pbx"].choices = [(id, name) for id, name, _ in pbx_choices()]
    accounts = list(visible_accounts(viewer).filter(is_active=True).order_by("name").values_list("pk", "name")[:2_000])
    everything = sees_all_accounts(viewer)
    form.fields["account"].required = not everything
    form.fields["account"].choices = ([("", _("By line and queue"))] if everything else []) + accounts


class ReadingForm(_WithPbx):
    """How a file is to be read. The columns are told apart from the form: `column`, once for each."""

    zone = forms.ChoiceField(label=_("Time zone of the file"))
    date_order = forms.ChoiceField(label=_("Dates are written"), choices=_ORDERS)
    delimiter = forms.ChoiceField(label=_("Columns are parted by"), choices=_DELIMITERS)
    encoding = forms.ChoiceField(label=_("Character set"))
    header = forms.BooleanField(label=_("The first line has the names of the columns"), required=False)
    mapping_name = forms.CharField(
        label=_("Save these columns as"), required=False, max_length=80,
        help_text=_("The next file with the same first line is understood by itself."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, settings: Settings, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.settings = settings
        zones = dict.fromkeys([settings.zone, "UTC", *_zones()])
        self.fields["zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        codes = dict.fromkeys([settings.encoding, *_ENCODINGS])
        self.fields["encoding"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    def read_as(self, columns: list[str]) -> Settings:
        """What was chosen; only of a valid form."""
        given = self.cleaned_data
        codecs.lookup(given["encoding"])
        chosen = self.settings
        if chosen.shape in ("free", "own") and columns:
            known = [name if name in OWN else "" for name in columns[:200]]
            shape = "own" if chosen.shape == "own" and known == chosen.columns else "free"
            chosen = Settings(shape=shape, columns=known)
        return Settings(
            shape=chosen.shape,
            columns=chosen.columns,
            encoding=given["encoding"],
            delimiter=given["delimiter"],
            header=given["header"],
            zone=given["zone"],
            date_order=given["date_order"],
        )


class TableForm(_WithPbx):
    shape = forms.ChoiceField(
        label=_("Table"), choices=[("cdr", _("CDR (call records)")), ("cel", _("CEL (channel events)"))]
    )
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Up to and including"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["pbx"].choices = [(id, name) for id, name, has in pbx_choices() if has]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("This day is before the first one."))
        return given


class FolderForm(forms.ModelForm):  # type: ignore[type-arg]
    zone = forms.ChoiceField(label=_("Time zone of the files"), required=False)

    class Meta:
        model = WatchedFolder
        fields = ["path", "pbx", "account", "mapping", "zone", "daily_at", "after", "enabled"]
        widgets = {"path": forms.TextInput(attrs={"dir": "ltr"}), "daily_at": forms.TimeInput(attrs={"type": "time"})}

    def __init__(self, *arguments: Any, viewer: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["account"].queryset = visible_accounts(viewer).filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["pbx"].empty_label = None  # type: ignore[attr-defined]
        self.fields["account"].empty_label = _("By line and queue")  # type: ignore[attr-defined]
        self.fields["mapping"].queryset = Mapping.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["mapping"].empty_label = _("Recognised by itself")  # type: ignore[attr-defined]
        zones = [(zone, zone) for zone in ["UTC", *_zones()]]
        self.fields["zone"].choices = [("", _("Found out by itself")), *zones]  # type: ignore[attr-defined]
        self.fields["daily_at"].help_text = _(
            "On the clock where the account is, or without an account the organisation (%(zone)s). Files that came"
            " before wait until then. Blank: each file at once."
        ) % {"zone": organisation().time_zone}
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def clean_path(self) -> str:
        path = Path(self.cleaned_data["path"])
        if not path.is_absolute() or not path.is_dir():
            raise forms.ValidationError(_("There is no such folder on the server. Give its whole path."))
        return str(path)


class WatchedTableForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where the database is and how it is entered belongs to the PBX, and is never shown."""

    class Meta:
        model = WatchedTable
        fields = ["pbx", "shape", "account", "first_day", "every_minutes", "late_minutes", "enabled"]
        widgets = {"first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *arguments: Any, viewer: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        fields: Any = self.fields
        fields["pbx"].queryset = fields["pbx"].queryset.exclude(record_dsn="").order_by("name")
        fields["pbx"].empty_label = None
        fields["pbx"].help_text = _("Only PBXs with a database of records; it is set up with the PBX.")
        fields["account"].queryset = visible_accounts(viewer).filter(is_active=True).order_by("name")
        fields["account"].empty_label = _("By line and queue")
        fields["first_day"].initial = timezone.localdate()
        fields["late_minutes"].help_text = _("So long after a call its rows may still be written; they are looked for.")
        for name, most in (("every_minutes", 1440), ("late_minutes", 1440)):
            fields[name].min_value, fields[name].max_value = 1, most
            fields[name].validators += [MinValueValidator(1), MaxValueValidator(most)]
            fields[name].widget.attrs |= {"min": 1, "max": most}
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
