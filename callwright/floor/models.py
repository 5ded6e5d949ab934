"""Wallboards, the links by which screens without a login show them, and what agents are told of supervisors' acts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.floor.rules import all_parts

THEMES = [("dark", _("Dark")), ("light", _("Light"))]


class Names(models.TextChoices):
    FULL = "full", pgettext_lazy("names on a wallboard", "Whole names")
    SHORT = "short", pgettext_lazy("names on a wallboard", "First name and initial")
    NONE = "none", pgettext_lazy("names on a wallboard", "No names, extensions only")


class Wallboard(models.Model):
    """What a wall shows. Which accounts and queues is said in full: an empty list never becomes all of them."""

    name = models.CharField(_("name"), max_length=80)
    all_accounts = models.BooleanField(_("all accounts"), default=False)
    accounts = models.ManyToManyField("accounts.Account", blank=True, related_name="+")
    all_queues = models.BooleanField(_("all queues of these accounts"), default=True)
    queues = models.ManyToManyField("telephony.Queue", blank=True, related_name="+")
    parts = ArrayField(models.CharField(max_length=20), default=all_parts)
    names = models.CharField(_("names of agents"), max_length=10, choices=Names.choices, default=Names.FULL)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=10, choices=THEMES, default="dark")
    within_s = models.PositiveIntegerField(_("answered within (seconds)"), default=20)
    target = models.PositiveSmallIntegerField(_("target (%)"), default=80)
    created_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()  # open screens begin anew when it is another one

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(target__lte=100), name="floor_wallboard_target")]

    def __str__(self) -> str:
        return self.name


class Screen(models.Model):
    """A link by which one screen shows a wallboard without a login, while whoever answers for it may see all of it.
    Only the digest of its token is kept.
    """

    wallboard = models.ForeignKey(Wallboard, on_delete=models.CASCADE, related_name="screens")
    name = models.CharField(_("name of the screen"), max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    answered_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]


class WrongToken(models.Model):
    """Somebody tried a token that opens nothing; kept for as long as it counts."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="floor_wrongtoken_address")]


class FloorSettings(models.Model):
    """How supervisors take part in calls in this organisation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    show_listening = models.BooleanField(_("Agents are shown that a supervisor listens"), default=False)
    within_s = models.PositiveIntegerField(_("answered within (seconds)"), default=20)
    target = models.PositiveSmallIntegerField(_("target (%)"), default=80)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="floor_settings_single")]


class Told(models.Model):
    """What an agent is told of an act that a supervisor did to their state or their call, until they have read it."""

    class Act(models.TextChoices):
        STATE = "state", pgettext_lazy("told to an agent", "State changed")
        TAKEN_OVER = "taken_over", pgettext_lazy("told to an agent", "Call taken over")

    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=12, choices=Act.choices)
    detail = models.JSONField(default=dict)  # of a state: its code and the reason's words
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], condition=Q(read_at=None), name="floor_told_unread")]
