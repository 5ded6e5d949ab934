"""Calls added up for reports (docs/decisions/036, docs/reports-figures.md). Part of `models`."""

from typing import TYPE_CHECKING, Any

from django.db import models

from callwright.calls.figures import AGAIN, CALLS

if TYPE_CHECKING:
    _Number = type[models.IntegerField[Any, Any]]


def _counted(model: type[models.Model], counts: "_Number", times: "_Number") -> None:
    """Gives a model the figures of calls: how many, and times in seconds."""
    for name in CALLS.figures:
        (times if name.endswith("_s") else counts)().contribute_to_class(model, name)


def _of_account(name: str) -> models.Index:
    """Finds some accounts among the sums of all by account."""
    return models.Index(fields=["grain", "value", "at"], name=name, condition=models.Q(account_id=0, kind="account"))


class _Place(models.Model):
    """Where calls belong; 0 where there is no queue, employee or category."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    local_day = models.DateField()
    at = models.DateTimeField()  # the quarter of an hour of UTC in which they began
    queue_id = models.BigIntegerField()
    employee_id = models.BigIntegerField()
    category_id = models.BigIntegerField()  # of the contact, as it was then

    class Meta:
        abstract = True


class _Sum(models.Model):
    """Of a quarter, hour, day or month of UTC (`grain`: q, h, d, m), by one thing (`kind`, `value`).

    `account_id` 0: of all accounts together.
    """

    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    value = models.BigIntegerField()

    class Meta:
        abstract = True


class _Span(models.Model):
    """Whether the sums of a day or month are those of the quarters: `due`, `ready`, or `small` (none are kept)."""

    account_id = models.BigIntegerField()
    grain = models.CharField(max_length=1)
    at = models.DateTimeField()
    state = models.CharField(max_length=5)

    class Meta:
        abstract = True


class QuarterTotal(_Place):
    """Of a quarter of an hour: all sums are made of these, and none is removed with its calls."""

    pk = models.CompositePrimaryKey(
        "account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id"
    )
    direction = models.CharField(max_length=10)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="calls_quarter_at"),
            models.Index(fields=["employee_id", "at"], name="calls_quarter_employee"),
            models.Index(fields=["queue_id", "at"], name="calls_quarter_queue"),
        ]


class QuarterSum(_Sum):
    """Sums of `QuarterTotal`."""

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "direction")
    direction = models.CharField(max_length=10)

    class Meta:
        indexes = [_of_account("calls_quartersum_account")]


_counted(QuarterTotal, models.SmallIntegerField, models.IntegerField)
_counted(QuarterSum, models.IntegerField, models.BigIntegerField)


class QuarterSpan(_Span):
    pk = models.CompositePrimaryKey("account_id", "grain", "at")


class DirtyQuarter(models.Model):
    """A day of an account whose quarters are to be counted anew (`rollup_hours`)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    local_day = models.DateField()
    at = models.DateTimeField()


class FinalFigures(models.Model):
    """Until when (included) what was counted of an account's calls for reports, and who called again, stands as it is:
    its calls were made anonymous. `calls_standing` is a view of these and of `FinalTotals`.
    """

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()


class CallAgain(_Place):
    """An inbound call whose client had called the account before (`repeat`), and, where that earlier call was answered,
    the earlier one (`again`). Both rows go by the later call; `local_day` is its day.
    """

    pk = models.CompositePrimaryKey("account_id", "later_id", "side")
    later_id = models.UUIDField()
    side = models.CharField(max_length=6)
    earlier_day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="calls_again_at"),
            models.Index(fields=["account", "at"], name="calls_again_account"),
            models.Index(fields=["account", "local_day"], name="calls_again_day"),
            models.Index(fields=["account", "earlier_day"], name="calls_again_earlier"),
            models.Index(fields=["employee_id", "at"], name="calls_again_employee"),
        ]


class AgainSum(_Sum):
    """Sums of `CallAgain`."""

    pk = models.CompositePrimaryKey("account_id", "grain", "kind", "at", "value", "side")
    side = models.CharField(max_length=6)

    class Meta:
        indexes = [_of_account("calls_againsum_account")]


for _name in AGAIN.figures:  # how many of them within so many days
    models.SmallIntegerField().contribute_to_class(CallAgain, _name)
    models.IntegerField().contribute_to_class(AgainSum, _name)


class AgainSpan(_Span):
    pk = models.CompositePrimaryKey("account_id", "grain", "at")


class DirtyAgain(models.Model):
    """A day of an account of whose calls it is to be looked anew who called again (`rollup_again`)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    local_day = models.DateField()
    at = models.DateTimeField()
