"""What every change of categories and topics has in common: one writer at a time, and open pages hear of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.keep_offer import keep_offer
from callwright.registration.operations.refusals import LONGEST_NAME, Refused


@contextmanager
def changing_offer(*, now: datetime) -> Iterator[None]:
    """One transaction in which nobody else changes what is offered: moves between lists need no order of locks, and a
    name is looked for where nobody adds it meanwhile.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registration offer'))")
        yield
        keep_offer(now=now)
        publish([Change("registration-offer", "changed")], now=now)


def name_from(text: str) -> str:
    """The name as it is kept. Raises Refused: no_name, name_too_long."""
    name = clean_line(text)
    if not name:
        raise Refused("no_name")
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long")
    return name
