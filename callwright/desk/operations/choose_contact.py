"""Says who is on the phone: one of those known under the number, or someone known under another (DESK-5, 6)."""

from datetime import datetime

from django.db import transaction

from callwright.calls.operations.set_contact import set_contact
from callwright.calls.queries.agent_calls import CardCall
from callwright.contacts.operations.add_number import attach_number_to_contact
from callwright.contacts.operations.errors import ContactMissing
from callwright.contacts.queries.card import card_contact
from callwright.staff.queries.rights import Viewer


@transaction.atomic
def choose_contact(*, viewer: Viewer, call: CardCall, contact_id: int, attach: bool, now: datetime) -> None:
    """Keeps the contact for this call; `attach` also adds the call's number to the contact, so that the next call
    knows it. Raises ContactMissing when the account has no such contact for the viewer, NumberRefused.
    """
    contact = card_contact(viewer, contact_id, now=now)
    if contact is None or contact.account_id != call.account_id:
        raise ContactMissing(call.account_id, contact_id)
    if attach:
        attach_number_to_contact(
            account_id=call.account_id, contact_id=contact_id, number=call.client_number, by=viewer.pk, now=now
        )
    category = contact.category.id if contact.category else None
    set_contact(account_id=call.account_id, call_id=call.id, contact_id=contact_id, category_id=category, now=now)
