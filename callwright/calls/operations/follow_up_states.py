"""Works out the states of missed calls anew and writes those that changed: for the worker and for people's acts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from callwright.accounts.queries.hours import calendars
from callwright.calls.follow_up import CALLS_FOR_FOLLOW_UP, Act, Later, Missed, Outcome, outcome
from callwright.calls.models import FollowUpAct
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import uuid7_floor
from callwright.live.operations.publish import Change, publish
from callwright.telephony.queries.queues import call_back_limits

LONGEST_CALL = timedelta(hours=4)
"""A call may have begun so long before the missed one and become a conversation after it."""

MOST_ATTEMPTS = 32_767


@dataclass(frozen=True, slots=True)
class Case:
    """A missed call as its row is now."""

    id: UUID
    account_id: int
    contact_id: int | None
    number: str
    queue_id: int | None
    direction: str
    status: str
    started_at: datetime
    ended_at: datetime
    state: str
    due_at: datetime | None
    settled_at: datetime | None
    by_call: UUID | None
    attempts: int

    @property
    def client(self) -> tuple[int, int | None, str]:
        return self.account_id, self.contact_id, self.number

    @property
    def can_be_called(self) -> bool:
        return self.contact_id is not None or self.number != ""


def work_out(notes: Sequence[Note], *, now: datetime) -> int:
    """The states of all missed calls that the notes concern, in the caller's transaction; returns how many changed.

    A row that somebody changed since it was read is left alone: whoever did so left a note of their own. One that
    somebody is writing is noted again: nobody is waited for who may be waiting for us.
    """
    cases = _cases(notes)
    if not cases:
        return 0
    due, calls, acts = _due(cases), _later(cases), _acts(cases)
    changed = []
    for case in cases:
        missed = Missed(case.direction, case.status, case.started_at, due[case.id])
        found = outcome(missed, calls[case.client], acts[case.id])
        if (row := _changed(case, found, due[case.id])) is not None:
            changed.append(row)
    return _write(changed, now) if changed else 0


def _cases(notes: Sequence[Note]) -> list[Case]:
    values: dict[str, Any] = {"changed": _json(notes), "missed": sorted(CALLS_FOR_FOLLOW_UP)}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("follow_up_cases.sql"), values)
        return [Case(*row) for row in cursor.fetchall()]


def _due(cases: Iterable[Case]) -> dict[UUID, datetime | None]:
    """Until when each should be called back: worked out once, so that new hours do not rewrite the past."""
    due = {case.id: case.due_at for case in cases}
    new = [case for case in cases if case.due_at is None and case.can_be_called]
    if new:
        kept = calendars(case.account_id for case in new)
        limits = call_back_limits({case.queue_id for case in new if case.queue_id is not None})
        for case in new:
            calendar = kept[case.account_id]
            due[case.id] = calendar.call_back_due_at(case.ended_at, limits.get(case.queue_id or 0))
    return due


def _later(cases: Iterable[Case]) -> dict[tuple[int, int | None, str], list[Later]]:
    first: dict[tuple[int, int | None, str], datetime] = {}
    for case in cases:
        if case.can_be_called:
            first[case.client] = min(first.get(case.client, case.started_at), case.started_at)
    clients = list(first)
    rows = [
        {"n": n, "account_id": account_id, "contact_id": contact_id, "number": number,
         "low": uuid7_floor(first[account_id, contact_id, number] - LONGEST_CALL)}
        for n, (account_id, contact_id, number) in enumerate(clients)
    ]  # fmt: skip
    found: dict[tuple[int, int | None, str], list[Later]] = defaultdict(list)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(named_sql("follow_up_later.sql"), {"clients": _json(rows)})
            for n, *call in cursor:
                found[clients[n]].append(Later(*call))
    return found


_ACTS = """
    SELECT a.call_id, a.kind, a.at, a.counts_at, a.refused_until
    FROM jsonb_to_recordset(%s::jsonb) AS r (account_id bigint, id uuid)
    CROSS JOIN LATERAL (
        SELECT * FROM calls_followupact
        WHERE account_id = r.account_id AND call_id = r.id AND kind = ANY(%s) OFFSET 0
    ) AS a
    ORDER BY a.id
