"""What people did about one missed call, and the reasons from which they choose."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callwright.calls.models import FollowUpAct, FollowUpReason


@dataclass(frozen=True, slots=True)
class ActRow:
    kind: str
    at: datetime
    by: str
    to: str
    reason_code: str
    reason: str
    text: str


def acts_on(account_id: int, call_id: UUID) -> list[ActRow]:
    """What was done about the call, the latest first. For whoever may see the call."""
    acts = FollowUpAct.objects.filter(account_id=account_id, call_id=call_id).order_by("-id")
    rows = acts.values_list("kind", "at", "by__name", "to__name", "reason__code", "reason__name", "text")
    return [
        ActRow(kind, at, by or "", to or "", code or "", name or "", text)
        for kind, at, by, to, code, name, text in rows
    ]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    id: int
    code: str
    name: str


def reasons(*, retired: bool = False) -> list[ReasonRow]:
    """The reasons that are offered, in their order; `retired`: those no longer offered."""
    found = FollowUpReason.objects.filter(retired=retired).values_list("id", "code", "name")
    return [ReasonRow(*row) for row in found]
