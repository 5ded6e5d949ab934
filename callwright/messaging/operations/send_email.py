"""Queues mail: stored in the caller's transaction, sent by the worker once that is committed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from callwright.kit.identity import uuid7_now
from callwright.kit.texts import clean_line, clean_lines
from callwright.messaging.composing import page_of
from callwright.messaging.models import Mail, MailRecipient
from callwright.messaging.rules import clean_address


class NobodyToWriteTo(ValueError):
    """A message without a recipient."""


@dataclass(frozen=True, slots=True)
class To:
    """A recipient with the name that stands before the address."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of Django's default storage; `name` is what the reader sees. It must stay there until the mail is sent."""

    name: str
    stored: str
    content_type: str = "application/octet-stream"


def queue_email(
    *,
    to: str | To | Sequence[str | To],
    subject: str,
    text: str,
    html: str = "",
    attachments: Iterable[Attachment] = (),
    key: str = "",
    account_id: int | None = None,
    event: str = "",
    reply_to: str = "",
    language: str = "",
    now: datetime,
) -> UUID | None:
    """Store a message for the worker to send; returns its id, or None when one of this `key` and account was queued.

    `html` is what stands inside the product's frame; without it the text is set as paragraphs. Whoever is to have the
    message together stands in `to` together. Raises AddressRefused, NobodyToWriteTo.
    """
    recipients = _recipients(to)
    code = language or get_language() or "en"
    subject, text = clean_line(subject)[:400], clean_lines(text)
    mail = Mail(
        id=uuid7_now(now),
        account_id=account_id,
        event=event,
        subject=subject,
        text=text,
        html=page_of(subject=subject, text=text, inner=html, language=code),
        language=code,
        reply_to=clean_address(reply_to) if reply_to else "",
        attachments=[asdict(one) for one in attachments],
        created_at=now,
    )
    mail.key = key[:300] or str(mail.id)
    return _stored(mail, recipients)


@transaction.atomic
def _stored(mail: Mail, recipients: Sequence[To]) -> UUID | None:
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    if not Mail.objects.filter(pk=mail.pk).exists():
        return None
    MailRecipient.objects.bulk_create(
        [MailRecipient(mail_id=mail.pk, address=one.address, name=one.name) for one in recipients]
    )
    return mail.pk


def _recipients(to: str | To | Sequence[str | To]) -> list[To]:
    listed = [to] if isinstance(to, str | To) else to
    found: dict[str, To] = {}
    for one in listed:
        given = To(one) if isinstance(one, str) else one
        address = clean_address(given.address)
        found.setdefault(address.lower(), To(address, clean_line(given.name)[:200]))
    if not found:
        raise NobodyToWriteTo
    return list(found.values())
