"""Tells reviewers of calls that passed their limit (CALL-7), each call once."""

import logging
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from callwright.calls.operations.next_try import tried_alone
from callwright.messaging.operations.notify import notify

EVENT = "too_long"
MOST_AT_ONCE = 50
_AGAIN = timedelta(minutes=1)

log = logging.getLogger("callwright.too_long")

_UNTOLD = """
    SELECT v.account_id, v.id, v.call_id, v.limit_s, c.id IS NOT NULL, coalesce(nullif(k.name, ''), c.from_name, ''),
           coalesce(c.client_number, ''), coalesce(u.name, ''), a.home_country
    FROM calls_toolongreview v
    JOIN accounts_account a ON a.id = v.account_id
    LEFT JOIN calls_call c ON c.account_id = v.account_id AND c.id = v.call_id
    LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
    LEFT JOIN staff_user u ON u.id = c.employee_id
    WHERE v.told_at IS NULL AND (v.tell_after IS NULL OR v.tell_after <= %s)
    ORDER BY v.id LIMIT 1
    FOR UPDATE OF v SKIP LOCKED
"""


def tell_reviewers(*, now: datetime) -> int:
    """Notifies the reviewers of calls that were flagged, in the app and by mail; returns of how many calls. Each in a
    transaction of its own, after the one that flagged it: composing mails holds up nobody who writes the call. One
    of which they cannot be told is tried again a minute later, after the others.
    """
    told = 0
    while told < MOST_AT_ONCE and _tell_of_one(now):
        told += 1
    return told


@transaction.atomic
def _tell_of_one(now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, [now])
        row = cursor.fetchone()
    if row is None:
        return False
    account_id, id, call_id, *found = row
    tell = partial(_tell, account_id, call_id, *found, now=now)
    if tried_alone(tell, log, "Reviewers could not be told of call %s", call_id):
        _keep(account_id, id, "told_at", now)
    else:
        _keep(account_id, id, "tell_after", now + _AGAIN)
    return True


def _tell(
    account_id: int, call_id: UUID, limit_s: int, exists: bool, caller: str, number: str, employee: str, country: str,
    *, now: datetime,
) -> None:  # fmt: skip
    if exists:
        values = {
            "caller": caller, "number": number, "employee": employee, "limit_s": limit_s, "country": country,
        }  # fmt: skip
        path = reverse("calls:call", args=[call_id])
        notify(event=EVENT, key=str(call_id), account_id=account_id, path=path, values=values, now=now)


def _keep(account_id: int, id: int, column: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE calls_toolongreview SET {column} = %s WHERE account_id = %s AND id = %s",  # noqa: S608 (names from above)
            [at, account_id, id],
        )
