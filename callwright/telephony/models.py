"""The PBXs that Callwright is linked to, what is known of them, and the commands on their way to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DialFormat(models.TextChoices):
    DIGITS = "digits", _("International without plus: 31201234567")
    E164 = "e164", _("International with plus: +31201234567")
    ZEROS = "zeros", _("International with 00: 0031201234567")
    NATIONAL = "national", _("National, abroad with 00: 0201234567")


class Pbx(models.Model):
    class Kind(models.TextChoices):
        ASTERISK = "asterisk", _("Asterisk (AMI)")
        WEBHOOK = "webhook", _("Another PBX (HTTP events)")

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ASTERISK)
    enabled = models.BooleanField(_("linked"), default=True)
    host = models.CharField(_("host"), max_length=200, blank=True)
    port = models.PositiveIntegerField(_("port"), default=5038)
    username = models.CharField(_("AMI user"), max_length=100, blank=True)
    secret = models.CharField(_("AMI secret"), max_length=200, blank=True)
    use_tls = models.BooleanField(_("TLS"), default=False)
    trunks = models.JSONField(_("trunks"), default=list, blank=True)  # endpoint names
    extension_pattern = models.CharField(_("extension pattern"), max_length=100, blank=True)
    dial_context = models.CharField(_("context for outgoing calls"), max_length=80, default="internal")
    extension_template = models.CharField(_("channel of an extension"), max_length=80, default="PJSIP/{extension}")
    dial_format = models.CharField(
        _("how outside numbers are dialled"), max_length=10, choices=DialFormat.choices, default=DialFormat.DIGITS
    )
    home_country = models.CharField(_("country of its numbers"), max_length=2, default="NL")
    cdr_csv = models.CharField(_("CDR file"), max_length=400, blank=True)
    cel_csv = models.CharField(_("CEL file"), max_length=400, blank=True)
    record_dsn = models.CharField(_("database with the CDR and CEL tables"), max_length=400, blank=True)
    token_sha256 = models.CharField(max_length=64, blank=True)  # of the bearer token of the HTTP endpoint
    simulated = models.BooleanField(_("simulated"), default=False)  # the fake PBX: the desk may answer by a click

    attempt = models.PositiveIntegerField(default=0, db_default=0)  # one more for each new connection asked for
    state = models.CharField(max_length=20, default="down")
    problem = models.CharField(max_length=40, blank=True)
    problem_detail = models.CharField(max_length=400, blank=True)
    version = models.CharField(max_length=80, blank=True)
    state_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("PBX")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Queue(models.Model):
    """A queue of a PBX. It appears by itself when the PBX first speaks of it."""

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="queues")
    name = models.CharField(_("name on the PBX"), max_length=80)
    label = models.CharField(_("label"), max_length=100, blank=True)
    account = models.ForeignKey("accounts.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wrap_up_s = models.PositiveIntegerField(_("wrap-up limit (seconds)"), default=30)
    call_back_within_s = models.PositiveIntegerField(
        _("call back within (seconds)"), null=True, blank=True
    )  # None: as the account
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pbx", "name"], name="telephony_queue_once")]
        ordering = ["label", "name"]

    def __str__(self) -> str:
        return self.label or self.name


class QueueMember(models.Model):
    """An extension's membership of a queue as the PBX last reported it."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="members")
    extension = models.CharField(max_length=20)
    paused = models.BooleanField(default=False)
    reason = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "extension"], name="telephony_member_once")]


class Command(models.Model):
    """An order to a PBX: stored by the web, carried out once by the link, its outcome written back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True)
    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    arguments = models.JSONField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["pbx", "created_at"], condition=models.Q(state="waiting"), name="telephony_command_due"
            ),
            models.Index(
                fields=["created_at"], condition=models.Q(finished_at__isnull=True), name="telephony_command_open"
            ),
        ]


class Listening(models.Model):
    """A supervisor's phone that hears an agent's call: ordered, begun when the phone was picked up, and over."""

    class Mode(models.TextChoices):
        LISTEN = "listen", pgettext_lazy("supervisor", "Listen")
        WHISPER = "whisper", pgettext_lazy("supervisor", "Whisper")
        BARGE = "barge", pgettext_lazy("supervisor", "Join in")

    command = models.OneToOneField(Command, primary_key=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    agent = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    account_id = models.BigIntegerField(null=True)  # whose call; no reference, the row outlives it
    call_id = models.UUIDField()
    mode = models.CharField(max_length=10, choices=Mode.choices)
    is_shown = models.BooleanField(default=True)  # to the agent
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)  # asked for again and again until its end is heard
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(ended_at__isnull=True), name="telephony_listening_open"
            )
        ]


class JournalPosition(models.Model):
    """Up to where the journal of a PBX has been applied; written in the transaction that applied it."""

    pbx = models.OneToOneField(Pbx, primary_key=True, on_delete=models.CASCADE, related_name="+")
    segment = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)
    last_event_at = models.DateTimeField(null=True, blank=True)
