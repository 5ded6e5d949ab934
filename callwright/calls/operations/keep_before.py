"""How calls were before records changed them, and how they are put back."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

_KEEP = """
    SELECT c.id, to_jsonb(c)::text, f.facts::text,
        (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]')::text FROM calls_leg l
         WHERE l.account_id = c.account_id AND l.call_id = c.id)
    FROM unnest(%s::bigint[], %s::uuid[]) AS w (account_id, id)
    JOIN calls_call c ON c.account_id = w.account_id AND c.id = w.id
    JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id
"""
# What people, follow-up and recordings add is not among them.
_TOLD = (
    *("source", "direction", "status", "from_number", "from_received", "from_name", "to_number", "to_received"),
    *("dialled_number", "dialled_received", "client_number", "line_id", "queue_id", "employee_id", "extension"),
    *("answered_by", "transferred_to", "rung", "started_at", "answered_at", "ended_at", "talking_since", "held_since"),
    *("ring_s", "wait_s", "hold_s", "talk_s", "hangup_by", "cause", "cause_text", "complete", "local_day"),
)


def keep_before(keys: Sequence[tuple[int, UUID]]) -> dict[UUID, dict[str, Any]]:
    """Row, facts and legs of these calls as plain JSON, by id."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [[account for account, _ in keys], [id for _, id in keys]])
        return {
            id: {"call": json.loads(row), "facts": json.loads(facts), "legs": json.loads(legs)}
            for id, row, facts, legs in cursor.fetchall()
        }


def put_back(kept: dict[str, Any]) -> None:
    """Row, facts and legs as they were; what people added to the call since stays."""
    call = kept["call"]
    with connection.cursor() as cursor:
        told = ", ".join(f"{name} = r.{name}" for name in _TOLD)
        cursor.execute(
            f"UPDATE calls_call c SET {told}"  # noqa: S608 (names from above)
            " FROM jsonb_populate_record(NULL::calls_call, %s::jsonb) AS r"
            " WHERE c.account_id = r.account_id AND c.id = r.id",
            [json.dumps(call)],
        )
        if cursor.rowcount == 0:
            cursor.execute(
                "INSERT INTO calls_call SELECT * FROM jsonb_populate_record(NULL::calls_call, %s::jsonb)",
                [json.dumps(call)],
            )
        key = [call["account_id"], call["id"]]
        cursor.execute("DELETE FROM calls_leg WHERE account_id = %s AND call_id = %s", key)
        cursor.execute("DELETE FROM calls_callfacts WHERE account_id = %s AND call_id = %s", key)
        cursor.execute(
            "INSERT INTO calls_callfacts (account_id, call_id, facts) VALUES (%s, %s, %s)",
            [*key, json.dumps(kept["facts"])],
        )
        cursor.execute(
            "INSERT INTO calls_leg SELECT * FROM jsonb_populate_recordset(NULL::calls_leg, %s::jsonb)",
            [json.dumps(kept["legs"])],
        )
