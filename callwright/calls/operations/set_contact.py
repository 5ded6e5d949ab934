"""Says which contact a call was with: the choice of a person outweighs what the number told (DESK-5, 6)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.calls.models import Call, Leg
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.ports import tell_contact
from callwright.live.operations.publish import Change, publish


class CallMissing(Exception):
    """There is no such call in this account."""


@transaction.atomic
def set_contact(
    *, account_id: int, call_id: UUID, contact_id: int | None, category_id: int | None, now: datetime
) -> bool:
    """Keeps the contact (of the same account: the database refuses another's) and its category for this call; None
    takes it away. Returns whether it changed. Raises CallMissing.
    """
    mine = Call.objects.filter(account_id=account_id, id=call_id)
    call = mine.select_for_update().first()
    if call is None:
        raise CallMissing(account_id, call_id)
    if call.contact_id == contact_id:
        return False
    before = call.contact_id
    mine.update(contact_id=contact_id, category_id=category_id, updated_at=now)
    note_clients(
        Note(account_id, call.started_at, call_id, contact, call.client_number) for contact in (before, contact_id)
    )
    if call.ended_at is not None:  # as long as it goes on it is counted nowhere
        note_days({(account_id, call.local_day)}, now=now)
        tell_contact(account_id, call_id)
    legs = Leg.objects.filter(account_id=account_id, call_id=call_id, employee_id__isnull=False)
    people = {call.employee_id, *legs.values_list("employee_id", flat=True)} - {None}
    topics = ["calls", *(f"desk:{user_id}" for user_id in sorted(filter(None, people)))]
    publish([Change(topic, "contact", str(call_id), account_id) for topic in topics], now=now)
    return True
