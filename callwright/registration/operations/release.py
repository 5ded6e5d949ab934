"""A supervisor releases an employee from registering a call (REG-3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from callwright.live.operations.publish import Change, publish
from callwright.staff.operations.agent_rows import hold_agents
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.operations.registration_due import settle


@dataclass
class AlreadySettled(Exception):
    """Nothing is due any more. `outcome`: registered, released (`by`: name of who did it; empty: the product, because
    nothing was asked any more), or empty where nothing was due, or nothing that the supervisor sees.
    """

    outcome: str = ""
    by: str = ""
    at: datetime | None = None


_SEEN = """(
    SELECT true FROM staff_user u WHERE u.id = %(by)s AND (
        u.all_accounts OR EXISTS (SELECT FROM staff_accountright WHERE user_id = u.id AND account_id = d.account_id)
    )
)"""
_RELEASE = f"""
    UPDATE registration_dueregistration d SET settled_at = %(now)s, outcome = 'released', released_by_id = %(by)s
    WHERE d.user_id = %(user)s AND d.settled_at IS NULL AND (%(call)s::uuid IS NULL OR d.call_id = %(call)s) AND {_SEEN}
    RETURNING d.account_id, d.call_id
"""  # noqa: S608 (from above)
_LAST = f"""
    SELECT d.outcome, coalesce(s.name, ''), d.settled_at FROM registration_dueregistration d
    LEFT JOIN staff_user s ON s.id = d.released_by_id
    WHERE d.user_id = %(user)s AND d.settled_at IS NOT NULL AND (%(call)s::uuid IS NULL OR d.call_id = %(call)s)
        AND {_SEEN}
    ORDER BY d.settled_at DESC LIMIT 1
"""  # noqa: S608 (from above)


def release(*, user_id: int, call_id: UUID | None, by: int, now: datetime) -> int:
    """Frees the employee of one call, or of all that are due (None) and that `by` sees; returns of how many. The caller
    has checked that `by` may release. Of two at once one does, the other is told who did. Raises AlreadySettled.
    """
    freed = _release(user_id, call_id, by, now)
    if not freed:
        raise _settled_before(user_id, call_id, by)  # asked when nobody waits for the agent's row any more
    return freed


@transaction.atomic
def _release(user_id: int, call_id: UUID | None, by: int, now: datetime) -> int:
    hold_agents([user_id])
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, {"user": user_id, "call": call_id, "by": by, "now": now})
        freed = sorted(cursor.fetchall())
    for account_id, released in freed:
        record_audit(
            action="registration_released", subject=f"call:{released}", by=by, account_id=account_id,
            detail={"employee_id": user_id}, now=now,
        )  # fmt: skip
        settle(user_id=user_id, call_id=released, now=now)
        data = {"by": by}
        topics = ("calls", f"desk:{user_id}")
        publish([Change(topic, "released", str(released), account_id, data) for topic in topics], now=now)
    return len(freed)


def _settled_before(user_id: int, call_id: UUID | None, by: int) -> AlreadySettled:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"user": user_id, "call": call_id, "by": by})
        return AlreadySettled(*(cursor.fetchone() or ()))
