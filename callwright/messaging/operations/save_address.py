"""Who is told of an event by mail, beside those who chose it themselves."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from callwright.kit.texts import clean_line
from callwright.messaging.events import UnknownEvent, event_of
from callwright.messaging.models import EventAddress
from callwright.messaging.operations.send_email import To, queue_email
from callwright.messaging.queries.mailing import place_of
from callwright.messaging.rules import AddressRefused as NotAnAddress
from callwright.messaging.rules import clean_address
from callwright.staff.queries.receivers import receivers


class AddressRefused(Exception):
    """Cannot be added; `field` and `reason` (unknown, nobody, not_an_email, may_not, no_email, twice) tell why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def add_address(
    *,
    event: str,
    user_id: int | None = None,
    email: str = "",
    name: str = "",
    account_id: int | None = None,
    language: str = "",
) -> int:
    """Tell this person of the house, or this address, of an event by mail; returns the id. Raises AddressRefused."""
    _check(event, user_id, email, account_id, language)
    try:
        address = clean_address(email) if user_id is None else ""
    except NotAnAddress:
        raise AddressRefused("email", "not_an_email") from None
    row = EventAddress(
        event=event, user_id=user_id, email=address, name=clean_line(name)[:200], account_id=account_id,
        language=language,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise AddressRefused("email" if user_id is None else "user", "twice") from None
    return row.pk


def _check(event: str, user_id: int | None, email: str, account_id: int | None, language: str) -> None:
    try:
        declared = event_of(event)
    except UnknownEvent:
        raise AddressRefused("event", "unknown") from None
    if declared.personal or not declared.by_mail:
        raise AddressRefused("event", "unknown")
    if language and language not in dict(settings.LANGUAGES):
        raise AddressRefused("language", "unknown")
    if user_id is None and not email.strip():
        raise AddressRefused("email", "nobody")
    if user_id is not None:
        known = receivers(right=declared.right, account_id=account_id, among=[user_id])
        if not known:
            raise AddressRefused("user", "may_not")
        if not known[0].email:
            raise AddressRefused("user", "no_email")


def switch_address(*, address_id: int, on: bool) -> None:
    """Raises EventAddress.DoesNotExist."""
    if not EventAddress.objects.filter(pk=address_id).update(is_on=on):
        raise EventAddress.DoesNotExist


def remove_address(*, address_id: int) -> None:
    """Removing one twice is no error."""
    EventAddress.objects.filter(pk=address_id).delete()


def try_address(*, address_id: int, now: datetime) -> str:
    """Queue a message that says of which event this address is told; returns where it goes.

    Raises EventAddress.DoesNotExist, AddressRefused (may_not, no_email: the person may no longer be told).
    """
    row = EventAddress.objects.get(pk=address_id)
    event = event_of(row.event)
    _name, language = place_of(row.account_id)
    to = To(row.email, row.name)
    if row.user_id is not None:
        known = receivers(right=event.right, account_id=row.account_id, among=[row.user_id])
        if not known or not known[0].email:
            raise AddressRefused("user", "no_email" if known else "may_not")
        to, language = To(known[0].email, known[0].name), known[0].language or language
    with override(row.language or language):
        text = _("This is a test. Messages about the following come to this address: %(event)s.")
        subject = _("Test: %(event)s") % {"event": event.label}
        queue_email(to=to, subject=subject, text=text % {"event": event.label}, account_id=row.account_id, now=now)
    return to.address
