"""Accounts, on whose behalf calls are handled, and the lines that tell which account is called."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnknownCallers(models.TextChoices):
    CREATE = "create", _("Create a contact")
    OFFER = "offer", _("Offer it with one click")
    NEVER = "never", _("Never")


class Organisation(models.Model):
    """The one installation: a house or a bureau, and what holds for all its accounts."""

    class Kind(models.TextChoices):
        HOUSE = "house", _("A house: answers its own calls")
        BUREAU = "bureau", _("A bureau: answers for its customers")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.HOUSE)
    name = models.CharField(_("name"), max_length=200)
    home_country = models.CharField(_("country"), max_length=2, default="NL")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    unknown_callers = models.CharField(
        _("unknown callers"), max_length=10, choices=UnknownCallers.choices, default=UnknownCallers.OFFER
    )
    card_layout = models.JSONField(default=list, blank=True)
    card_layout_version = models.PositiveIntegerField(default=0)
    card_layout_at = models.DateTimeField(null=True)
    card_layout_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    wrap_up_times = models.PositiveSmallIntegerField(_("how often wrap-up can be extended"), default=3)
    wrap_up_more_s = models.PositiveSmallIntegerField(_("by how many seconds each time"), default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="accounts_organisation_single")]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    name = models.CharField(_("name"), max_length=200)
    number = models.CharField(_("customer number"), max_length=40, blank=True)
    is_default = models.BooleanField(default=False)  # takes calls on lines that no account claims
    is_active = models.BooleanField(_("active"), default=True)
    greeting = models.TextField(_("how to greet"), blank=True)
    instructions = models.TextField(_("instructions for agents"), blank=True)
    home_country = models.CharField(_("country"), max_length=2, default="NL")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    unknown_callers = models.CharField(
        _("unknown callers"), max_length=10, choices=UnknownCallers.choices, blank=True
    )  # blank: as the organisation
    card_layout = models.JSONField(default=list, blank=True)  # empty: as the organisation
    card_layout_version = models.PositiveIntegerField(default=0)
    card_layout_at = models.DateTimeField(null=True)
    card_layout_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    screen_pop_url = models.CharField(_("screen-pop address"), max_length=500, blank=True)
    call_back_within_s = models.PositiveIntegerField(_("call back within (seconds)"), null=True)  # None: 20 minutes
    wrap_up_s = models.PositiveIntegerField(_("wrap-up limit (seconds)"), null=True)  # None: as the queue
    holidays_country = models.CharField(_("public holidays of"), max_length=2, blank=True)  # blank: none
    holidays_subdivision = models.CharField(_("region"), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="accounts_account_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Line(models.Model):
    """A number by which an account is called (DID). The routing table from number to account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="lines")
    number = models.CharField(_("number"), max_length=32)  # E.164 where it is one
    label = models.CharField(_("label"), max_length=100, blank=True)
    greeting = models.TextField(_("how to greet"), blank=True)  # blank: as the account
    instructions = models.TextField(_("instructions for agents"), blank=True)  # beside those of the account
    retired = models.BooleanField(default=False)  # leads nowhere any more; calls of the past keep its label

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(retired=False), name="accounts_line_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.number


class NoteRecipient(models.Model):
    """Someone of the account to whom call notes go."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="note_recipients")
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("mobile number"), max_length=32, blank=True)
    by_default = models.BooleanField(_("chosen by default"), default=True)

    def __str__(self) -> str:
        return self.name


class OpenSpan(models.Model):
    """From when to when an account works on one day of the week, in minutes after its midnight. None at all: always."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_spans")
    weekday = models.PositiveSmallIntegerField()  # 0: Monday
    begins_min = models.PositiveSmallIntegerField()
    ends_min = models.PositiveSmallIntegerField()  # 1440: midnight at the end of the day

    class Meta:
        ordering = ["weekday", "begins_min"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, ends_min__lte=1440, ends_min__gt=models.F("begins_min")),
                name="accounts_openspan_within_day",
            ),
        ]


class ClosedDay(models.Model):
    """A day on which an account does not work, beside the public holidays."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="closed_days")
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["account", "on"], name="accounts_closedday_once")]


# Parts of this module, in files of their own.
from callwright.accounts.models_knowledge import KnowledgeChange, KnowledgeEntry  # noqa: E402
from callwright.accounts.models_people import (  # noqa: E402
    AccountPerson,
    ForwardingRule,
    ForwardingStep,
    PersonAbsence,
    PersonSpan,
)

__all__ = [
    "Account",
    "AccountPerson",
    "ClosedDay",
    "ForwardingRule",
    "ForwardingStep",
    "KnowledgeChange",
    "KnowledgeEntry",
    "Line",
    "NoteRecipient",
    "OpenSpan",
    "Organisation",
    "PersonAbsence",
    "PersonSpan",
    "UnknownCallers",
]
