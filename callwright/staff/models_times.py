"""Times of agents added up for reports (docs/decisions/036). Part of `models`."""

from django.db import models


class TimeQuarter(models.Model):
    """How long an agent was in a state within a quarter of an hour of UTC (milliseconds), and how often it began there.
    Logged out is kept as nothing. `reason_id` is 0 without one.
    """

    pk = models.CompositePrimaryKey("user_id", "at", "state", "reason_id")
    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=20)
    reason_id = models.BigIntegerField()
    lasted_ms = models.IntegerField()
    begun = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="staff_timequarter_at")]


class TimeSum(models.Model):
    """Sums of `TimeQuarter` of a quarter, day or month of UTC (`grain`: q, d, m), by one thing (`kind`, `value`).
    `account_id` is always 0: times belong to nobody's account.
    """

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "state", "reason_id")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    value = models.BigIntegerField()
    state = models.CharField(max_length=20)
    reason_id = models.BigIntegerField()
    lasted_ms = models.BigIntegerField()
    begun = models.IntegerField()


class TimeSpan(models.Model):
    """Whether the sums of a day or month are those of the quarters: `due` or `ready`."""

    pk = models.CompositePrimaryKey("account_id", "grain", "at")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=5)


class TimeReach(models.Model):
    """How far times are added up: quarters before `until` are, what came after is worked out when it is asked for."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()


class TimeChanges(models.Model):
    """How many changes of states a quarter had when it was added up, to see that some came late."""

    at = models.DateTimeField(primary_key=True)
    changes = models.IntegerField()
