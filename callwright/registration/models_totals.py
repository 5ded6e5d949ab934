"""What was registered, added up for reports (docs/decisions/036). Part of `models`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class DirtyDay(models.Model):
    """A day whose registrations are to be added up anew. Told as often as it happens, so that nobody waits."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    local_day = models.DateField()
    at = models.DateTimeField()


class FinalTopics(models.Model):
    """Until when (included) what was added up of an account stands as it is: not all registrations are kept."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()


class TopicQuarter(models.Model):
    """Registrations alike of a quarter of an hour: of calls that began in it. `topics` are those ticked together; ids
    are 0 where there is none.
    """

    pk = models.CompositePrimaryKey(
        "account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id", "topics"
    )
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    local_day = models.DateField()
    at = models.DateTimeField()
    direction = models.CharField(max_length=10)
    queue_id = models.BigIntegerField()
    employee_id = models.BigIntegerField()
    category_id = models.BigIntegerField()  # of the contact
    topics = ArrayField(models.BigIntegerField())
    registrations = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="registration_quarter_at"),
            models.Index(fields=["employee_id", "at"], name="registration_quarter_employee"),
        ]


class TopicSum(models.Model):
    """Registrations of one topic (0: of any, each counted once) in a quarter, day or month of UTC, by one thing
    (`kind`, `value`). `account_id` 0: of all accounts together.
    """

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "direction", "topic_id")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)  # q, d, m
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    value = models.BigIntegerField()
    direction = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    registrations = models.IntegerField()


class TopicSpan(models.Model):
    """Whether the sums of a day or month are those of the quarters: `due`, `ready`, or `small` (none are kept)."""

    pk = models.CompositePrimaryKey("account_id", "grain", "at")
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=5)
