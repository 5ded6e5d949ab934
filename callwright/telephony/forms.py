"""Forms of the PBX administration. Secrets go in and never come out again."""

import re
from typing import Any

import psycopg
from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS
from psycopg.conninfo import conninfo_to_dict

from callwright.telephony.models import Pbx, Queue

_HOST = re.compile(r"^[A-Za-z0-9._:\-]+$")
_CODES = ("host", "username", "extension_pattern", "dial_context", "extension_template", "cdr_csv", "cel_csv")
_KEEP = _("Leave empty to keep what is stored; it is never shown.")


def countries() -> list[tuple[str, str]]:
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    return sorted(((code, names.get(code, code)) for code in SUPPORTED_REGIONS), key=lambda pair: pair[1])


class _PbxForm(forms.ModelForm):  # type: ignore[type-arg]
    kind: Pbx.Kind

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["home_country"] = forms.ChoiceField(label=_("Country of its numbers"), choices=countries())
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def save(self, commit: bool = True) -> Pbx:
        pbx: Pbx = super().save(commit=False)
        pbx.kind = self.kind
        pbx.slug = pbx.slug or _free_slug(pbx.name)
        return pbx


class AsteriskForm(_PbxForm):
    kind = Pbx.Kind.ASTERISK
    trunks = forms.CharField(
        label=_("Trunks"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
        help_text=_(
            "The names of the endpoints that lead outside, one a line. Calls over them are inbound or outbound; all "
            "others are internal."
        ),
    )  # fmt: skip

    class Meta:
        model = Pbx
        fields = [
            "name", "enabled", "host", "port", "username", "secret", "use_tls", "trunks", "home_country",
            "extension_pattern", "dial_context", "extension_template", "dial_format", "cdr_csv", "cel_csv",
            "record_dsn",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._stored = {name: getattr(self.instance, name) for name in ("secret", "record_dsn")}
        if self.instance.pk:
            self.initial["trunks"] = "\n".join(self.instance.trunks)
        for name in ("secret", "record_dsn"):
            self.initial[name] = ""
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"})
            self.fields[name].help_text = _KEEP if self._stored[name] else ""
        for name in ("host", "username"):
            self.fields[name].required = True
        for name in _CODES:
            self.fields[name].widget.attrs |= {"dir": "ltr", "spellcheck": "false", "autocomplete": "off"}
        self.fields["extension_pattern"].help_text = _("A regular expression; empty: two to five digits.")

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip()
        if not _HOST.match(host):
            raise ValidationError(_("Enter a host name or an address, without a scheme or path."))
        return host

    def clean_trunks(self) -> list[str]:
        return [name for name in re.split(r"[\s,;]+", self.cleaned_data["trunks"]) if name]

    def clean_extension_pattern(self) -> str:
        pattern: str = self.cleaned_data["extension_pattern"]
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValidationError(_("This is no regular expression: %(error)s"), params={"error": error}) from error
        return pattern

    def clean_extension_template(self) -> str:
        template: str = self.cleaned_data["extension_template"]
        if "{extension}" not in template:
            raise ValidationError(_("It must contain {extension}, which stands for the number."))
        return template

    def clean_secret(self) -> str:
        return self._kept("secret")

    def clean_record_dsn(self) -> str:
        """An @ that is written as such makes part of the password a host name, and that is told to name servers."""
        given = self._kept("record_dsn")
        try:
            host = str(conninfo_to_dict(self.cleaned_data["record_dsn"]).get("host") or "")
        except psycopg.Error:
            host = "@"
        if "@" in host:
            raise ValidationError(_("This is no address of a database. Write an @ in its password as %40."))
        return given

    def clean(self) -> dict[str, Any]:
        """Whoever may change where a PBX is must not learn its secret by having it sent to a server of their own."""
        given = super().clean() or self.cleaned_data
        changed = set(self.changed_data)
        if self._stored["secret"] and "secret" not in changed and {"host", "port", "use_tls"} & changed:
            self.add_error("secret", _("Enter it again: it is not sent to another server unasked."))
        return given

    def _kept(self, name: str) -> str:
        given: str = self.cleaned_data[name] or self._stored[name]
        if name == "secret" and not given:
            raise ValidationError(_("Enter the secret of the AMI user."))
        if any(ord(one) < 32 for one in given):
            raise ValidationError(_("A secret has no line breaks."))
        return given


class HttpPbxForm(_PbxForm):
    kind = Pbx.Kind.WEBHOOK

    class Meta:
        model = Pbx
        fields = ["name", "enabled", "home_country"]


class QueueForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Queue
        fields = ["label", "account", "wrap_up_s", "call_back_within_s"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["wrap_up_s"].min_value = 0  # type: ignore[attr-defined]
        self.fields["wrap_up_s"].help_text = _("0: no wrap-up. Agents may end it sooner.")
        within = self.instance.call_back_within_s
        self.fields["call_back_within_s"] = forms.IntegerField(
            label=_("Call missed callers back within (minutes)"), required=False, min_value=1, max_value=10080,
            help_text=_("In working hours of the account. Left empty: as the account."),
        )  # fmt: skip
        self.initial["call_back_within_s"] = None if within is None else max(1, within // 60)
        self.fields["account"].label = _("Account")
        self.fields["account"].help_text = _("For calls whose line tells no account.")
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def clean_call_back_within_s(self) -> int | None:
        minutes: int | None = self.cleaned_data["call_back_within_s"]
        return None if minutes is None else minutes * 60

    def clean_wrap_up_s(self) -> int:
        seconds: int = self.cleaned_data["wrap_up_s"]
        if seconds > 3600:
            raise ValidationError(_("At most an hour (3600 seconds)."))
        return seconds


def _free_slug(name: str) -> str:
    """The journal's folder and the address of the endpoint carry it, so it is made once and stays."""
    wanted = slugify(name)[:34] or "pbx"
    taken = set(Pbx.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in [wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))] if slug not in taken)
