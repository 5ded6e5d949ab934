"""Attended transfers that are under way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

_LAST_STEP = """
    SELECT verb, arguments ->> 'to', created_at FROM telephony_command
    WHERE pbx_id = %s AND by_id = %s AND verb IN ('attended_transfer', 'complete_transfer', 'cancel_transfer')
        AND arguments ->> 'call' = %s AND state = 'done' AND created_at > %s
    ORDER BY created_at DESC LIMIT 1
"""
_LONGEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Consultation:
    """An employee asks someone before handing over a call; `to` is the extension or number asked."""

    to: str
    since: datetime


def consultation(*, pbx_id: int, call_key: str, by: int, now: datetime) -> Consultation | None:
    """The attended transfer of this call that the employee has begun and neither completed nor taken back."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_STEP, [pbx_id, by, call_key, now - _LONGEST])
        last = cursor.fetchone()
    if last is None or last[0] != "attended_transfer":
        return None
    return Consultation(to=last[1], since=last[2])
