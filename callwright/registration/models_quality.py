"""Rules about what may be registered, what an evaluation found against them, and how it went (REG-5)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.registration.rules_quality import DIRECTIONS, KINDS


class QualityRule(models.Model):
    """What is wrong with a registration; retired instead of deleted, since findings name their rule. Which of the
    fields count follows from `kind`. Accounts, queues and topics stand as ids: a rule for an account that goes away
    must not become one for all. No accounts: all of them.
    """

    kind = models.CharField(max_length=20)  # of rules_quality.KINDS
    name = models.CharField(_("name"), max_length=80, blank=True)
    words = models.CharField(_("what the agent is told"), max_length=300, blank=True)
    topics = ArrayField(models.BigIntegerField(), default=list)  # of which it speaks
    others = ArrayField(models.BigIntegerField(), default=list)  # which must not, or must, stand beside them
    accounts = ArrayField(models.BigIntegerField(), default=list)
    queues = ArrayField(models.BigIntegerField(), default=list)
    directions = ArrayField(models.CharField(max_length=10), default=list)
    fields = ArrayField(models.CharField(max_length=60), default=list)  # of the contact
    shortest_s = models.PositiveIntegerField(null=True)
    longest_s = models.PositiveIntegerField(null=True)
    least = models.PositiveSmallIntegerField(default=1)  # characters of the comment
    active = models.BooleanField(_("in force"), default=True)
    retired_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    meaning_changed_at = models.DateTimeField(null=True)  # more than its words; None: when it was changed
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="registration_qualityrule_kind"),
            models.CheckConstraint(
                condition=Q(directions__contained_by=DIRECTIONS), name="registration_qualityrule_directions"
            ),
        ]


class QualityRun(models.Model):
    """One evaluation: of the accounts of a time zone in one of its nights, or asked for by a person."""

    id = models.BigAutoField(primary_key=True)
    zone = models.CharField(max_length=64, blank=True)
    night = models.DateField(null=True)  # the day there on which it is due
    accounts = ArrayField(models.BigIntegerField(), null=True)  # of those who asked; None: all
    asked_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)  # registrations
    found = models.PositiveIntegerField(default=0)  # registrations with something new against them
    closed = models.PositiveIntegerField(default=0)  # findings
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "night"], condition=~Q(night=None), name="registration_qualityrun_once"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(ended_at=None), name="registration_qualityrun_open")]


class QualityReach(models.Model):
    """Until when an account's registrations, and what they speak of, have been looked at."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
    home_country = models.CharField(max_length=2, blank=True, db_default="")  # by which numbers were read


class Closed(models.TextChoices):
    """How a finding ended; blank while it is open."""

    CORRECTED = "corrected", pgettext_lazy("finding", "Corrected")
    DISMISSED = "dismissed", pgettext_lazy("finding", "Dismissed")
    REMOVED = "removed", pgettext_lazy("finding", "Call removed")
    RULE = "rule", pgettext_lazy("finding", "Rule changed")


class QualityFinding(models.Model):
    """A registration that a rule speaks against; the same fault is one finding, however often it is looked at."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    registration_id = models.UUIDField()
    rule = models.ForeignKey(QualityRule, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    queue_id = models.BigIntegerField(null=True)  # of the call, as are the direction and the start
    direction = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    detail = models.JSONField(default=dict)  # what of it is wrong: codes and ids, nothing of the person
    run = models.ForeignKey(QualityRun, null=True, on_delete=models.SET_NULL, related_name="+")
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, choices=Closed.choices, blank=True)
    closed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "registration_id", "rule"], name="registration_finding_once"),
        ]
        indexes = [
            models.Index(fields=["account", "call_id"], name="registration_finding_call"),
            models.Index(fields=["account", "registration_id"], condition=Q(closed_at=None),
                         name="registration_finding_open"),
            models.Index(fields=["registration_id"], name="registration_finding_order"),
            models.Index(fields=["run"], name="registration_finding_run"),
            models.Index(fields=["id"], name="registration_finding_id"),
        ]  # fmt: skip


class QualityAddress(models.Model):
    """Where findings are reported to by e-mail: those of one account, or of all."""

    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(_("e-mail"), max_length=254)
    language = models.CharField(max_length=10, blank=True)  # blank: the account's or the organisation's

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "email"], nulls_distinct=False, name="registration_qualityaddress_once"
            ),
        ]


class QualitySettings(models.Model):
    """When it is evaluated by itself, and how far back."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at_hour = models.PositiveSmallIntegerField(_("hour of the night"), default=3)
    look_back_days = models.PositiveSmallIntegerField(_("days to look back"), default=31)
    changed_at = models.DateTimeField(null=True)  # these, or which topics ask for a comment

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="registration_qualitysettings_single"),
            models.CheckConstraint(condition=Q(at_hour__lte=23), name="registration_qualitysettings_hour"),
        ]
