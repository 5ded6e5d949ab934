"""Who was asked to register which call, and whether they did: written down when the call ends, by what was offered
then, so that later changes of categories change nothing (REG-1, REG-5; docs/decisions/043). Part of `models`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from callwright.registration.models_totals import of_account


class OfferSpell(models.Model):
    """Where a category was offered for calls, from `since` until before `until` (None: it is). Empty lists: everywhere;
    a category that is retired, or without topics, has no spell then.
    """

    id = models.BigAutoField(primary_key=True)
    category = models.ForeignKey("registration.Category", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    directions = ArrayField(models.CharField(max_length=10), default=list)
    accounts = ArrayField(models.BigIntegerField(), default=list)
    queues = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category"], condition=Q(until=None), name="registration_offerspell_once"),
        ]


class AskAgain(models.Model):
    """A call of which the worker looks who was asked, and what came of it. Told as often as it happens, so that nobody
    waits.
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    at = models.DateTimeField(db_default=Now())


class AskedAgent(models.Model):
    """An employee (0: nobody known any more) who was asked to register a call, or did. `demanded`: they had to;
    `missing`: asked, and neither they registered it nor, where it was not demanded of them, anybody. `wrong`: something
    was found against it and not dismissed. A call that goes takes its rows along, in the key the time comes second.
    """

    pk = models.CompositePrimaryKey("account_id", "call_id", "agent_id")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    agent_id = models.BigIntegerField()
    local_day = models.DateField()  # of the call, as are the start, the direction and the queue (0: none)
    started_at = models.DateTimeField()
    direction = models.CharField(max_length=10)
    queue_id = models.BigIntegerField()
    category_id = models.BigIntegerField()  # of the contact (0: none)
    asked = models.BooleanField()
    demanded = models.BooleanField()
    registered = models.BooleanField()
    missing = models.BooleanField()
    wrong = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["call_id", "agent_id"], condition=Q(missing=True), name="registration_missing_order"),
            models.Index(fields=["account", "call_id", "agent_id"], condition=Q(missing=True),
                         name="registration_missing_account"),
            models.Index(fields=["agent_id", "call_id"], condition=Q(missing=True), name="registration_missing_agent"),
        ]  # fmt: skip


class QualityQuarter(models.Model):
    """Rows of `AskedAgent` alike, of calls that began in a quarter of an hour: how many were asked, registered, are
    missing, were wrong.
    """

    pk = models.CompositePrimaryKey("account_id", "at", "direction", "queue_id", "agent_id", "category_id")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    direction = models.CharField(max_length=10)
    queue_id = models.BigIntegerField()
    agent_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    asked = models.IntegerField()
    registered = models.IntegerField()
    missing = models.IntegerField()
    wrong = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="registration_qquarter_at"),
            models.Index(fields=["queue_id", "at"], name="registration_qquarter_queue"),
        ]


class QualitySum(models.Model):
    """The same in a quarter, hour, day or month of UTC, by one thing (`kind`, `value`). `account_id` 0: of all accounts
    together.
    """

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "direction")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)  # q, h, d, m
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    value = models.BigIntegerField()
    direction = models.CharField(max_length=10)
    asked = models.IntegerField()
    registered = models.IntegerField()
    missing = models.IntegerField()
    wrong = models.IntegerField()

    class Meta:
        indexes = [of_account("registration_quality_account")]


class QualitySpan(models.Model):
    """Whether the sums of a day or month are those of the quarters: `due`, `ready`, or `small` (none are kept)."""

    pk = models.CompositePrimaryKey("account_id", "grain", "at")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=5)
