"""Forms of logging in, of one's own profile and of the administration of users."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from callwright.kit.proxies import client_address
from callwright.staff.models import Role, User
from callwright.staff.operations.add_extensions import NotANumber, TooMany, numbers_in
from callwright.staff.queries.login import find_username, is_too_fast, locked_until
from callwright.staff.queries.seats import pbxs
from callwright.staff.queries.users import grantable_accounts, granted_accounts

_CODE = {"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
_LANGUAGES = [("", _("As the browser")), *settings.LANGUAGES]


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


class LoginForm(forms.Form):
    login = forms.CharField(label=_("User name or e-mail"), max_length=254, strip=True)
    password = forms.CharField(label=_("Password"), max_length=1000, strip=False, widget=forms.PasswordInput)

    def __init__(self, request: HttpRequest, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.request = request
        self.user: User | None = None
        self.is_locked = False
        self.fields["login"].widget.attrs |= {**_CODE, "autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password", "dir": "ltr"}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("login") or not given.get("password"):
            return given
        username, address = find_username(given["login"]), client_address(self.request)
        if is_too_fast(username, address, now=timezone.now()):
            self._refuse_locked(username, address)
        user = authenticate(self.request, username=username, password=given["password"])
        # The middleware of axes would put its own page in the place of ours.
        locked, self.request.axes_locked_out = getattr(self.request, "axes_locked_out", False), False  # type: ignore[attr-defined]
        if locked:
            self._refuse_locked(username, address)
        if not isinstance(user, User):
            raise ValidationError(
                _("This name and password do not belong together. Mind capital letters in the password.")
            )
        self.user = user
        return given

    def _refuse_locked(self, username: str, address: str) -> None:
        self.is_locked = True
        until = locked_until(username, address)
        minutes = max(1, -int((timezone.now() - until).total_seconds() // 60)) if until else 15
        raise ValidationError(
            ngettext(
                "Too many wrong passwords. Try again in %(minutes)s minute, or ask a supervisor or an administrator "
                "to unlock you.",
                "Too many wrong passwords. Try again in %(minutes)s minutes, or ask a supervisor or an "
                "administrator to unlock you.",
                minutes,
            ),
            params={"minutes": minutes},
        )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["name", "email", "language", "time_zone", "theme"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["language"] = forms.ChoiceField(label=_("language"), choices=_LANGUAGES, required=False)
        self.fields["time_zone"] = forms.ChoiceField(label=_("time zone"), choices=_zones())
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]


class PasswordForm(forms.Form):
    current = forms.CharField(label=_("Present password"), strip=False, widget=forms.PasswordInput)
    new = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput,
        help_text=_("At least 10 characters; a sentence of four words is good and easy to remember."),
    )  # fmt: skip
    again = forms.CharField(label=_("New password again"), strip=False, widget=forms.PasswordInput)

    def __init__(self, user: User, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        self.fields["current"].widget.attrs["autocomplete"] = "current-password"
        for name in ("new", "again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise ValidationError(_("This is not your present password."))
        return current

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        if self.user.check_password(new):
            raise ValidationError(_("This is the present password. Choose another one."))
        password_validation.validate_password(new, self.user)
        return new

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError(_("The two new passwords differ."))
        return again


class PickAccounts(forms.SelectMultiple):
    """Ticked boxes for the accounts chosen, all of them while they are few, and a field that finds more."""

    template_name = "staff/pick_accounts.html"
    use_fieldset = True
    short_list = 12

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = [int(one) for one in value or () if str(one).isdecimal() and len(str(one)) < 19]
        first = list(grantable_accounts()[: self.short_list + 1])
        is_long = len(first) > self.short_list
        rows = grantable_accounts().filter(pk__in=chosen) if is_long else first
        accounts = [(one.pk, one.name, one.pk in chosen) for one in rows]
        return {"name": name, "accounts": accounts, "is_long": is_long, "id": (attrs or {}).get("id", name)}


class UserForm(ProfileForm):
    class Meta(ProfileForm.Meta):
        fields = ["name", "username", "email", "role", "all_accounts", "language", "time_zone"]

    accounts: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        label=_("Rights on accounts"), required=False, queryset=None, widget=PickAccounts
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        accounts = self.fields["accounts"]
        assert isinstance(accounts, forms.ModelMultipleChoiceField)
        accounts.queryset = grantable_accounts()
        self.fields["username"].widget.attrs |= {**_CODE, "autocomplete": "off"}
        self.fields["username"].help_text = _("To log in with; capital letters do not matter.")
        only = list(grantable_accounts()[:2])
        if len(only) == 1:  # there is nothing to choose: everyone works for the one account
            accounts.widget, accounts.initial = forms.MultipleHiddenInput(), [only[0].pk]
        elif self.instance.pk:
            accounts.initial = [pk for pk, _name in granted_accounts(self.instance.pk)]

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].strip()
        if "@" in username:
            raise ValidationError(_("A user name has no @; people may log in with their e-mail address as well."))
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another user has this user name."))
        return username

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("role") == Role.CUSTOMER and given.get("all_accounts"):
            self.add_error("all_accounts", _("A customer user sees only the accounts listed below."))
        if given.get("role") == Role.CUSTOMER and not given.get("accounts"):
            self.add_error("accounts", _("Choose the account whose portal this customer user opens."))
        return given


class ExtensionsForm(forms.Form):
    pbx: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(label=_("PBX"), queryset=None, empty_label=None)
    numbers = forms.CharField(
        label=_("Extensions"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "placeholder": "201-212, 301"}),
        help_text=_("Single ones and ranges; those that exist already stay as they are."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["pbx"].queryset = pbxs()  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[str]:
        try:
            numbers = numbers_in(self.cleaned_data["numbers"])
        except NotANumber as refusal:
            text = _("“%(part)s” is neither an extension nor a range such as 201-212.")
            raise ValidationError(text, params={"part": refusal.part}) from refusal
        except TooMany as refusal:
            raise ValidationError(_("That is too many at once.")) from refusal
        if not numbers:
            raise ValidationError(_("Enter at least one extension."))
        return numbers
