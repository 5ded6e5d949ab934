"""Writes the audit log: in the transaction of the act itself, so that neither stands without the other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.kit.identity import uuid7_now
from callwright.staff.models import AuditEntry, User


def record_audit(
    *,
    action: str,
    subject: str,
    by: int | None,
    account_id: int | None = None,
    detail: dict[str, Any] | None = None,
    address: str = "",
    now: datetime,
) -> UUID:
    """One entry: `action` is a code ("recording_played"), `subject` the record's kind and id ("call:0193…"), `by` the
    user, None for the product itself. `detail` must not hold what the entry outlives: no numbers of erased persons.
    """
    name = User.objects.filter(pk=by).values_list("name", flat=True).first() if by is not None else ""
    entry = AuditEntry(
        id=uuid7_now(now),
        at=now,
        by_id=by,
        by_name=name or "",
        action=action,
        account_id=account_id,
        subject=subject[:200],
        detail=detail or {},
        address=address[:45],
    )
    entry.save(force_insert=True)
    return entry.id
