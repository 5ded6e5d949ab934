"""A person has messages sent again that did not arrive."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from callwright.kit.identity import uuid7_now
from callwright.live.operations.publish import Change, publish
from callwright.messaging.models import Mail, MailRecipient, MailState
from callwright.messaging.ports import tell_fate
from callwright.staff.operations.record_audit import record_audit

ENDED = (MailState.FAILED, MailState.REFUSED)


class StillUnderWay(Exception):
    """The message waits or is being sent; it goes out by itself."""


@transaction.atomic
def send_again(*, mail_id: UUID, by: int, now: datetime) -> UUID:
    """Queue a message anew; returns the id under which it goes out. Raises Mail.DoesNotExist, StillUnderWay.

    What failed goes on under its own id, to those who did not get it. What was sent goes out as a copy with a
    Message-ID of its own, since servers drop what they had before; asking twice makes one copy.
    """
    mail = Mail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.state == MailState.SENT:
        return _copied(mail, by=by, now=now)
    if mail.state not in ENDED:
        raise StillUnderWay
    _reopen([mail.pk])
    _note(mail, by=by, now=now)
    return mail.pk


@transaction.atomic
def send_all_again(*, mail_ids: Collection[UUID], by: int, now: datetime) -> int:
    """Queue anew those of these messages that failed or were refused; returns how many."""
    mails = Mail.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=mail_ids, state__in=ENDED)
    found = list(mails.order_by("pk"))
    _reopen([mail.pk for mail in found])
    for mail in found:
        _note(mail, by=by, now=now)
    return len(found)


def _reopen(ids: Collection[UUID]) -> None:
    MailRecipient.objects.filter(mail_id__in=ids, state__in=ENDED).update(state=MailState.WAITING, answer="")
    Mail.objects.filter(pk__in=ids).update(state=MailState.WAITING, tries=0, doubts=0, due_at=None, changed_at=Now())


def _note(mail: Mail, *, by: int, now: datetime) -> None:
    record_audit(action="mail_sent_again", subject=f"mail:{mail.pk}", by=by, account_id=mail.account_id, now=now)
    publish([Change("outbox", "again", str(mail.pk))], now=now)
    tell_fate(mail.pk, now=now)


def _copied(mail: Mail, *, by: int, now: datetime) -> UUID:
    copy = Mail(
        id=uuid7_now(now), account_id=mail.account_id, key=f"again:{mail.pk}", event=mail.event, subject=mail.subject,
        text=mail.text, html=mail.html, language=mail.language, reply_to=mail.reply_to, attachments=mail.attachments,
        created_at=now,
    )  # fmt: skip
    Mail.objects.bulk_create([copy], ignore_conflicts=True)
    stored = Mail.objects.get(account=mail.account, key=copy.key)
    if stored.pk == copy.pk:
        had = mail.recipients.exclude(state=MailState.WITHDRAWN)
        rows = had.order_by("pk").values_list("address", "name")
        MailRecipient.objects.bulk_create([MailRecipient(mail=copy, address=a, name=n) for a, n in rows])
        _note(copy, by=by, now=now)
    return stored.pk
