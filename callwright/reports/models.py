"""Reports that people keep, when they are sent to whom, and each time that one was."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedReport(models.Model):
    """A report with its filters under a name; `query` is its address, the period in words (last month)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    report = models.CharField(max_length=40)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # kept for a while, so that it can be undone

    class Meta:
        indexes = [models.Index(fields=["owner", "name"], name="reports_saved_owner")]


class Every(models.TextChoices):
    DAY = "day", _("Every day")
    WORKDAY = "workday", _("Monday to Friday")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    XLSX = "xlsx", _("Excel (XLSX)")
    CSV = "csv", _("Text (CSV)")


class Schedule(models.Model):
    """When a saved report is sent to whom, with the figures that `owner` may see at that time."""

    saved = models.ForeignKey(SavedReport, on_delete=models.CASCADE, related_name="schedules")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    every = models.CharField(max_length=10, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(default=1)  # 1 is Monday
    month_day = models.PositiveSmallIntegerField(default=1)  # 31: the last one that a month has
    at = models.TimeField()
    zone = models.CharField(max_length=64)
    addresses = models.JSONField(default=list)
    format = models.CharField(max_length=4, choices=Format.choices, default=Format.PDF)
    language = models.CharField(max_length=10)
    is_on = models.BooleanField(default=True)
    problem = models.CharField(max_length=20, blank=True)  # why it was stopped
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(is_on=True), name="reports_schedule_due"),
        ]


class RunState(models.TextChoices):
    WAITING = "waiting"
    QUEUED = "queued"  # handed to the mail
    FAILED = "failed"
    STOPPED = "stopped"


class Run(models.Model):
    """One time that a schedule was due. Whoever makes it holds its row; the same time is never run twice."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField()
    is_extra = models.BooleanField(default=False)  # asked for by hand, also while the schedule is switched off
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.WAITING)
    problem = models.CharField(max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField()  # not before
    begins_on = models.DateField(null=True)  # the days it told of
    ends_on = models.DateField(null=True)
    rows = models.PositiveIntegerField(default=0)
    mail_id = models.UUIDField(null=True)
    file = models.CharField(max_length=200, blank=True)
    accounts = models.JSONField(null=True)  # of which it holds figures; None: of all
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="reports_run_once")]
        indexes = [models.Index(fields=["retry_at"], condition=models.Q(state="waiting"), name="reports_run_waiting")]
