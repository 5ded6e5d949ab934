"""Makes a contact of a call's unknown caller, or gives the call to a contact that is known (CALL-8)."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from callwright.accounts.queries.accounts import unknown_callers_policy
from callwright.calls.models import Call
from callwright.calls.operations.follow_up_changes import EVER, Note, note_clients
from callwright.calls.operations.set_contact import set_contact
from callwright.contacts.operations.add_number import attach_number_to_contact
from callwright.contacts.operations.create_from_caller import create_from_caller
from callwright.contacts.operations.errors import ContactMissing
from callwright.contacts.queries.contacts import visible_contacts
from callwright.live.operations.publish import Change, publish
from callwright.staff.queries.rights import Viewer

MOST_CALLS = 500
"""Earlier calls of the same unknown number that come along."""

_SAME_CALLER = """
    UPDATE calls_call SET contact_id = %(contact)s, updated_at = %(now)s
    WHERE account_id = %(account)s AND contact_id IS NULL AND id IN (
        SELECT id FROM calls_call
        WHERE account_id = %(account)s AND reverse(client_number) = reverse(%(number)s) AND contact_id IS NULL
          AND direction <> 'internal'
        ORDER BY id DESC LIMIT %(limit)s)
    RETURNING id
"""


class NotOffered(Exception):
    """The account keeps no contacts of callers whom nobody knows, or the number is withheld or no phone number."""


@transaction.atomic
def keep_caller(*, call: Call, by: int, now: datetime) -> int:
    """Makes a contact of the caller of `call` and gives it this and the number's other calls without a contact;
    returns its id. The number's contact is taken when there is one by now, in whatever notation.

    Raises NotOffered, NumberRefused.
    """
    is_inbound = call.direction == "inbound"
    if call.direction == "internal" or not call.client_number.startswith("+"):
        raise NotOffered
    if unknown_callers_policy(call.account_id) == "never":
        raise NotOffered
    contact_id = create_from_caller(
        account_id=call.account_id,
        number=call.client_number,
        as_received=call.from_received if is_inbound else call.to_received,
        name=call.from_name if is_inbound else "",
        by=by,
        now=now,
    )
    set_contact(account_id=call.account_id, call_id=call.id, contact_id=contact_id, category_id=None, now=now)
    _give_same_caller(call, contact_id, now)
    return contact_id


@transaction.atomic
def attach_call(*, viewer: Viewer, call: Call, contact_id: int, now: datetime) -> None:
    """Gives `call` to a contact of its account; a caller whom nobody knew until now leaves the contact their number
    and their other calls. Raises ContactMissing when the viewer sees no such contact, NumberRefused.
    """
    contact = visible_contacts(viewer).filter(pk=contact_id, account_id=call.account_id).first()
    if contact is None:
        raise ContactMissing(call.account_id, contact_id)
    was_unknown = call.contact_id is None and call.client_number.startswith("+")
    set_contact(
        account_id=call.account_id, call_id=call.id, contact_id=contact_id, category_id=contact.category_id, now=now
    )
    if was_unknown:
        attach_number_to_contact(
            account_id=call.account_id, contact_id=contact_id, number=call.client_number, by=viewer.pk, now=now
        )
        _give_same_caller(call, contact_id, now)


def _give_same_caller(call: Call, contact_id: int, now: datetime) -> None:
    values: dict[str, Any] = {"account": call.account_id, "contact": contact_id, "number": call.client_number}
    with connection.cursor() as cursor:
        cursor.execute(_SAME_CALLER, {**values, "now": now, "limit": MOST_CALLS})
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        note_clients([Note(call.account_id, EVER, None, contact_id, call.client_number)])
    publish([Change("calls", "contact", str(id), call.account_id) for id in ids], now=now)
