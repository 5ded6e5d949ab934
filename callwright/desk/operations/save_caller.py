"""Keeps what is typed of a caller whom nobody knew (DESK-4, CALL-8)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from callwright.accounts.queries.accounts import unknown_callers_policy
from callwright.calls.operations.set_contact import set_contact
from callwright.calls.queries.agent_calls import CardCall, card_call
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.contacts.operations.update_contact import update_contact
from callwright.staff.queries.rights import Viewer

FIELDS = ("first_name", "surname", "city", "warning")


class NotKept(Exception):
    """The organisation keeps no contacts of callers whom nobody knew, or the number is withheld or invalid."""


class AnotherContact(Exception):
    """Somebody said meanwhile that it is somebody else: what was typed is not about that contact."""


@transaction.atomic
def save_caller(
    *, viewer: Viewer, call_id: UUID, drawn_for: int | None, values: Mapping[str, str], now: datetime
) -> int:
    """Makes the caller a contact, or changes the one that the call has; returns its id. `drawn_for`: the contact that
    the form was about, None for nobody yet. Saving twice at the same time makes one contact. Raises NotKept,
    AnotherContact, ContactRefused, NumberRefused.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"caller {call_id}"])
    call = card_call(viewer, call_id)
    if call is None:
        raise NotKept
    known = {field: value for field, value in values.items() if field in FIELDS}
    if call.contact_id is not None:
        if call.contact_id != drawn_for and not _is_new(call):
            raise AnotherContact
        update_contact(account_id=call.account_id, contact_id=call.contact_id, values=known, by=viewer.pk, now=now)
        return call.contact_id
    if unknown_callers_policy(call.account_id) == "never" or not call.client_number.startswith("+"):
        raise NotKept
    contact_id = create_contact(
        account_id=call.account_id,
        kind="person",
        values=known,
        numbers=[NewNumber(call.client_number)],
        by=viewer.pk,
        now=now,
    )
    set_contact(account_id=call.account_id, call_id=call.id, contact_id=contact_id, category_id=None, now=now)
    return contact_id


def _is_new(call: CardCall) -> bool:
    """Whether the contact was made during this call: the form's own, the answer to which was lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM contacts_contact WHERE account_id = %s AND id = %s AND created_at >= %s",
            [call.account_id, call.contact_id, call.started_at],
        )
        return cursor.fetchone() is not None
