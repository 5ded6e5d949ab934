"""What was registered of calls, by whom, how it changed, and where it must be (REG-2, REG-3)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Registration(models.Model):
    """What one employee registered of one call. The words are those of the moment when they were ticked."""

    id = models.UUIDField(primary_key=True)  # UUIDv7 of the call's start
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    direction = models.CharField(max_length=10)  # of the call, as are the queue, the start and the day
    started_at = models.DateTimeField()
    local_day = models.DateField()  # in the account's time zone
    topics = ArrayField(models.BigIntegerField(), default=list)
    words = models.JSONField(default=list)  # of each topic: [category, topic above or "", topic]
    comment = models.TextField(_("comment"), blank=True)
    revision = models.BigIntegerField(default=0)  # of the screen that saved it: what was sent earlier comes too late
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "call_id", "by"], name="registration_once"),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="registration_account"),
            models.Index(fields=["local_day", "account"], name="registration_day"),
            models.Index(fields=["by", "-id"], name="registration_by"),
            GinIndex(fields=["topics"], name="registration_topics"),
            GinIndex(
                fields=["comment"], opclasses=["gin_trgm_ops"], condition=~Q(comment=""), name="registration_comment"
            ),
        ]


class RegistrationChange(models.Model):
    """How a registration was after one change; only added to."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    registration_id = models.UUIDField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField()
    topics = ArrayField(models.BigIntegerField(), default=list)
    words = models.JSONField(default=list)
    comment = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "call_id", "id"], name="registration_change_call")]


class MustRegister(models.Model):
    """Where an employee cannot finish before having registered: calls of an account, of a queue, or of both together.
    An empty list of directions means both.
    """

    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.CASCADE, related_name="+")
    directions = ArrayField(models.CharField(max_length=10), default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "queue"], nulls_distinct=False, name="registration_must_once"),
        ]


class DueRegistration(models.Model):
    """A call that an employee had to register: open until it is registered or a supervisor releases the employee."""

    class Outcome(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("forced registration", "Registered")
        RELEASED = "released", pgettext_lazy("forced registration", "Released")
        NOT_ASKED = "not_asked", pgettext_lazy("forced registration", "Not asked any more")

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()  # when it was demanded: the end of the talk
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    released_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "call_id", "user"], name="registration_due_once"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(settled_at=None), name="registration_due_open"),
            models.Index(
                fields=["user", "-settled_at"], condition=Q(settled_at__isnull=False), name="registration_due_settled"
            ),
            models.Index(fields=["account", "-at"], name="registration_due_account"),
        ]


class TalkQueue(models.Model):
    """The queue (None: none) in which an employee talked in a call that went on into another one: what they are asked
    about it, must register and did is of that queue. Others are asked by the call's own, and have no row.
    """

    pk = models.CompositePrimaryKey("account_id", "call_id", "user_id")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    call_id = models.UUIDField()
    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)


class PanelForm(models.TextChoices):
    SIDE = "side", pgettext_lazy("registration panel", "Beside the card")
    TAB = "tab", pgettext_lazy("registration panel", "As a tab of its own")


class PanelSettings(models.Model):
    """How calls are registered in this organisation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    form = models.CharField(_("panel"), max_length=4, choices=PanelForm.choices, default=PanelForm.SIDE)
    comment_limit = models.PositiveIntegerField(_("longest comment (characters)"), default=1000)
    correct_within_s = models.PositiveIntegerField(_("can be corrected for (seconds)"), default=24 * 3600)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="registration_settings_single")]


class PanelChoice(models.Model):
    """Where an agent wants the panel, other than the organisation's choice."""

    user = models.OneToOneField("staff.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=4, choices=PanelForm.choices)
