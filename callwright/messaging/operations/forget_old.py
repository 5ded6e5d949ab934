"""Ends what is too old: messages that no server took, and what was kept long enough."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from callwright.messaging.models import Mail, MailServer, MailState, Notification
from callwright.messaging.operations.tell_of_failure import tell_of_failure
from callwright.messaging.ports import tell_fate

GIVE_UP_AFTER: Final = timedelta(days=5)
NOTIFICATIONS_KEPT: Final = timedelta(days=90)
_BATCH: Final = 500

# While mail is switched off nothing is given up: it waits because somebody wants it to, and after that it has its time.
_GIVEN_UP = """
    WITH old AS (
        SELECT m.id FROM messaging_mail m LEFT JOIN messaging_mailserver s ON s.id = 1
        WHERE m.state = 'waiting' AND coalesce(s.enabled, true)
            AND greatest(coalesce(m.changed_at, m.created_at), s.enabled_at)
                < clock_timestamp() - make_interval(secs => %(seconds)s)
        LIMIT %(batch)s FOR UPDATE OF m SKIP LOCKED
    ), recipients AS (
        UPDATE messaging_mailrecipient r SET state = 'failed' FROM old WHERE r.mail_id = old.id AND r.state = 'waiting'
    )
    UPDATE messaging_mail m SET state = 'failed', due_at = NULL FROM old WHERE m.id = old.id RETURNING m.id
"""


def forget_old(*, now: datetime) -> None:
    """Gives up what waited for days, and removes what is older than the days set. Files of attachments are their
    owner's and stay.
    """
    while _give_up(now) == _BATCH:
        pass
    days = MailServer.objects.filter(pk=1).values_list("kept_days", flat=True).first() or 90
    ended = (MailState.SENT, MailState.FAILED, MailState.REFUSED, MailState.WITHDRAWN)
    while _remove_mails(now - timedelta(days=days), ended) == _BATCH:
        pass
    while _remove_notifications(now - NOTIFICATIONS_KEPT) == _BATCH:
        pass


@transaction.atomic
def _give_up(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_UP, {"seconds": GIVE_UP_AFTER.total_seconds(), "batch": _BATCH})
        ids = [row[0] for row in cursor.fetchall()]
    for mail in Mail.objects.filter(pk__in=ids):
        tell_of_failure(mail, now=now)
        tell_fate(mail.pk, now=now)
    return len(ids)


@transaction.atomic
def _remove_mails(before: datetime, ended: tuple[str, ...]) -> int:
    old = Mail.objects.filter(created_at__lt=before, state__in=ended).order_by("pk").values_list("pk", flat=True)
    ids = list(old[:_BATCH])
    Mail.objects.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def _remove_notifications(before: datetime) -> int:
    ids = list(Notification.objects.filter(at__lt=before).values_list("pk", flat=True)[:_BATCH])
    Notification.objects.filter(pk__in=ids).delete()
    return len(ids)
