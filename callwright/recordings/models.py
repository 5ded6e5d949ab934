"""Where recordings are fetched from, what was fetched of each call, and what each account wants of it (CALL-9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Source(models.Model):
    """Where one PBX keeps its recordings, and how they are reached. Secrets are sealed (`kit.sealing`)."""

    class Kind(models.TextChoices):
        FOLDER = "folder", _("A folder of this server, or one shared with it")
        SFTP = "sftp", _("SFTP (a login by SSH)")
        HTTP = "http", _("A web server (HTTP or HTTPS)")

    pbx = models.OneToOneField("telephony.Pbx", primary_key=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.FOLDER)
    enabled = models.BooleanField(_("fetched"), default=True)
    folder = models.CharField(_("folder"), max_length=400, blank=True)
    host = models.CharField(_("host"), max_length=200, blank=True)
    port = models.PositiveIntegerField(_("port"), default=22)
    username = models.CharField(_("user"), max_length=100, blank=True)
    host_key = models.TextField(blank=True)  # as OpenSSH writes it; blank: not confirmed by an administrator yet
    url = models.CharField(_("address"), max_length=400, blank=True)
    sealed = models.TextField(blank=True)  # JSON of password, key, token
    pattern = models.CharField(_("file name"), max_length=300)
    own_side_pattern = models.CharField(_("file of the recorded side"), max_length=300, blank=True)
    other_side_pattern = models.CharField(_("file of the other side"), max_length=300, blank=True)
    pbx_folder = models.CharField(_("folder on the PBX"), max_length=300, blank=True)
    announced_only = models.BooleanField(_("only announced recordings"), default=True)
    raw_rate = models.PositiveIntegerField(_("sampling rate of raw files"), default=8000)
    raw_channels = models.PositiveSmallIntegerField(_("channels of raw files"), default=2)
    time_zone = models.CharField(_("time zone of the PBX"), max_length=64, default="UTC")
    problem = models.CharField(max_length=40, blank=True)
    problem_detail = models.CharField(max_length=400, blank=True)
    problem_at = models.DateTimeField(null=True)  # since when
    good_at = models.DateTimeField(null=True)  # when something was fetched last

    def __str__(self) -> str:
        return str(self.pbx)


class AccountData(models.Model):
    """Base of the data of an account. The database's key is (account_id, id), made in the migrations."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class State(models.TextChoices):
    """As `calls_call.recording`; NONE for what was looked for in vain where none was announced, or may not be kept."""

    NONE = "", pgettext_lazy("recording", "None")
    WAITING = "waiting", pgettext_lazy("recording", "Being fetched")
    DOWNLOADED = "downloaded", pgettext_lazy("recording", "Recorded")
    EMPTY = "empty", pgettext_lazy("recording", "Nothing recorded")
    FAILED = "failed", pgettext_lazy("recording", "Could not be fetched")
    ERASED = "erased", pgettext_lazy("recording", "Erased")


class Recording(AccountData):
    """What became of the recording of one call; `id` is the call's. Also the queue of what is to be done next."""

    id = models.UUIDField(primary_key=True)
    pbx = models.ForeignKey("telephony.Pbx", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING, blank=True)
    reason = models.CharField(max_length=40, blank=True)  # a code of words.REASONS
    detail = models.CharField(max_length=400, blank=True)
    due_at = models.DateTimeField(null=True)  # when it is worked on next; None: nothing is left to do
    attempts = models.PositiveIntegerField(default=0)  # tells each try from every other: it only grows
    tries = models.PositiveIntegerField(default=0)  # since `asked_at`
    asked_at = models.DateTimeField()  # since when it is looked for
    seconds = models.FloatField(default=0)
    fetched_at = models.DateTimeField(null=True)
    call_ended_at = models.DateTimeField(null=True)  # from here on counts how long it is kept
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    erase_reason = models.CharField(max_length=300, blank=True)
    left_out = models.JSONField(null=True)  # marks (`rules.mark_of`) of what was erased before it was of this call

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="recordings_due"),
            models.Index(
                fields=["account", "call_ended_at"], condition=models.Q(state="downloaded"), name="recordings_kept"
            ),
        ]


class Part(AccountData):
    """One file of a recording. `playable` is what browsers get; the same as `file` where they can play that."""

    id = models.UUIDField(primary_key=True)
    call_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(null=True)
    source_name = models.CharField(max_length=400)
    file = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    playable = models.CharField(max_length=120)
    playable_kind = models.CharField(max_length=40)
    playable_size = models.BigIntegerField()
    seconds = models.FloatField()
    channels = models.PositiveSmallIntegerField()
    peaks = models.BinaryField(null=True)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["account", "call_id"], name="recordings_part_call")]

    @property
    def filename(self) -> str:
        """What it is called by who gets the file."""
        return f"{self.call_id}-{self.position + 1}.{self.file.rpartition('.')[2]}"


class StoredFile(models.Model):
    """A file in the storage. Written down before the file itself, so that none is left behind by a crash; `kept` once
    a part names it. What is not kept, or not any more, is removed by the worker.
    """

    name = models.CharField(primary_key=True, max_length=120)
    created_at = models.DateTimeField()
    kept = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(kept=False), name="recordings_left_behind"),
        ]


class Policy(models.Model):
    """What an account wants of its recordings; the row without account holds for all."""

    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    keep_days = models.PositiveIntegerField(_("days kept"), null=True, blank=True)  # None: as the organisation
    consent = models.TextField(_("what to say about recording"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], nulls_distinct=False, name="recordings_policy_once"),
        ]


class NeverRule(models.Model):
    """Calls that are never recorded: of an account, over a line, or through a queue."""

    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey("accounts.Line", null=True, on_delete=models.CASCADE, related_name="+")
    queue = models.ForeignKey("telephony.Queue", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, line__isnull=True, queue__isnull=True)
                | models.Q(account__isnull=True, line__isnull=False, queue__isnull=True)
                | models.Q(account__isnull=True, line__isnull=True, queue__isnull=False),
                name="recordings_neverrule_of_one",
            ),
            models.UniqueConstraint(
                fields=["account", "line", "queue"], nulls_distinct=False, name="recordings_neverrule_once"
            ),
        ]
