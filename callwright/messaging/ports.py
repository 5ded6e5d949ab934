"""Who hears what becomes of a message: the capabilities that had it sent, connected when the program starts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.messaging.models import Mail, MailRecipient, MailState

_TRIES = 3

log = logging.getLogger("callwright.messaging")


@dataclass(frozen=True, slots=True)
class RecipientFate:
    """`state` as in `MailState`; `answer` are the server's words about this one."""

    address: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class Fate:
    """A message as it stands now; `sent_at` once all have it, `answer` what the server said to the last try;
    `perhaps_sent`: it was handed over without an answer, or is being handed over.
    """

    mail_id: UUID
    state: str
    answer: str
    sent_at: datetime | None
    recipients: tuple[RecipientFate, ...]
    perhaps_sent: bool = False


Listener = Callable[[Fate, datetime], None]
_listeners: dict[str, Listener] = {}


def connect_fate(event: str, listener: Listener) -> None:
    """`listener(fate, now)` hears of every change of messages queued with this `event`, in the transaction that writes
    it: the message is locked, so whoever locks anything of their own before a message must not do so here. What a
    listener raises undoes what it did alone, never what became of the message: it can ask again (`tell_again`).
    """
    _listeners[event] = listener


def tell_fate(mail_id: UUID, *, now: datetime) -> None:
    """Says how the message stands, to whom it concerns."""
    if not _listeners:
        return
    mail = Mail.objects.filter(pk=mail_id, event__in=list(_listeners)).defer("text", "html").first()
    if mail is None:
        return
    rows = MailRecipient.objects.filter(mail_id=mail_id).order_by("pk").values_list("address", "state", "answer")
    answer = mail.attempts.order_by("-pk").values_list("answer", flat=True).first() or ""
    recipients = tuple(RecipientFate(*row) for row in rows)
    perhaps = mail.perhaps_sent or mail.state == MailState.SENDING
    fate = Fate(mail.pk, mail.state, answer, mail.sent_at, recipients, perhaps)
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                _listeners[mail.event](fate, now)
        except Exception:
            log.exception("What became of message %s was not taken note of", mail.pk)
        else:
            return
