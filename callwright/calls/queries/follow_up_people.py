"""Who may follow up the missed calls of an account, and who speaks with a client at this moment."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from callwright.kit.identity import uuid7_floor
from callwright.staff.rules import RIGHTS_OF_ROLE

_LONGEST_CALL = timedelta(hours=4)
_ROLES = sorted(role for role, rights in RIGHTS_OF_ROLE.items() if "follow_up_calls" in rights)
_PEOPLE = """
    SELECT u.id, u.name FROM staff_user u
    WHERE u.is_active AND u.role = ANY(%(roles)s) AND (u.all_accounts OR EXISTS (
        SELECT FROM staff_accountright r WHERE r.user_id = u.id AND r.account_id = %(account)s))
    ORDER BY u.name, u.id
"""


def people_who_follow_up(account_id: int) -> list[tuple[int, str]]:
    """(id, name) of everyone who may call back the callers of an account."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"roles": _ROLES, "account": account_id})
        return list(cursor.fetchall())


_TALKING = """
    SELECT coalesce(u.name, c.extension) FROM calls_call c LEFT JOIN staff_user u ON u.id = c.employee_id
    WHERE reverse(c.client_number) = reverse(%(number)s) AND c.account_id = %(account)s AND c.id >= %(low)s
      AND c.ended_at IS NULL AND c.direction <> 'internal' AND c.employee_id IS DISTINCT FROM %(not_by)s
    ORDER BY c.id DESC LIMIT 1
"""


def on_the_line_with(account_id: int, number: str, *, not_by: int, now: datetime) -> str | None:
    """The name of who else has the number ringing or on the line at this moment; None for nobody."""
    values: dict[str, Any] = {
        "number": number,
        "account": account_id,
        "not_by": not_by,
        "low": uuid7_floor(now - _LONGEST_CALL),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TALKING, values)
        row = cursor.fetchone()
    return row[0] if row else None
