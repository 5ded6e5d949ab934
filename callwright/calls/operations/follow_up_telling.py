"""Tells people of the missed calls that somebody else assigned to them (CALL-6)."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.urls import reverse

from callwright.messaging.operations.notify import notify

EVENT = "missed_assigned"

_ABOUT = """
    SELECT coalesce(nullif(k.name, ''), c.from_name), c.client_number, a.home_country,
           coalesce((SELECT name FROM staff_user WHERE id = %(by)s), '')
    FROM calls_call c
    JOIN accounts_account a ON a.id = c.account_id
    LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
    WHERE c.account_id = %(account)s AND c.id = %(id)s
"""


def tell_assigned(*, account_id: int, call_id: UUID, act_id: int, to: int, by: int, now: datetime) -> None:
    """Notifies `to` that `by` wants them to call back, in the caller's transaction; each act once."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"account": account_id, "id": call_id, "by": by})
        caller, number, country, name = cursor.fetchone()
    values = {"caller": caller, "number": number, "country": country, "by": name}
    path = reverse("calls:call", args=[call_id])
    key = f"{call_id}:{act_id}"
    notify(event=EVENT, key=key, account_id=account_id, path=path, values=values, users=[to], now=now)
