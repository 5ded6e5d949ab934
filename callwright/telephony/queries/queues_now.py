"""All queues with their members, and the PBXs behind them, as they stand now; for the floor, which sees all at once."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class QueueState:
    """`members`: extension to whether it is paused there. `account_id` None: a queue of no one account."""

    id: int
    pbx_id: int
    label: str
    account_id: int | None
    members: dict[str, bool]


@dataclass(frozen=True, slots=True)
class PbxState:
    """`away_since`: since when nothing is heard from it; None while it is linked, or is linked by nobody's wish."""

    id: int
    name: str
    away_since: datetime | None
    takes_orders: bool


_QUEUES = """
    SELECT q.id, q.pbx_id, coalesce(nullif(q.label, ''), q.name), q.account_id,
        coalesce((SELECT json_object_agg(m.extension, m.paused) FROM telephony_queuemember m WHERE m.queue_id = q.id),
            '{}')::text
    FROM telephony_queue q
    ORDER BY 3, 1
"""


def queues_now() -> list[QueueState]:
    """All queues by name; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES)
        return [
            QueueState(id, pbx_id, label, account_id, json.loads(members))
            for id, pbx_id, label, account_id, members in cursor.fetchall()
        ]


_PBXS = """
    SELECT id, name, CASE WHEN enabled AND kind = 'asterisk' AND state <> 'up' THEN coalesce(state_at, now()) END,
        kind = 'asterisk'
    FROM telephony_pbx ORDER BY name, id
"""


def pbxs_now() -> list[PbxState]:
    """All PBXs by name; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PBXS)
        return [PbxState(*row) for row in cursor.fetchall()]
