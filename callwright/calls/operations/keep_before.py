"""How calls were before records changed them, and how they are put back."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.stored_calls import Kept, hand_over

_KEEP = """
    SELECT c.id, to_jsonb(c)::text, f.facts::text,
        (SELECT coalesce(jsonb_agg(to_jsonb(l)), '[]')::text FROM calls_leg l
         WHERE l.account_id = c.account_id AND l.call_id = c.id)
    FROM unnest(%s::bigint[], %s::uuid[]) AS w (account_id, id)
    JOIN calls_call c ON c.account_id = w.account_id AND c.id = w.id
    JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id
"""
# What follows from the facts alone. What people, follow-up and recordings add is not among them.
_TOLD = (
    *("source", "direction", "status", "from_number", "from_received", "from_name", "to_number", "to_received"),
    *("dialled_number", "dialled_received", "client_number", "line_id", "queue_id", "employee_id", "extension"),
    *("answered_by", "transferred_to", "rung", "started_at", "answered_at", "ended_at", "talking_since", "held_since"),
    *("ring_s", "wait_s", "hold_s", "talk_s", "hangup_by", "cause", "cause_text", "complete", "local_day"),
)
_LATER = {"sealed": False}  # columns that were not there yet when the first calls were kept
# A contact that somebody chose since stays.
_FOUND = ("contact_id", "category_id")
# Tables to which a call refers, by the column that does so, and what is asked for beside the number.
_REFERENCES = {
    "line_id": ("accounts_line", ""),
    "queue_id": ("telephony_queue", ""),
    "contact_id": ("contacts_contact", " AND account_id = %(account)s"),
    "category_id": ("contacts_category", ""),
    "marker_id": ("calls_marker", ""),
    "user_id": ("staff_user", ""),
}
_USERS = ("employee_id", "assigned_to_id")
_THERE = " UNION ALL ".join(
    f"SELECT '{name}', id FROM {table} WHERE id = ANY(%({name})s){more}"  # noqa: S608 (names from above)
    for name, (table, more) in _REFERENCES.items()
)
_MARKS = """
    SELECT c.id, c.account_id, md5(f.facts::text), c.contact_id, c.category_id FROM calls_call c
    LEFT JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id AND f.call_id BETWEEN %s AND %s
    WHERE c.id = ANY(%s) AND c.id BETWEEN %s AND %s
"""


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


def marks_of(ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, dict[str, Any]]:
    """What tells whether a call has changed, by id: its account, a digest of its facts (None: it has none any more) and
    its contact. Not what the worker writes beside them. `lock`: nobody changes the calls until the transaction ends.
    """
    wanted = sorted(ids)
    if not wanted:
        return {}
    span = [wanted[0], wanted[-1]]
    with connection.cursor() as cursor:
        cursor.execute(_MARKS + (" ORDER BY c.id FOR UPDATE OF c" if lock else ""), [*span, wanted, *span])
        return {
            id: {"account": account, "facts": facts, "contact_id": contact, "category_id": category}
            for id, account, facts, contact, category in cursor.fetchall()
        }


def put_back(kept: dict[str, Any], *, left: dict[str, Any] | None, is_now: dict[str, Any] | None) -> None:
    """Row, facts and legs as they were; what people added to the call since stays. `left`: the marks of the call after
    the records had changed it, `is_now`: its marks as it is; None where it is no more. Its month is there.
    """
    call, legs = _without_what_is_gone(kept)
    has_moved = is_now is not None and is_now["account"] != call["account_id"]
    said = _taken_out(call, is_now) if has_moved and is_now is not None else []
    with connection.cursor() as cursor:
        if is_now is None or has_moved:
            cursor.execute(
                "INSERT INTO calls_call SELECT * FROM jsonb_populate_record(NULL::calls_call, %s::jsonb)",
                [json.dumps({**_LATER, **call})],
            )
        else:
            found = [name for name in _FOUND if left is not None and left[name] == is_now[name]]
            told = ", ".join(f"{name} = r.{name}" for name in (*_TOLD, *found))
            cursor.execute(
                f"UPDATE calls_call c SET {told}"  # noqa: S608 (names from above)
                " FROM jsonb_populate_record(NULL::calls_call, %s::jsonb) AS r"
                " WHERE c.account_id = r.account_id AND c.id = r.id",
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
            [json.dumps(legs)],
        )
    for one in said:
        hand_over(one, account_id=call["account_id"], id=UUID(call["id"]))


def _without_what_is_gone(kept: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Row and legs; of lines, queues, contacts and people that were removed since they tell no more than rows that
    were there when it happened.
    """
    call, legs = kept["call"], kept["legs"]
    asked: dict[str, Any] = {name: [call.get(name)] for name in _REFERENCES}
    asked["user_id"] = [call.get(name) for name in _USERS] + [leg["employee_id"] for leg in legs]
    with connection.cursor() as cursor:
        cursor.execute(_THERE, {"account": call["account_id"], **asked})
        there = set(cursor.fetchall())
    gone = {name: None for name in _REFERENCES if name in call and (name, call[name]) not in there}
    gone |= {name: None for name in _USERS if ("user_id", call.get(name)) not in there}
    told = [leg if ("user_id", leg["employee_id"]) in there else {**leg, "employee_id": None} for leg in legs]
    return {**call, **gone}, told


def _taken_out(call: dict[str, Any], after: dict[str, Any]) -> list[Kept]:
    """The row that the call has in the account to which it moved; what people said of it there goes with it."""
    gone = delete_rows(account_id=after["account"], ids=[UUID(call["id"])])
    # what was there before it moved is in `call` already
    return [
        Kept(after["account"], id, None if marker == call["marker_id"] else marker, _more(comment, call["comment"]))
        for id, marker, comment in gone
    ]


def _more(comment: str, before: str) -> str:
    return "" if comment == before else comment.removeprefix(before).lstrip("\n") if before else comment
