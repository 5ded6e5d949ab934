"""Background work of messages: what is due goes out every second, what is old goes away every night."""

import logging
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.forget_old import forget_old

log = logging.getLogger("callwright.messaging")


def send_mail(now: datetime) -> None:
    """What the worker repeats. A slip with one message must not end the sending of all others."""
    try:
        send_due(now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("Sending mail failed; it is tried again")


@app.periodic(cron="40 3 * * *")
@app.task(name="messaging.forget_old", queueing_lock="messaging.forget_old", pass_context=False)
def forget_old_messages(timestamp: int) -> None:
    forget_old(now=timezone.now())
