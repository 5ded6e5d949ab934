"""Whoever had messages sent takes them back from some of those to whom they were to go."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from callwright.live.operations.publish import Change, publish
from callwright.messaging.models import Mail, MailRecipient, MailState
from callwright.messaging.ports import tell_fate
from callwright.messaging.rules import ended_as

_TAKEN_BACK = (MailState.WAITING, MailState.FAILED, MailState.REFUSED)
_STAND = """
    UPDATE messaging_mail SET state = %(state)s::varchar, due_at = NULL, changed_at = clock_timestamp(),
        sent_at = CASE WHEN %(state)s::varchar = 'sent' THEN coalesce(sent_at, (
            SELECT max(ended_at) FROM messaging_mailattempt WHERE mail_id = %(mail)s), clock_timestamp())
        ELSE sent_at END
    WHERE id = %(mail)s
"""


def hold_mails(mail_ids: Collection[UUID]) -> None:
    """Nobody else says what becomes of these messages until the transaction ends. They come after calls, and before
    whatever is written when their fate is heard.
    """
    if mail_ids:
        list(Mail.objects.select_for_update(no_key=True).filter(pk__in=mail_ids).order_by("pk").values_list("pk"))


@transaction.atomic
def withdraw(wanted: Mapping[UUID, Collection[str]], *, now: datetime) -> None:
    """These addresses get these messages no more, neither by themselves nor when somebody sends them again: those that
    wait for it, and whom it did not reach. What the server has been given stays given. Messages that are there no
    longer are passed over; whoever had them sent hears of it.
    """
    hold_mails(list(wanted))
    for mail in Mail.objects.filter(pk__in=list(wanted)).order_by("pk"):
        addresses = {one.lower() for one in wanted[mail.pk]}
        rows = list(MailRecipient.objects.filter(mail_id=mail.pk).order_by("pk"))
        gone = [row for row in rows if row.state in _TAKEN_BACK and row.address.lower() in addresses]
        if not gone:
            continue
        MailRecipient.objects.filter(pk__in=[row.pk for row in gone]).update(state=MailState.WITHDRAWN)
        for row in gone:
            row.state = MailState.WITHDRAWN
        _stand(mail, [row.state for row in rows])
        publish([Change("outbox", "withdrawn", str(mail.pk))], now=now)
        tell_fate(mail.pk, now=now)


def _stand(mail: Mail, states: Collection[str]) -> None:
    """How the message stands without them; one that is being sent this moment is settled when that ends."""
    if mail.state == MailState.SENDING or MailState.WAITING in states:
        return
    with connection.cursor() as cursor:
        cursor.execute(_STAND, {"mail": mail.pk, "state": ended_as(states)})


@transaction.atomic
def tell_again(mail_id: UUID, *, now: datetime) -> bool:
    """Says once more how a message stands, to whoever had it sent; returns whether it is there still."""
    if not Mail.objects.select_for_update(no_key=True).filter(pk=mail_id).exists():
        return False
    tell_fate(mail_id, now=now)
    return True
