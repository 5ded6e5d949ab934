"""What was registered, added up for reports (docs/decisions/036). Part of `models`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


def of_account(name: str) -> models.Index:
    """Finds some accounts among the sums of all by account."""
    return models.Index(fields=["grain", "value", "at"], name=name, condition=models.Q(account_id=0, kind="account"))


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
            models.Index(fields=["queue_id", "at"], name="registration_quarter_queue"),
        ]


class _Sum(models.Model):
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)  # q, h, d, m
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    value = models.BigIntegerField()
    direction = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    registrations = models.IntegerField()

    class Meta:
        abstract = True


class TopicSum(_Sum):
    """Registrations of one topic in a quarter, hour, day or month of UTC, by one thing (`kind`, `value`). `account_id`
    0: of all accounts together.
    """

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "direction", "topic_id")

    class Meta:
        indexes = [of_account("registration_topic_account")]


class RegisteredSum(_Sum):
    """Registrations whatever was ticked (topic 0) and registered calls (topic -1), as in `TopicSum`."""

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "topic_id", "at", "value", "direction")

    class Meta:
        indexes = [of_account("registration_registered_acc")]


class _Span(models.Model):
    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=5)

    class Meta:
        abstract = True


class TopicSpan(_Span):
    """Whether the sums of a day or month are those of the quarters: `due`, `ready`, or `small` (none are kept)."""

    pk = models.CompositePrimaryKey("account_id", "grain", "at")


class RegisteredSpan(_Span):
    """The same of `RegisteredSum`."""

    pk = models.CompositePrimaryKey("account_id", "grain", "at")
