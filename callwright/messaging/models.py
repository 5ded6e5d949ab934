"""Mail on its way out with what became of it, whom to tell of which event, and the notifications in the app."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Security(models.TextChoices):
    NONE = "none", _("None")
    STARTTLS = "starttls", _("STARTTLS")
    TLS = "tls", _("TLS from the start")


class MailServer(models.Model):
    """The one server that takes our mail, and how it fares."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    enabled = models.BooleanField(default=True)
    enabled_at = models.DateTimeField(null=True)  # since it was switched on again, messages wait for the server
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.STARTTLS)
    verify_certificate = models.BooleanField(default=True)
    username = models.CharField(max_length=200, blank=True)
    sealed_password = models.TextField(blank=True)
    from_address = models.CharField(max_length=254)
    from_name = models.CharField(max_length=200, blank=True)
    public_url = models.CharField(max_length=200, blank=True)
    kept_days = models.PositiveIntegerField(default=90)

    # While it does not answer, nobody knocks before `retry_at`, which was set at `down_at`.
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    down_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="messaging_mailserver_single")]


class AccountSender(models.Model):
    """Under which name the mail of an account goes out, and where answers go."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    from_name = models.CharField(max_length=200, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)


class MailState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Mail(models.Model):
    """One message, stored before anybody sends it. `key` says what it is about: the same is never queued twice."""

    id = models.UUIDField(primary_key=True)  # UUIDv7: in order of time
    account = models.ForeignKey(
        "accounts.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    key = models.CharField(max_length=300)
    event = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=10)
    reply_to = models.CharField(max_length=254, blank=True)
    attachments = models.JSONField(default=list)  # [{"name", "stored", "content_type"}]
    message_id = models.CharField(max_length=320, blank=True)  # given at the first attempt, kept for all others
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    perhaps_sent = models.BooleanField(default=False)  # handed over, and no answer came back
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    # What the sending needs; all by the clock of the database.
    tries = models.PositiveIntegerField(default=0)  # since it was queued or a person asked to send it again
    doubts = models.PositiveIntegerField(default=0)  # tries among them that ended without an answer
    due_at = models.DateTimeField(null=True)  # None: at once
    changed_at = models.DateTimeField(null=True)  # when `due_at` or the lease was set: a later clock was set back
    lease = models.UUIDField(null=True)  # whose attempt it is now
    leased_until = models.DateTimeField(null=True)
    data_at = models.DateTimeField(null=True)  # the attempt has begun to hand the message over

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], nulls_distinct=False, name="messaging_mail_key_once"),
        ]
        indexes = [
            models.Index(
                models.F("due_at").asc(nulls_first=True),
                models.F("id"),
                condition=models.Q(state="waiting"),
                name="messaging_mail_waiting",
            ),
            models.Index(fields=["leased_until"], condition=models.Q(state="sending"), name="messaging_mail_sending"),
            models.Index(fields=["state", "-id"], name="messaging_mail_state"),
            models.Index(fields=["account", "-id"], name="messaging_mail_account"),
            models.Index(fields=["event", "-id"], name="messaging_mail_event"),
        ]


class MailRecipient(models.Model):
    """Someone to whom a message goes; servers take or refuse each one alone."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="recipients")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    answer = models.TextField(blank=True)  # the server's words about this one

    class Meta:
        constraints = [models.UniqueConstraint("mail", Lower("address"), name="messaging_recipient_once")]


class MailAttempt(models.Model):
    """One try to send a message; without `outcome` it is under way, or its worker died."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="attempts")
    lease = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)  # the server's own words


class EventAddress(models.Model):
    """An address that is told of an event by mail: a person of the house or any address, for all accounts or one."""

    event = models.CharField(max_length=40)
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)  # blank: the person's, else the account's
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "event", "account", "user", Lower("email"), nulls_distinct=False, name="messaging_address_once"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) ^ models.Q(email=""), name="messaging_address_person_or_email"
            ),
        ]


class EventChoice(models.Model):
    """How a user wants to hear of an event; without a row: in the app, not by mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="messaging_choice_once")]


class Notification(models.Model):
    """Something that a user is told in the app. Stored as code and values, put into words when it is shown."""

    id = models.UUIDField(primary_key=True)  # UUIDv7: in order of time
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event", "key"], name="messaging_notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="messaging_notification_user"),
            models.Index(
                fields=["user", "-id"], condition=models.Q(read_at=None), name="messaging_notification_unread"
            ),
        ]
