"""Calls over their allowed talk time (CALL-7): the rules, the reviews, and what has to be judged. Part of `models`."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callwright.calls.models import AccountData, Direction


class TooLongRule(models.Model):
    """A limit of talk time; an empty condition fits all calls. Retired instead of deleted: reviews name their rule."""

    name = models.CharField(_("name"), max_length=80, blank=True)
    prefix = models.CharField(_("number begins with"), max_length=16, blank=True)  # as numbers are kept: +31900…
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices, blank=True)
    limit_s = models.PositiveIntegerField(_("limit"))
    active = models.BooleanField(_("in force"), default=True)
    retired_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prefix", "queue", "account", "direction"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="calls_toolongrule_once",
            ),
            models.CheckConstraint(condition=Q(limit_s__gte=10), name="calls_toolongrule_limit"),
        ]


class TooLongOutcome(models.Model):
    """What a review can find. `code` names one that came with the program and has its words until it gets a name."""

    code = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "id"]


class TooLongReview(AccountData):
    """A call that passed its limit, and what became of it; the limit and the rule's conditions as they were then."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    rule = models.ForeignKey(TooLongRule, null=True, on_delete=models.SET_NULL, related_name="+")
    conditions = models.JSONField(default=dict)  # {"name", "prefix", "queue", "account", "direction"} in words
    limit_s = models.PositiveIntegerField()
    passed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # when reviewers were told; NULL: still to be done
    tell_after = models.DateTimeField(null=True)  # telling them failed: not tried again before
    outcome = models.ForeignKey(TooLongOutcome, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    reviewed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # one more with each review
    corrected_s = models.PositiveIntegerField(null=True)  # talk time after a correction, within the limit after all

    class Meta:
        indexes = [
            models.Index(fields=["call"], name="calls_toolongreview_call"),
            models.Index(fields=["call"], condition=Q(outcome=None), name="calls_toolongreview_open"),
            models.Index(fields=["id"], condition=Q(told_at=None), name="calls_toolongreview_untold"),
        ]


class TooLongReviewPast(AccountData):
    """Every review as it was written, the present one too."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    outcome = models.ForeignKey(TooLongOutcome, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "call"], name="calls_toolongpast_call")]


class TooLongDue(AccountData):
    """Calls whose talk time is to be judged, since they ended or were told anew; emptied by the worker."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    tries = models.PositiveSmallIntegerField(db_default=0)  # in vain
    not_before = models.DateTimeField(null=True)
