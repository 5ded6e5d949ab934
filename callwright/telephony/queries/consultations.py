"""Attended transfers that are under way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callwright.telephony.models import Command

_STEPS = ("attended_transfer", "complete_transfer", "cancel_transfer")
_LONGEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Consultation:
    """An employee asks someone before handing over a call; `to` is the extension or number asked."""

    to: str
    since: datetime


def consultation(*, pbx_id: int, call_key: str, by: int, now: datetime) -> Consultation | None:
    """The attended transfer of this call that the employee has begun and neither completed nor taken back."""
    steps = Command.objects.filter(
        pbx_id=pbx_id,
        by_id=by,
        verb__in=_STEPS,
        arguments__call=call_key,
        state=Command.State.DONE,
        created_at__gt=now - _LONGEST,
    )
    last = steps.order_by("-created_at").first()
    if last is None or last.verb != "attended_transfer":
        return None
    return Consultation(to=str(last.arguments["to"]), since=last.created_at)
