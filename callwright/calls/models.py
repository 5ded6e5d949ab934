"""The call register. Tables are partitioned by month on the UUIDv7 of the call (docs/decisions/003)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountData(models.Model):
    """Base of all data of an account. The database's key is (account_id, id), made in the migrations."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Marker(models.Model):
    """A sign that a call or contact can be given: an icon of the set, or an uploaded picture."""

    name = models.CharField(_("name"), max_length=60)
    icon = models.CharField(_("icon"), max_length=40, blank=True)
    picture = models.ImageField(_("picture"), upload_to="markers", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(retired=False), name="calls_marker_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    INTERNAL = "internal", _("Internal")


class Status(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("Talking")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    ABANDONED = "abandoned", _("Abandoned")
    BUSY = "busy", _("Busy")
    FAILED = "failed", _("Failed")
    VOICEMAIL = "voicemail", _("Voicemail")
    UNKNOWN = "unknown", _("Unknown")


class FollowUp(models.TextChoices):
    """What became of a missed inbound call (CALL-6), in codes of `kit.statuses`; blank for every other call."""

    NOT_CALLED_BACK = "not_called_back", _("Not called back")
    CALLED_BACK = "called_back", _("Called back in time")
    CALLED_BACK_LATE = "called_back_late", _("Called back later")
    CALLER_REACHED_US = "caller_reached_us", _("Caller reached us")
    CLOSED = "closed", pgettext_lazy("missed call", "Closed with a reason")


class RecordingState(models.TextChoices):
    """Where the recording of a call is (CALL-9); blank where none was announced."""

    WAITING = "waiting", pgettext_lazy("recording", "Being fetched")
    DOWNLOADED = "downloaded", pgettext_lazy("recording", "Recorded")
    EMPTY = "empty", pgettext_lazy("recording", "Nothing recorded")
    FAILED = "failed", pgettext_lazy("recording", "Could not be fetched")
    ERASED = "erased", pgettext_lazy("recording", "Erased")


class Call(AccountData):
    """One conversation attempt as the caller lives it. What the PBX said of it is derived from `CallFacts` by
    `projection.project`; contact, marker, comment, follow-up, too long and recording are not. Durations are whole
    seconds, rounded half up from the PBX's times.
    """

    id = models.UUIDField(primary_key=True)  # UUIDv7 of started_at and the PBX's key
    pbx = models.ForeignKey("telephony.Pbx", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pbx_key = models.CharField(max_length=150)
    source = models.CharField(max_length=60)  # "pbx:SLUG" or "import:…"
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    from_number = models.CharField(_("from"), max_length=64, blank=True)  # E.164, extension, or "" when withheld
    from_received = models.CharField(max_length=64, blank=True)  # as the PBX gave it
    from_name = models.CharField(_("caller name"), max_length=200, blank=True)
    to_number = models.CharField(_("to"), max_length=64, blank=True)
    to_received = models.CharField(max_length=64, blank=True)
    dialled_number = models.CharField(_("line called"), max_length=64, blank=True)
    dialled_received = models.CharField(max_length=64, blank=True)
    client_number = models.CharField(_("number"), max_length=64, blank=True)  # the client's side of from and to
    line = models.ForeignKey("accounts.Line", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    contact = models.ForeignKey(
        "contacts.Contact",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    category = models.ForeignKey(
        "contacts.Category", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # the contact's category as it was then
    employee = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    extension = models.CharField(_("extension"), max_length=20, blank=True)  # ours: that answered or that called
    answered_by = models.CharField(_("answered by"), max_length=20, blank=True)
    transferred_to = models.CharField(_("transferred to"), max_length=64, blank=True)
    rung = ArrayField(models.CharField(max_length=20), default=list)  # extensions that were rung
    started_at = models.DateTimeField(_("started"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    talking_since = models.DateTimeField(null=True)  # live: when the present talk began
    held_since = models.DateTimeField(null=True)
    ring_s = models.PositiveIntegerField(_("ring"), default=0)
    wait_s = models.PositiveIntegerField(_("wait"), default=0)
    hold_s = models.PositiveIntegerField(_("hold"), default=0)
    talk_s = models.PositiveIntegerField(_("talk"), default=0)
    hangup_by = models.CharField(_("hung up by"), max_length=10, blank=True)
    cause = models.PositiveSmallIntegerField(null=True)
    cause_text = models.CharField(max_length=80, blank=True)
    complete = models.BooleanField(default=True)  # False: its true end is not known yet
    local_day = models.DateField()  # of started_at in the account's time zone
    marker = models.ForeignKey(Marker, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    comment = models.TextField(_("comment"), blank=True)
    follow_up = models.CharField(_("follow-up"), max_length=20, choices=FollowUp.choices, blank=True, db_default="")
    follow_up_due_at = models.DateTimeField(null=True)  # of a missed call: until when it should be called back
    follow_up_at = models.DateTimeField(null=True)  # when it was called back, the caller reached us, or it was closed
    assigned_to = models.ForeignKey(
        "staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # who should call back
    follow_up_call_id = models.UUIDField(null=True)  # the call by which it was settled
    attempts = models.PositiveSmallIntegerField(db_default=0)  # calls back that nobody answered, until it was settled
    too_long = models.BooleanField(_("too long"), db_default=False)
    limit_s = models.PositiveIntegerField(null=True)  # the allowed talk time that it passed
    recording = models.CharField(
        _("recording"), max_length=12, choices=RecordingState.choices, blank=True, db_default=""
    )
    anonymous = models.BooleanField(db_default=False)  # whom it was with was taken out; never written again
    sealed = models.BooleanField(db_default=False)  # another party was erased: never written again
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def __str__(self) -> str:
        return f"{self.direction} {self.client_number} {self.started_at:%F %T}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None


class CallFacts(AccountData):
    """What the PBX reported of a call, from which its row and legs are derived (`rules.CallState` as JSON)."""

    call = models.OneToOneField(
        Call, primary_key=True, on_delete=models.CASCADE, related_name="facts", db_constraint=False
    )
    facts = models.JSONField()


class Leg(AccountData):
    """One party rung or connected within a call."""

    id = models.UUIDField(primary_key=True)  # UUIDv7 of the call's start and the PBX's key of the leg
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="legs", db_constraint=False, db_index=False)
    pbx_key = models.CharField(max_length=150)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    party = models.CharField(max_length=64)  # extension or number
    employee = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    result = models.CharField(max_length=20, blank=True)  # blank while ringing
    rung_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["position"]


class ColumnChoice(models.Model):
    """Which columns of the register a user sees, in order."""

    user = models.OneToOneField("staff.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    columns = models.JSONField(default=list)


class Export(models.Model):
    """A file that someone asked for: the calls of a search, or all that is kept about a person."""

    class Kind(models.TextChoices):
        CALLS = "calls", pgettext_lazy("export", "Calls")
        PERSON = "person", pgettext_lazy("export", "Everything about a person")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "Waiting for its turn")
        RUNNING = "running", pgettext_lazy("export", "Being made")
        READY = "ready", pgettext_lazy("export", "Ready")
        FAILED = "failed", pgettext_lazy("export", "Not made")
        CANCELLED = "cancelled", pgettext_lazy("export", "Cancelled")
        EXPIRED = "expired", pgettext_lazy("export", "Removed")

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CALLS)
    query = models.TextField(blank=True)  # the search as an address; emptied with the file
    subject_account_id = models.BigIntegerField(null=True)  # whom it is about
    subject_id = models.BigIntegerField(null=True)
    shape = models.JSONField(default=dict)  # how it is written: `export_shape.Shape`
    accounts = ArrayField(models.BigIntegerField(), null=True)  # whose calls it may hold; None: all
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=40, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    file = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="calls_export_user"),
            models.Index(fields=["expires_at"], condition=models.Q(state="ready"), name="calls_export_expires"),
        ]


class Manner(models.TextChoices):
    REMOVE = "remove", pgettext_lazy("retention", "Remove them")
    ANONYMISE = "anonymise", pgettext_lazy("retention", "Make them anonymous")


class Retention(models.Model):
    """How long calls are kept; the row without an account holds for all that have none of their own."""

    account = models.OneToOneField("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField(null=True)  # None: for ever
    manner = models.CharField(max_length=10, choices=Manner.choices, default=Manner.REMOVE)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], nulls_distinct=False, name="calls_retention_one_default")
        ]


class RetentionReach(models.Model):
    """Until which day (included) an account's calls were made anonymous."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    through_day = models.DateField()


class LeavingMonth(models.Model):
    """A month whose tables are being taken away, so that whoever is interrupted can go on where they were."""

    month = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    calls = models.PositiveBigIntegerField(default=0)


class ErasedNumber(models.Model):
    """A number whose person was erased, as a keyed digest: what is told of older calls does not bring them back."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField()
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="calls_erasednumber_once")]


class Totals(models.Model):
    """Finished calls added up, times in seconds; 0 where they have no queue or employee (`queries.rollup`)."""

    direction = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    calls = models.IntegerField()
    talk_s = models.BigIntegerField()
    wait_s = models.BigIntegerField()
    ring_s = models.BigIntegerField()
    hold_s = models.BigIntegerField()

    class Meta:
        abstract = True


class DayTotal(AccountData, Totals):
    """Of one day of an account (its own zone's): all other totals are made of these, and none is ever removed."""

    pk = models.CompositePrimaryKey("account_id", "local_day", "direction", "status", "queue_id", "employee_id")
    local_day = models.DateField()
    queue_id = models.BigIntegerField()
    employee_id = models.BigIntegerField()


class MonthTotal(AccountData, Totals):
    """Of one month of an account; `month` is its first day."""

    pk = models.CompositePrimaryKey("account_id", "month", "direction", "status", "queue_id")
    month = models.DateField()
    queue_id = models.BigIntegerField()


class AllDayTotal(Totals):
    """Of one day of all accounts together, each by its own zone."""

    pk = models.CompositePrimaryKey("local_day", "direction", "status", "employee_id")
    local_day = models.DateField()
    employee_id = models.BigIntegerField()


class AllMonthTotal(Totals):
    """Of one month of all accounts together."""

    pk = models.CompositePrimaryKey("month", "direction", "status", "employee_id")
    month = models.DateField()
    employee_id = models.BigIntegerField()


class DirtyDay(AccountData):
    """A day whose totals are to be added up anew. Told as often as it happens, so that no writer waits for another."""

    id = models.BigAutoField(primary_key=True)
    local_day = models.DateField()
    at = models.DateTimeField()


class FinalTotals(models.Model):
    """Until when (included) the day totals of an account stand as they are: not all of its calls are kept."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()


# Parts of this module, in files of their own.
from callwright.calls.models_days import DayZone  # noqa: E402
from callwright.calls.models_follow_up import FollowUpAct, FollowUpPending, FollowUpReason  # noqa: E402
from callwright.calls.models_hours import (  # noqa: E402
    AgainSpan,
    AgainSum,
    CallAgain,
    DirtyAgain,
    DirtyQuarter,
    FinalFigures,
    QuarterSpan,
    QuarterSum,
    QuarterTotal,
)
from callwright.calls.models_kept import SavedSearch, ViewPlace  # noqa: E402
from callwright.calls.models_notes import (  # noqa: E402
    CallNote,
    NoteComment,
    NoteCopy,
    NoteReading,
    NoteSending,
    NoteSettings,
    NoteState,
)
from callwright.calls.models_too_long import (  # noqa: E402
    TooLongDue,
    TooLongOutcome,
    TooLongReview,
    TooLongReviewPast,
    TooLongRule,
)

__all__ = [
    "AccountData", "AgainSpan", "AgainSum", "CallAgain", "CallNote", "DayZone", "DirtyAgain", "DirtyQuarter",
    "FinalFigures", "FollowUpAct", "FollowUpPending", "FollowUpReason", "Marker", "NoteComment", "NoteCopy",
    "NoteReading", "NoteSending", "NoteSettings", "NoteState", "QuarterSpan", "QuarterSum", "QuarterTotal",
    "SavedSearch", "TooLongDue", "TooLongOutcome", "TooLongReview", "TooLongReviewPast", "TooLongRule", "ViewPlace",
]  # fmt: skip
