"""Who works here: users with roles and rights, the extension each one sits at, and what each one is doing now."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callwright.staff.rules import Right, role_has


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    CONTROLLER = "controller", _("Controller")
    ADMINISTRATOR = "administrator", _("Administrator")
    CUSTOMER = "customer", _("Customer user")


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Someone who logs in. A user with an extension is an employee who works calls."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(_("may log in"), default=True)
    all_accounts = models.BooleanField(
        _("sees all accounts"), default=False, help_text=_("Otherwise only the accounts listed under rights.")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    password_is_temporary = models.BooleanField(default=False)  # given out by an administrator: must be changed first
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="staff_user_username_any_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="staff_user_role"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def may(self, right: Right) -> bool:
        """Whether the user's role has the right; for views behind `kit.access` and for templates."""
        return self.is_active and role_has(self.role, right)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A session ends when the password, the role or the permission to log in changes.
        key = f"callwright.staff.session:{self.role}:{self.is_active}"
        return salted_hmac(key, self.password, secret=secret, algorithm="sha256").hexdigest()


class AccountRight(models.Model):
    """A user may see and work for an account."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="account_rights")
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "account"], name="staff_accountright_once")]


class Extension(models.Model):
    """A phone on a PBX, and the employee who sits there now (an employee may take another free one)."""

    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(_("extension"), max_length=20)
    label = models.CharField(_("label"), max_length=100, blank=True)
    employee = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="extension")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pbx", "number"], name="staff_extension_once")]

    def __str__(self) -> str:
        return self.number


class Seat(models.Model):
    """Who sat at an extension from when until when; open while `left_at` is empty."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=20)
    taken_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["pbx", "number", "-taken_at"], name="staff_seat_number_at"),
            models.Index(fields=["user", "-taken_at"], name="staff_seat_user_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pbx", "number"], condition=models.Q(left_at=None), name="staff_seat_one_employee"
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(left_at=None), name="staff_seat_one_extension"),
        ]


NO_DESK_OPEN = "no-desk-open"
"""The product's own reason for a pause: the agent's desk was closed. Never offered, worded in the viewer's language."""


class PauseReason(models.Model):
    """Why an agent takes no calls: lunch, training, back office …"""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return gettext("No desk open") if self.code == NO_DESK_OPEN else self.label


class State(models.TextChoices):
    READY = "ready", _("Ready")
    PAUSED = "paused", _("Paused")
    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("Talking")
    WRAP_UP = "wrap_up", _("Wrap-up")
    LOGGED_OUT = "logged_out", _("Logged out")


class AgentState(models.Model):
    """What an employee is doing now. `wanted` is what the agent chose; `state` is what is true, calls included."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="agent_state")
    state = models.CharField(max_length=20, choices=State.choices, default=State.LOGGED_OUT)
    wanted = models.CharField(max_length=20, choices=State.choices, default=State.LOGGED_OUT)
    reason = models.ForeignKey(PauseReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # when wrap-up ends by itself
    call_id = models.UUIDField(null=True, blank=True)
    calls = models.JSONField(default=dict)  # id of each call at the extension: its phase, and what its end brings
    due = models.JSONField(default=list)  # ids of the calls to be registered first; until then wrap-up has no end
    extended = models.PositiveSmallIntegerField(default=0)  # how often the agent took more time for this wrap-up
    queue_in_step = models.BooleanField(default=True)  # the PBX has confirmed the pause or its end
    queue_problem = models.CharField(max_length=200, blank=True)


class AgentStateChange(models.Model):
    """The history of agent states, for reports."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices)
    reason = models.ForeignKey(PauseReason, null=True, on_delete=models.PROTECT, related_name="+")
    extension = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="staff_statechange_user_at")]


class AuditEntry(models.Model):
    """Something that must be possible to prove later: who did what to which record, and when. Only added to."""

    id = models.UUIDField(primary_key=True)  # UUIDv7: in order of time
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")  # None: the product itself
    by_name = models.CharField(max_length=200, blank=True)  # as it was then
    action = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)  # whose data; no reference, the entry outlives it
    subject = models.CharField(max_length=200)  # the record's kind and id: "call:0193…", "contact:17"
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)  # the network address from which it was done

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="staff_audit_subject"),
            models.Index(fields=["account_id", "-id"], name="staff_audit_account"),
            models.Index(fields=["by", "-id"], name="staff_audit_by"),
        ]


# Parts of this module, in files of their own.
from callwright.staff.models_times import TimeChanges, TimeQuarter, TimeReach, TimeSpan, TimeSum  # noqa: E402

__all__ = ["TimeChanges", "TimeQuarter", "TimeReach", "TimeSpan", "TimeSum"]
