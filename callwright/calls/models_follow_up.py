"""Follow-up of missed calls (CALL-6): what people said, and what has to be worked out. Part of `models`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from callwright.calls.models import AccountData, Call


class FollowUpReason(models.Model):
    """Why a missed call needs no call back. Those that the product brings have a code, whose words are translated
    until somebody gives them a name of their own.
    """

    code = models.SlugField(max_length=40, blank=True)
    name = models.CharField(_("reason"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(code="", name=""), name="calls_followupreason_has_words"),
        ]


class FollowUpAct(AccountData):
    """What a person did about a missed call. States are worked out from calls and from these; none is ever changed."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"
        CALLING = "calling"
        CLOSED = "closed"
        COUNTED = "counted"
        REOPENED = "reopened"

    call = models.ForeignKey(Call, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    to = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    reason = models.ForeignKey(FollowUpReason, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=500, blank=True)
    counts_at = models.DateTimeField(null=True)  # counted: when the client was reached
    refused_until = models.DateTimeField(null=True)  # reopened: conversations until then do not settle it

    class Meta:
        indexes = [models.Index(fields=["account", "call"], name="calls_followupact_call")]


class FollowUpPending(models.Model):
    """A client something happened to since a moment, so that the states of their missed calls are worked out anew."""

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField()
    call_id = models.UUIDField(null=True)  # a call to look at itself, and those that it settled
    contact_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    in_bulk = models.BooleanField(db_default=False)  # after a load: what happens now goes first
    tries = models.PositiveSmallIntegerField(db_default=0)  # in vain
    not_before = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["in_bulk", "id"], name="calls_followuppending_next")]
