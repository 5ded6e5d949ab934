"""Forms of the administration of recordings. Secrets go in and never come out again."""

import json
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callwright.recordings.models import Policy, Source
from callwright.recordings.operations.open_source import sealed, secrets_of
from callwright.recordings.rules import pattern_problem
from callwright.recordings.sources.reading import SourceProblem
from callwright.recordings.words import NAME_PROBLEMS

_KEEP = _("Leave empty to keep what is stored; it is never shown.")
SECRETS = ("password", "private_key", "token")
_MACHINE = ("folder", "host", "username", "url", "pattern", "pbx_folder", "time_zone")


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    password = forms.CharField(label=_("Password or passphrase of the key"), required=False, max_length=500)
    private_key = forms.CharField(label=_("Private key"), required=False, max_length=20_000)
    token = forms.CharField(label=_("Bearer token"), required=False, max_length=4_000)

    class Meta:
        model = Source
        fields = [
            "enabled", "folder", "host", "port", "username", "url", "pattern", "pbx_folder", "announced_only",
            "raw_rate", "raw_channels", "time_zone",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind = self.instance.kind
        for name in ("password", "token"):
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"})
        self.fields["private_key"].widget = forms.Textarea(
            attrs={"rows": 4, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"}
        )
        for name in _MACHINE:
            self.fields[name].widget.attrs |= {"dir": "ltr", "spellcheck": "false", "autocomplete": "off"}
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self._stored = self._secrets()
        for name in SECRETS:
            if self._stored.get(name):
                self.fields[name].help_text = _KEEP
        self._keep_only(self.kind)
        self._explain()

    def _secrets(self) -> dict[str, str]:
        try:
            return secrets_of(self.instance)
        except (SourceProblem, json.JSONDecodeError):
            return {}

    def _keep_only(self, kind: str) -> None:
        others = {
            Source.Kind.FOLDER: ("host", "port", "username", "url", "password", "private_key", "token"),
            Source.Kind.SFTP: ("url", "token"),
            Source.Kind.HTTP: ("folder", "host", "port", "private_key"),
        }
        for name in others[Source.Kind(kind)]:
            del self.fields[name]
        needed = {Source.Kind.FOLDER: ("folder",), Source.Kind.SFTP: ("host", "username"), Source.Kind.HTTP: ("url",)}
        for name in needed[Source.Kind(kind)]:
            self.fields[name].required = True

    def _explain(self) -> None:
        texts = {
            "pattern": _(
                "{uniqueid} stands for the call's id on the PBX, {year}, {month}, {day} for its date, * for anything."
            ),
            "pbx_folder": _(
                "Where the PBX itself keeps recordings. A file that it names is looked for under the same name here."
            ),
            "announced_only": _(
                "Take the tick away to look for a recording of every answered call, also where the PBX said nothing."
            ),
            "raw_channels": _("What option D of MixMonitor writes: files that end in .raw. 2: each side to itself."),
            "time_zone": _("In which the dates in file names are written."),
        }
        for name, text in texts.items():
            self.fields[name].help_text = text

    def clean_folder(self) -> str:
        folder: str = self.cleaned_data["folder"].strip()
        if self.kind == Source.Kind.FOLDER and not folder.startswith("/"):
            raise ValidationError(_("Enter the whole path of the folder, beginning with a slash."))
        return folder

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValidationError(_("Enter an address that begins with http:// or https:// and ends with the folder."))
        if parts.username or parts.password:
            raise ValidationError(_("Enter the user and the password in their own fields, not in the address."))
        return url

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"].strip()
        problem = pattern_problem(pattern, can_list=self.kind != Source.Kind.HTTP)
        if problem:
            raise ValidationError(NAME_PROBLEMS[problem])
        return pattern

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"].strip()
        if name not in available_timezones():
            raise ValidationError(_("There is no such time zone. Enter a name such as Europe/Amsterdam."))
        return name

    def clean_raw_rate(self) -> int:
        rate: int = self.cleaned_data["raw_rate"]
        if not 4_000 <= rate <= 96_000:
            raise ValidationError(_("Enter a rate from 4000 to 96000."))
        return rate

    def clean_raw_channels(self) -> int:
        channels: int = self.cleaned_data["raw_channels"]
        if channels not in (1, 2):
            raise ValidationError(_("Enter 1 or 2."))
        return channels

    def save(self, commit: bool = True) -> Source:
        source: Source = super().save(commit=False)
        given = {name: self.cleaned_data.get(name, "") for name in SECRETS}
        source.sealed = sealed({name: given[name] or self._stored.get(name, "") for name in SECRETS})
        return source


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Policy
        fields = ["keep_days", "consent"]
        widgets = {"consent": forms.Textarea(attrs={"rows": 3, "dir": "auto"})}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.fields["keep_days"].help_text = (
            _("Empty: as long as the organisation keeps them.")
            if self.instance.account_id
            else _("Empty: for ever, unless an account has a period of its own.")
        )
        self.fields["consent"].help_text = (
            _("Agents see it on the card. Empty: the text of the organisation.")
            if self.instance.account_id
            else _("Agents see it on the card of every account that has no text of its own.")
        )

    def clean_keep_days(self) -> int | None:
        days: int | None = self.cleaned_data["keep_days"]
        if days is not None and not 1 <= days <= 36_500:
            raise ValidationError(_("Enter a number of days from 1 to 36500, or nothing."))
        return days

    def clean_consent(self) -> str:
        text: str = self.cleaned_data["consent"].strip()
        if len(text) > 2_000:
            raise ValidationError(_("At most 2000 characters."))
        return text
