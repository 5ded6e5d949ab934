"""Notes on calls (ACC-6): what agents wrote, what was sent of it to whom, and what supervisors said of it. Part of
`models`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callwright.calls.models import AccountData


class NoteState(models.TextChoices):
    """What became of the last sending of a note; blank while it was never sent."""

    WAITING = "waiting", pgettext_lazy("note", "Being sent")
    SENT = "sent", pgettext_lazy("note", "Sent")
    PARTLY = "partly", pgettext_lazy("note", "Not sent to all")
    FAILED = "failed", pgettext_lazy("note", "Could not be sent")
    NOBODY = "nobody", pgettext_lazy("note", "Kept, sent to nobody")
    WITHDRAWN = "withdrawn", pgettext_lazy("note", "Withdrawn")


RARE = (
    ("calls_note_failed", Q(state__in=["failed", "partly"])),
    ("calls_note_changed", Q(changed=True)),
    ("calls_note_unsent", Q(state="")),
    ("calls_note_waiting", Q(state="waiting")),
    ("calls_note_nobody", Q(state="nobody")),
)
"""What the list of notes is searched for that few of millions are. The account stands last: it serves one and all."""


def _rare(name: str, condition: Q) -> models.Index:
    return models.Index(fields=["-created_at", "-id", "account"], condition=condition, name=name)


class CallNote(AccountData):
    """What an agent wrote of a call for the account."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="notes", db_constraint=False, db_index=False
    )
    text = models.TextField(_("note"))
    recipients = models.JSONField(default=list, blank=True)  # [{"id", "name", "email", "phone"}] as chosen then
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(db_default=0)  # how many times it was sent
    state = models.CharField(max_length=10, choices=NoteState.choices, blank=True, db_default="")
    changed = models.BooleanField(db_default=False)  # since it was sent
    waits_since = models.DateTimeField(null=True)  # last typed, to be sent by itself; None: it will not, or was
    finished_at = models.DateTimeField(null=True)  # when its author put the card away

    class Meta:
        indexes = [
            models.Index(fields=["account", "call"], name="calls_note_call"),
            models.Index(fields=["account", "-created_at", "-id"], name="calls_note_account"),
            models.Index(fields=["-created_at", "-id"], name="calls_note_newest"),
            models.Index(fields=["waits_since"], condition=~Q(waits_since=None), name="calls_note_waits"),
            models.Index(fields=["by", "-created_at", "-id"], name="calls_note_by"),
            *(_rare(name, condition) for name, condition in RARE),
        ]


class NoteSending(AccountData):
    """One version of a note as it was sent. Stays when the outbox has forgotten the message."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    note_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    text = models.TextField()
    recipients = models.JSONField(default=list)  # [{"name", "email", "state", "answer", "perhaps", "is_past"}]
    is_correction = models.BooleanField(default=False)
    by_itself = models.BooleanField(default=False)
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=NoteState.choices)
    answer = models.TextField(blank=True)  # the mail server's last words
    sent_at = models.DateTimeField(null=True)
    mail_id = models.UUIDField(null=True)
    wish = models.CharField(max_length=40, blank=True, db_default="")  # of the desk that asked: asked again, it is done
    copy_ids = ArrayField(models.UUIDField(), default=list)  # the mails with copies for coaching

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "note_id", "version"], name="calls_notesending_once"),
        ]
        indexes = [
            models.Index(fields=["account", "call"], name="calls_notesending_call"),
            models.Index(fields=["mail_id"], name="calls_notesending_mail"),  # the call may have moved since
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="calls_notesending_waiting"),
        ]


class NoteComment(AccountData):
    """What a supervisor said of a note to its author, or the author's answer. Never shown to the account."""

    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    note_id = models.BigIntegerField()
    text = models.TextField()
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "call"], name="calls_notecomment_call"),
            models.Index(fields=["account", "note_id"], name="calls_notecomment_note"),
        ]


class NoteReading(AccountData):
    """Whom the comments on a note concern, and up to which one they have read them."""

    note_id = models.BigIntegerField()
    call = models.ForeignKey(
        "calls.Call", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey("staff.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    unread = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "note_id", "user"], name="calls_notereading_once"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(unread__gt=0), name="calls_notereading_unread"),
            models.Index(fields=["account", "call"], name="calls_notereading_call"),
        ]


class NoteSettings(models.Model):
    """How notes of an account are sent; an account without a row has the defaults."""

    account = models.OneToOneField("accounts.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    by_itself = models.BooleanField(default=True)  # after the call; else an agent sends each note by hand
    names_agent = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")


class NoteCopy(models.Model):
    """An address of our own that gets a copy of notes for coaching, of all agents or of chosen ones."""

    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")  # None: all
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=10, default="en")
    all_agents = models.BooleanField(default=True)
    agents = models.ManyToManyField("staff.User", related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
