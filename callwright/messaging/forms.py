"""Forms of the mail server, of the senders of accounts, and of the addresses of an event."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from callwright.messaging.models import Security

_LTR = {"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}


class ServerForm(forms.Form):
    host = forms.CharField(
        label=_("Host"), max_length=200, widget=forms.TextInput(attrs={**_LTR, "placeholder": "smtp.example.org"})
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("Security"), choices=Security.choices, initial="starttls")
    verify_certificate = forms.BooleanField(
        label=_("Only with a valid certificate"), required=False, initial=True,
        help_text=_("Without it anybody in between can read along. Switch it off only for a server of your own."),
    )  # fmt: skip
    username = forms.CharField(
        label=_("User"), max_length=200, required=False, widget=forms.TextInput(attrs={**_LTR, "autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "new-password"}),
    )  # fmt: skip
    forget_password = forms.BooleanField(label=_("Remove the stored password"), required=False)
    from_address = forms.CharField(
        label=_("Sender's address"), max_length=254, widget=forms.TextInput(attrs={"type": "email"})
    )
    from_name = forms.CharField(label=_("Sender's name"), max_length=200, required=False)
    public_url = forms.CharField(
        label=_("Address of Callwright"), max_length=200, required=False,
        widget=forms.TextInput(attrs={**_LTR, "placeholder": "https://calls.example.org"}),
        help_text=_("Links in messages begin with it. The setting CALLWRIGHT_URL goes before it."),
    )  # fmt: skip
    kept_days = forms.IntegerField(
        label=_("Days that messages are kept"), min_value=1, max_value=3650, initial=90,
        help_text=_("Messages that were sent or given up are removed after that."),
    )  # fmt: skip
    enabled = forms.BooleanField(
        label=_("Send messages"), required=False, initial=True,
        help_text=_("Switched off, messages are kept and wait."),
    )  # fmt: skip


class SenderForm(forms.Form):
    from_name = forms.CharField(label=_("Sender's name"), max_length=200, required=False)
    reply_to = forms.CharField(
        label=_("Answers go to"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )


def _languages() -> list[tuple[str, object]]:
    return [("", _("As the person, else the account")), *settings.LANGUAGES]


class AddressForm(forms.Form):
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
