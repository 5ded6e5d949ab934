"""Imports of call records: what was read, how far, what it changed, and what could not be read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("import", "To be confirmed")
    WAITING = "waiting", pgettext_lazy("import", "Waiting")
    RUNNING = "running", pgettext_lazy("import", "Running")
    FINISHED = "finished", pgettext_lazy("import", "Finished")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    UNDOING = "undoing", pgettext_lazy("import", "Being undone")
    UNDONE = "undone", pgettext_lazy("import", "Undone")


class Import(models.Model):
    """One file, or one stretch of a PBX's record table, on its way into the register."""

    class Origin(models.TextChoices):
        UPLOAD = "upload", pgettext_lazy("import", "Uploaded")
        FOLDER = "folder", pgettext_lazy("import", "Watched folder")
        COMMAND = "command", pgettext_lazy("import", "Command")
        TABLE = "table", pgettext_lazy("import", "Record table of the PBX")

    id = models.UUIDField(primary_key=True)
    name = models.CharField(_("file"), max_length=255)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    path = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    pbx = models.ForeignKey("telephony.Pbx", null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    settings = models.JSONField(default=dict)  # `reading.settings.Settings`
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    problem = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    cancel_asked = models.BooleanField(default=False)
    seen = models.BigIntegerField(default=0)  # lines that need not be read again …
    held = ArrayField(models.BigIntegerField(), default=list)  # … but these: their calls were not complete yet
    lines = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    doubled = models.BigIntegerField(default=0)  # times within the hour that summer time's end repeats
    kept = models.BigIntegerField(default=0)  # calls that an undo left, because people or later records added to them
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # when whoever works on it was last heard of
    worked_s = models.FloatField(default=0)
    stamp = models.CharField(max_length=80, blank=True)  # size, time and place of the file when it was looked at
    first_queue = models.BigIntegerField(null=True)  # queues with this number or a later one were not there before
    table = models.ForeignKey("WatchedTable", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at"], name="imports_newest"),
            models.Index(fields=["sha256"], name="imports_sha256"),
        ]

    def __str__(self) -> str:
        return self.name


class Touched(models.Model):
    """A call that an import added (`before` is null) or changed. `after`: marks by which it is seen whether somebody
    else has changed it since; `into` alone for one that became part of another.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    account_id = models.BigIntegerField()
    call_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()  # first …
    last_at = models.DateTimeField(null=True)  # … and last, where that is another time
    kept = models.CharField(max_length=20, blank=True)  # why an undo left it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "call_id"], name="imports_touched_once")]
        indexes = [models.Index(fields=["call_id"], name="imports_touched_call")]


class BadLine(models.Model):
    """A line that could not be read, as it stood in the file."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.BigIntegerField()
    column = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    raw = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="imports_bad_line_once")]


class PartLine(models.Model):
    """A line that belongs to a call of which a file has only a part: read again with the next file of its PBX. Of CDR
    these are the last lines of a file, whose calls are told at once and again where the next file has more of them.
    """

    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+", db_index=False)
    account_id = models.BigIntegerField(default=0)  # 0: by line and queue
    shape = models.CharField(max_length=20)
    digest = models.CharField(max_length=32)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    line = models.BigIntegerField()
    record = models.JSONField()  # cells by the names of their columns, times with their zone
    raw = models.TextField()
    reason = models.CharField(max_length=40, blank=True)  # why it is a bad line if nothing follows; blank: it was told
    created_at = models.DateTimeField()
    used_by = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pbx", "shape", "account_id", "digest"], name="imports_part_line_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="imports_part_line_age")]


class Mapping(models.Model):
    """What the columns of a file mean, kept under a name."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    settings = models.JSONField(default=dict)


class WatchedFolder(models.Model):
    """A folder on the server whose files are imported when they have stopped growing."""

    class After(models.TextChoices):
        MOVE = "move", _("Move finished files into the folders “done” and “failed”")
        LEAVE = "leave", _("Leave the files and remember their content")

    path = models.CharField(_("folder on the server"), max_length=400, unique=True)
    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+", verbose_name=_("PBX"))
    account = models.ForeignKey(
        "accounts.Account",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("account"),
    )
    mapping = models.ForeignKey(
        Mapping, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("saved columns")
    )
    zone = models.CharField(_("time zone of the files"), max_length=60, blank=True)
    daily_at = models.TimeField(_("every day from"), null=True, blank=True)
    after = models.CharField(_("afterwards"), max_length=10, choices=After.choices, default=After.MOVE)
    enabled = models.BooleanField(_("watched"), default=True)
    sizes = models.JSONField(default=dict)  # by name: [size, changed at], to tell files that still grow
    problem = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path


class WatchedTable(models.Model):
    """A record table of a PBX out of which new calls are taken every few minutes."""

    class Shape(models.TextChoices):
        CDR = "cdr", _("CDR (call records)")
        CEL = "cel", _("CEL (channel events)")

    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+", verbose_name=_("PBX"))
    shape = models.CharField(_("table"), max_length=10, choices=Shape.choices, default=Shape.CDR)
    account = models.ForeignKey(
        "accounts.Account",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("account"),
    )
    every_minutes = models.PositiveSmallIntegerField(_("every (minutes)"), default=5)
    late_minutes = models.PositiveSmallIntegerField(_("rows may come late by (minutes)"), default=15)
    first_day = models.DateField(_("calls from this day on"))
    enabled = models.BooleanField(_("watched"), default=True)
    position = models.JSONField(default=dict)  # `operations.watch_tables.Position`: up to where it was read
    problem = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pbx__name", "shape"]
        constraints = [models.UniqueConstraint(fields=["pbx", "shape"], name="imports_watched_table_once")]

    def __str__(self) -> str:
        return f"{self.pbx} {self.shape}"
