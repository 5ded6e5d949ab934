"""Tells administrators, in the app alone, that mail does not arrive."""

from datetime import datetime

from django.urls import reverse

from callwright.messaging.models import Mail, MailRecipient, MailServer
from callwright.messaging.operations.notify import notify

MAIL_FAILED = "mail_failed"
MAIL_STOPPED = "mail_stopped"


def tell_of_failure(mail: Mail, *, now: datetime) -> None:
    """A message was given up. Once for each time that a person had it sent again."""
    since = mail.changed_at.isoformat() if mail.changed_at else ""  # it may be given up twice without any try
    first = MailRecipient.objects.filter(mail_id=mail.pk, state__in=("failed", "refused")).order_by("pk").first()
    notify(
        event=MAIL_FAILED,
        key=f"{mail.pk}:{mail.attempts.count()}:{since}",
        account_id=mail.account_id,
        path=reverse("messaging:mail", args=[mail.pk]),
        values={"to": first.address if first else "", "subject": mail.subject},
        now=now,
    )


def tell_of_stop(server: MailServer, *, now: datetime) -> None:
    """The mail server takes nothing. Once for each time that it stopped."""
    notify(
        event=MAIL_STOPPED,
        key=server.down_since.isoformat() if server.down_since else "",
        path=reverse("messaging:server"),
        values={"host": server.host},
        now=now,
    )