"""
_WORDS = [FollowUpAct.Kind.CLOSED.value, FollowUpAct.Kind.COUNTED.value, FollowUpAct.Kind.REOPENED.value]


def _acts(cases: Iterable[Case]) -> dict[UUID, list[Act]]:
    found: dict[UUID, list[Act]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ACTS, [_json([{"account_id": case.account_id, "id": case.id} for case in cases]), _WORDS])
        for call_id, *act in cursor:
            found[call_id].append(Act(*act))
    return found


def _changed(case: Case, found: Outcome, due_at: datetime | None) -> dict[str, Any] | None:
    """What is to be written of a case, or None where its row says so already."""
    if not found.state:
        due_at = None
    attempts = min(found.attempts, MOST_ATTEMPTS)
    new = (found.state.value, due_at, found.at, found.by_call, attempts)
    if new == (case.state, case.due_at, case.settled_at, case.by_call, case.attempts):
        return None
    return {
        "account_id": case.account_id, "id": case.id, "state": new[0], "due_at": due_at, "at": found.at,
        "by_call": found.by_call, "attempts": attempts, "was": case.state, "was_at": case.settled_at,
        "was_status": case.status,
    }  # fmt: skip


_HOLD = """
    SELECT c.id FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (account_id bigint, id uuid)
    JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.id
    WHERE c.id >= %(low)s AND c.id <= %(high)s
    ORDER BY c.id
    FOR NO KEY UPDATE OF c SKIP LOCKED
"""
_AGAIN = timedelta(milliseconds=500)
_WRITE = """
    UPDATE calls_call c SET follow_up = r.state, follow_up_due_at = r.due_at, follow_up_at = r.at,
        follow_up_call_id = r.by_call, attempts = r.attempts, updated_at = %(now)s
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
        account_id bigint, id uuid, state text, due_at timestamptz, at timestamptz, by_call uuid, attempts smallint,
        was text, was_at timestamptz, was_status text)
    WHERE c.account_id = r.account_id AND c.id = r.id AND c.id >= %(low)s AND c.id <= %(high)s
      AND c.follow_up = r.was AND c.follow_up_at IS NOT DISTINCT FROM r.was_at AND c.status = r.was_status
    RETURNING c.id, c.account_id, r.was, c.follow_up
"""
MOST_TOLD = 200
"""Beyond so many changes at once (after an import) open pages are told to read all again."""


def _write(rows: Sequence[dict[str, Any]], now: datetime) -> int:
    ids = [row["id"] for row in rows]
    bounds: dict[str, Any] = {"low": min(ids), "high": max(ids)}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {**bounds, "rows": _json([{"account_id": r["account_id"], "id": r["id"]} for r in rows])})
        held = {id for (id,) in cursor.fetchall()}
        cursor.execute(_WRITE, {**bounds, "rows": _json([row for row in rows if row["id"] in held]), "now": now})
        written = cursor.fetchall()
    busy = [Note(row["account_id"], now, row["id"]) for row in rows if row["id"] not in held]
    note_clients(busy, not_before=now + _AGAIN)
    changes = [
        Change("calls", "follow_up", str(id), account_id, {"was": was, "state": state})
        for id, account_id, was, state in written
    ]
    # the number beside the navigation, which hundreds of pages show, hears of an account once
    numbers = [Change("missed", "changed", account_id=account) for account in sorted({row[1] for row in written})]
    much = [Change("calls", "follow_ups"), Change("missed", "changed")]
    publish(much if len(changes) > MOST_TOLD else [*changes, *desks_told(written), *numbers], now=now)
    return len(written)


# Desks hear of their own missed calls alone: hundreds of them listen.
_DESKS = """
    SELECT DISTINCT d.employee_id, r.account_id, r.id
    FROM jsonb_to_recordset(%s::jsonb) AS r (account_id bigint, id uuid)
    CROSS JOIN LATERAL (
        SELECT employee_id FROM calls_leg
        WHERE account_id = r.account_id AND call_id = r.id AND employee_id IS NOT NULL
        UNION
        SELECT assigned_to_id FROM calls_call
        WHERE account_id = r.account_id AND id = r.id AND assigned_to_id IS NOT NULL
    ) AS d
"""


def desks_told(calls: Iterable[Sequence[Any]]) -> list[Change]:
    """For the desks at which these calls (id, account, …) rang, or whose employees are to call back."""
    rows = [{"id": id, "account_id": account_id} for id, account_id, *_ in calls]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DESKS, [_json(rows)])
        return [Change(f"desk:{user}", "follow_up", str(id), account) for user, account, id in cursor]


def _json(rows: Any) -> str:
    return msgspec.json.encode(rows).decode()
