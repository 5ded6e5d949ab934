"""All calls that go on at this moment, for whoever works out what many people watch."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import uuid7_floor
from callwright.staff.queries.rights import Viewer, account_scope

_LONGEST_CALL = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class LiveCall:
    """`waits_since`: since when the caller waits in the queue; None for those who do not."""

    id: UUID
    account_id: int
    account: str
    pbx_id: int | None
    direction: str
    status: str
    client_number: str
    contact: str
    queue_id: int | None
    started_at: datetime
    talking_since: datetime | None
    held_since: datetime | None
    employee_id: int | None
    home_country: str
    waits_since: datetime | None


def live_calls(*, now: datetime) -> list[LiveCall]:
    """Of all accounts, the oldest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("live_now.sql"), {"floor": uuid7_floor(now - _LONGEST_CALL)})
        return [LiveCall(*(*columns, _waits_since(queues))) for *columns, queues in cursor.fetchall()]


def _waits_since(queues: str | None) -> datetime | None:
    """From the visits to queues as they are kept (`facts.QueueVisit`): the last one that was begun and not left."""
    if not queues:
        return None
    visits = json.loads(queues).values()
    open_visits = [visit["joined"][-1] for visit in visits if len(visit.get("joined", ())) > len(visit.get("left", ()))]
    return datetime.fromisoformat(max(open_visits)) if open_visits else None


@dataclass(frozen=True, slots=True)
class LiveLeg:
    """The agent's part in a call that goes on, in the PBX's words. `leg` is empty for who made the call."""

    call_id: UUID
    account_id: int
    pbx_id: int
    pbx_key: str
    leg: str
    extension: str
    is_talking: bool
    is_held: bool


_LEG = """
    SELECT c.id, c.account_id, c.pbx_id, c.pbx_key, coalesce(l.pbx_key, ''), coalesce(l.party, c.extension),
        c.talking_since IS NOT NULL, c.held_since IS NOT NULL
    FROM calls_call c
    LEFT JOIN calls_leg l ON l.account_id = c.account_id AND l.call_id = c.id AND l.employee_id = %(agent)s
        AND l.answered_at IS NOT NULL AND l.ended_at IS NULL
    WHERE c.id = %(call)s AND c.ended_at IS NULL AND c.pbx_id IS NOT NULL
        -- Of an inbound call the PBX's own key is the client's channel: whoever has no leg there has no part in it.
        AND (l.id IS NOT NULL OR c.employee_id = %(agent)s AND c.direction <> 'inbound')
        AND (%(all_accounts)s OR c.account_id IN (SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s))
    ORDER BY l.position DESC NULLS LAST LIMIT 1
"""


def live_leg(viewer: Viewer, *, call_id: UUID, agent_id: int) -> LiveLeg | None:
    """The agent's part in the call, if the viewer may see its account; one query."""
    values: dict[str, Any] = {"call": call_id, "agent": agent_id, **account_scope(viewer)}
    with connection.cursor() as cursor:
        cursor.execute(_LEG, values)
        row = cursor.fetchone()
    return LiveLeg(*row) if row else None
