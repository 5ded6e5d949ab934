"""What is due of whom at this moment, for the worker, which looks that nobody is held for nothing (REG-3)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from callwright.registration.queries.named import named_sql
from callwright.staff.ports import CallPlace
from callwright.staff.rules import RIGHTS_OF_ROLE

ROLES = [role for role, rights in RIGHTS_OF_ROLE.items() if {"register_calls", "use_desk"} <= rights]
"""Of whom calls can be due."""


@dataclass(frozen=True, slots=True)
class DueNow:
    """A call for which an employee is held, or should be. `is_due`: otherwise they are held for nothing; `place`: None
    where the call is gone; `may_register`: they could; `in_step`: the agent's state says the same.
    """

    user_id: int
    account_id: int | None
    call_id: UUID
    is_due: bool
    place: CallPlace | None
    is_registered: bool
    may_register: bool
    in_step: bool


def due_now() -> list[DueNow]:
    """All of them, those that are due for the longest time first."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("due_now.sql"), {"roles": ROLES})
        return [_read(*row) for row in cursor.fetchall()]


def _read(
    user_id: int, account_id: int | None, call_id: UUID, direction: str | None, queue_id: int | None,
    is_registered: bool, may_register: bool | None, is_held: bool,
) -> DueNow:  # fmt: skip
    is_due = account_id is not None
    place = CallPlace(queue_id, account_id, direction) if direction is not None else None
    return DueNow(
        user_id, account_id, call_id, is_due, place, is_registered, bool(may_register), in_step=is_due and is_held
    )


def due_calls(user_id: int) -> list[UUID]:
    """The calls that are due of an employee, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT call_id FROM registration_dueregistration WHERE user_id = %s AND settled_at IS NULL"
            " ORDER BY at, id",
            [user_id],
        )
        return [call_id for (call_id,) in cursor.fetchall()]
