"""Tells reviewers of calls that passed their limit (CALL-7), each call once."""

from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse

from callwright.messaging.operations.notify import notify

EVENT = "too_long"
MOST_AT_ONCE = 50

_UNTOLD = """
    SELECT v.account_id, v.id, v.call_id, v.limit_s, c.id IS NOT NULL, coalesce(nullif(k.name, ''), c.from_name, ''),
           coalesce(c.client_number, ''), coalesce(u.name, ''), a.home_country
    FROM calls_toolongreview v
    JOIN accounts_account a ON a.id = v.account_id
    LEFT JOIN calls_call c ON c.account_id = v.account_id AND c.id = v.call_id
    LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
    LEFT JOIN staff_user u ON u.id = c.employee_id
    WHERE v.told_at IS NULL
    ORDER BY v.id LIMIT 1
    FOR UPDATE OF v SKIP LOCKED
"""


def tell_reviewers(*, now: datetime) -> int:
    """Notifies the reviewers of calls that were flagged, in the app and by mail; returns of how many calls. Each in a
    transaction of its own, after the one that flagged it: composing mails holds up nobody who writes the call.
    """
    told = 0
    while told < MOST_AT_ONCE and _tell_of_one(now):
        told += 1
    return told


@transaction.atomic
def _tell_of_one(now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD)
        row = cursor.fetchone()
        if row is None:
            return False
        account_id, id, call_id, limit_s, exists, caller, number, employee, country = row
        cursor.execute(
            "UPDATE calls_toolongreview SET told_at = %s WHERE account_id = %s AND id = %s", [now, account_id, id]
        )
    if exists:
        values = {
            "caller": caller, "number": number, "employee": employee, "limit_s": limit_s, "country": country,
        }  # fmt: skip
        path = reverse("calls:call", args=[call_id])
        notify(event=EVENT, key=str(call_id), account_id=account_id, path=path, values=values, now=now)
    return True
