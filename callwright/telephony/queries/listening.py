"""Which agents' calls supervisors listen to at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.telephony.models import Listening

LONGEST = timedelta(hours=12)
"""Of what began longer ago, the end was never heard."""


@dataclass(frozen=True, slots=True)
class ListeningNow:
    """`began_at` None: the supervisor's phone still rings. `by_name`: as it is now."""

    id: UUID
    by_id: int | None
    by_name: str
    pbx_id: int
    agent_id: int | None
    account_id: int | None
    call_id: UUID
    mode: str
    is_shown: bool
    asked_at: datetime
    began_at: datetime | None
    stop_asked_at: datetime | None


_ALL = """
    SELECT l.command_id, l.by_id, coalesce(u.name, ''), c.pbx_id, l.agent_id, l.account_id, l.call_id, l.mode,
        l.is_shown, l.asked_at, l.began_at, l.stop_asked_at
    FROM telephony_listening l
    JOIN telephony_command c ON c.id = l.command_id
    LEFT JOIN staff_user u ON u.id = l.by_id
"""
_NOW = f"""
    {_ALL}
    WHERE l.ended_at IS NULL AND l.asked_at > %(since)s AND (%(agent)s::bigint IS NULL OR l.agent_id = %(agent)s)
    ORDER BY l.asked_at, l.command_id
"""


def listening_now(*, now: datetime, agent_id: int | None = None) -> list[ListeningNow]:
    """All that goes on, or what goes on with one agent's calls; one query."""
    values: dict[str, Any] = {"since": now - LONGEST, "agent": agent_id}
    with connection.cursor() as cursor:
        cursor.execute(_NOW, values)
        return [ListeningNow(*row) for row in cursor.fetchall()]


def listening_of(id: UUID) -> ListeningNow | None:
    """One that goes on or is over, as long as it is known; one query."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_ALL} WHERE l.command_id = %s", [id])
        row = cursor.fetchone()
    return ListeningNow(*row) if row else None


def open_listenings(pbx_id: int, *, before: datetime) -> list[str]:
    """The ids of those at a PBX that were asked for before this moment and whose end was not heard; one query."""
    rows = Listening.objects.filter(command__pbx_id=pbx_id, ended_at=None, asked_at__lt=before)
    return [str(id) for id in rows.values_list("pk", flat=True)]
