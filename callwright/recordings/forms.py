"""Forms of the administration of recordings. Secrets go in and never come out again."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callwright.recordings.models import Policy, Source
from callwright.recordings.operations.save_source import SECRETS_OF, stored_secrets
from callwright.recordings.rules import pattern_problem
from callwright.recordings.words import NAME_PROBLEMS

_KEEP = _("Leave empty to keep what is stored; it is never shown.")
SECRETS = ("password", "private_key", "token")
_ENTERED = [field for name in SECRETS for field in (name, f"remove_{name}")]
_MACHINE = (
    "folder",
    "host",
    "username",
    "url",
    "pattern",
    "pbx_folder",
    "time_zone",
    "own_side_pattern",
    "other_side_pattern",
)


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]
    password = forms.CharField(label=_("Password or passphrase of the key"), required=False, max_length=500)
    remove_password = forms.BooleanField(label=_("Remove the stored password"), required=False)
    private_key = forms.CharField(label=_("Private key"), required=False, max_length=20_000)
    remove_private_key = forms.BooleanField(label=_("Remove the stored private key"), required=False)
    token = forms.CharField(label=_("Bearer token"), required=False, max_length=4_000)
    remove_token = forms.BooleanField(label=_("Remove the stored token"), required=False)

    class Meta:
        model = Source
        fields = [
            "enabled", "folder", "host", "port", "username", "url", "pattern", "pbx_folder", "announced_only",
            "raw_rate", "raw_channels", "own_side_pattern", "other_side_pattern", "time_zone",
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
        self._ask_for_secrets()
        self.order_fields(["enabled", "folder", "host", "port", "url", "username", *_ENTERED])
        self._keep_only(self.kind)
        self._explain()

    def _ask_for_secrets(self) -> None:
        stored = stored_secrets(Source.objects.filter(pk=self.instance.pk).first(), self.kind)
        for name in SECRETS:
            is_asked = name in SECRETS_OF[Source.Kind(self.kind)]
            if is_asked and name in stored:
                self.fields[name].help_text = _KEEP
            else:
                del self.fields[f"remove_{name}"]
            if not is_asked:
                del self.fields[name]

    def _keep_only(self, kind: str) -> None:
        others = {
            Source.Kind.FOLDER: ("host", "port", "username", "url"),
            Source.Kind.SFTP: ("url",),
            Source.Kind.HTTP: ("folder", "host", "port"),
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
            "own_side_pattern": _(
                "Only where the PBX writes each side to a file of its own: the name of the one of option r of"
                " MixMonitor, such as {uniqueid}-in.wav."
            ),
            "other_side_pattern": _(
                "The name of the one of option t, such as {uniqueid}-out.wav. Both become the two lanes of one"
                " recording."
            ),
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
        try:
            parts = urlsplit(url)
            is_address = bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            raise ValidationError(_("Enter an address that begins with http:// or https:// and ends with the folder."))
        if parts.username or parts.password:
            raise ValidationError(_("Enter the user and the password in their own fields, not in the address."))
        return url

    def clean_pattern(self) -> str:
        return self._usable("pattern")

    def clean_own_side_pattern(self) -> str:
        return self._usable("own_side_pattern")

    def clean_other_side_pattern(self) -> str:
        return self._usable("other_side_pattern")

    def _usable(self, name: str) -> str:
        pattern: str = self.cleaned_data[name].strip()
        problem = pattern_problem(pattern, can_list=self.kind != Source.Kind.HTTP) if pattern else ""
        if problem:
            raise ValidationError(NAME_PROBLEMS[problem])
        return pattern

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "own_side_pattern" in given and "other_side_pattern" in given:
            own, other = given["own_side_pattern"], given["other_side_pattern"]
            if bool(own) != bool(other):
                self.add_error("other_side_pattern", _("Enter the names of both sides, or neither."))
            elif own and own == other:
                self.add_error("other_side_pattern", _("Each side needs a name of its own."))
        return given

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

    @property
    def given(self) -> dict[str, str]:
        """The secrets that were entered."""
        return {name: self.cleaned_data.get(name, "") for name in SECRETS}

    @property
    def removed(self) -> list[str]:
        """The names of the secrets that are to be forgotten."""
        return [name for name in SECRETS if self.cleaned_data.get(f"remove_{name}")]

    def ask_again(self, names: Iterable[str]) -> None:
        """Another server is meant than the one for which these secrets were entered."""
        for name in names:
            self.add_error(name, _("Enter it again, or remove it: it is not sent to another server unasked."))


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
