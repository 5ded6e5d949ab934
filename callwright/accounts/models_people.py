"""Who works for an account, when they can be reached, and to whom its calls are handed on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from callwright.accounts.models import Account


class AccountPerson(models.Model):
    """Somebody of the account to whom callers may be handed on. Without spans: there while the account works."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=120, blank=True)
    numbers = ArrayField(
        models.CharField(max_length=32), default=list
    )  # E.164 or an extension; the first is tried first
    email = models.EmailField(_("e-mail"), blank=True)
    advice = models.CharField(_("advice for agents"), max_length=300, blank=True)
    on_closed_days = models.BooleanField(_("also on closed days and public holidays"), default=False)
    stand_in = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["account", "position"], name="accounts_person_account")]
        constraints = [models.CheckConstraint(condition=~Q(stand_in=F("id")), name="accounts_person_no_own_stand_in")]

    def __str__(self) -> str:
        return self.name


class PersonSpan(models.Model):
    """From when to when a person is there on one day of the week, in minutes after midnight of the account's zone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(AccountPerson, on_delete=models.CASCADE, related_name="spans", db_index=False)
    weekday = models.PositiveSmallIntegerField()  # 0: Monday
    begins_min = models.PositiveSmallIntegerField()
    ends_min = models.PositiveSmallIntegerField()  # 1440: midnight at the end of the day

    class Meta:
        ordering = ["weekday", "begins_min"]
        indexes = [models.Index(fields=["account", "person"], name="accounts_personspan_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, ends_min__lte=1440, ends_min__gt=F("begins_min")),
                name="accounts_personspan_within_day",
            ),
        ]


class PersonAbsence(models.Model):
    """When a person is not there, by the clock in the account's zone, whatever their week says."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(AccountPerson, on_delete=models.CASCADE, related_name="absences", db_index=False)
    begins_on = models.DateField()
    begins_min = models.PositiveSmallIntegerField(default=0)
    ends_on = models.DateField()
    ends_min = models.PositiveSmallIntegerField(default=1440)  # 1440: midnight at the end of that day
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    class Meta:
        ordering = ["begins_on", "begins_min", "id"]
        indexes = [models.Index(fields=["account", "person", "ends_on"], name="accounts_absence_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins_min__lt=1440, ends_min__lte=1440)
                & (Q(ends_on__gt=F("begins_on")) | Q(ends_on=F("begins_on"), ends_min__gt=F("begins_min"))),
                name="accounts_absence_forwards",
            ),
        ]


class ForwardingRule(models.Model):
    """What is done with callers about `topic` (blank: about anything else): the first of its people who is there."""

    class When(models.TextChoices):
        ALWAYS = "always", _("At any time")
        OPEN = "open", _("While the account is open")
        CLOSED = "closed", _("While the account is closed")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(_("what it is about"), max_length=120, blank=True)
    when = models.CharField(_("when"), max_length=10, choices=When.choices, default=When.ALWAYS)
    otherwise = models.CharField(_("otherwise"), max_length=200, blank=True)  # blank: take a note
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["account", "position"], name="accounts_forwarding_account")]


class ForwardingStep(models.Model):
    """One of the people of a rule, tried in the order of `position`."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.ForeignKey(ForwardingRule, on_delete=models.CASCADE, related_name="steps")
    person = models.ForeignKey(AccountPerson, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["account", "rule"], name="accounts_step_account")]
        constraints = [models.UniqueConstraint(fields=["rule", "person"], name="accounts_step_once")]
