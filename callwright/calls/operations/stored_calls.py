"""Reading and writing whole calls: row, legs and facts, many at once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from callwright.calls.facts import CallState, decode_facts
from callwright.calls.operations.call_locks import lock_calls
from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.follow_up_removal import move_acts
from callwright.calls.operations.note_moves import move_notes
from callwright.calls.operations.too_long_moves import move_review
from callwright.kit.identity import uuid7_floor

Key = tuple[int, str]
"""A call as its PBX knows it: (pbx id, the PBX's key)."""

# A call's events lie within this span of one another: the longest conference, the latest repair.
_BEFORE, _AFTER = timedelta(days=7), timedelta(days=2)


@dataclass(slots=True)
class Stored:
    """A call in the database; `employees` who sat at its legs' extensions, `employee_id` at the one that it names."""

    account_id: int
    id: UUID
    line_id: int | None
    queue_id: int | None
    contact_id: int | None
    category_id: int | None
    employee_id: int | None
    local_day: date
    state: CallState
    employees: dict[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What people said of a call whose row is written anew elsewhere."""

    account_id: int
    id: UUID
    marker_id: int | None
    comment: str


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def lock_and_load(
    keys: Sequence[Key], *, between: tuple[datetime, datetime], late: Iterable[tuple[int, datetime]] = ()
) -> dict[Key, Stored]:
    """The stored calls of `keys`, whose events lie between the two times, as they are once nobody else writes them.

    One writer per call: holds the keys until the transaction ends. `late`: PBX and time of beginnings told late.
    """
    lock_calls(keys, hours=late)
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("load_calls.sql"),
            {
                "calls": _json([{"pbx_id": pbx_id, "pbx_key": key} for pbx_id, key in keys]),
                "low": uuid7_floor(between[0] - _BEFORE),
                "high": uuid7_floor(between[1] + _AFTER),
            },
        )
        return {
            (row[0], row[1]): Stored(*(*row[2:-2], decode_facts(row[-2]), json.loads(row[-1] or "{}")))
            for row in cursor.fetchall()
        }


def save(
    *,
    calls: Sequence[dict[str, Any]],
    legs: Sequence[dict[str, Any]],
    facts: Sequence[tuple[int, UUID, CallState]],
    now: datetime,
) -> None:
    """Writes calls with legs and facts."""
    rows = [{"account_id": account, "call_id": id, "facts": state} for account, id, state in facts]
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("write_calls.sql"), {"calls": _json(calls), "facts": _json(rows), "legs": _json(legs), "now": now}
        )


def remove(calls: Iterable[Stored]) -> list[Kept]:
    """Takes calls out, with their legs and facts: they became part of another, or their rows are written anew."""
    return [
        Kept(call.account_id, id, marker_id, comment)
        for call in calls
        for id, marker_id, comment in delete_rows(account_id=call.account_id, ids=[call.id])
    ]


def hand_over(kept: Kept, *, account_id: int, id: UUID) -> None:
    """Gives what people said of a call (notes, marker, comment, review) to the call that took its place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_call SET marker_id = coalesce(marker_id, %s), comment = concat_ws(E'\\n',"
            " nullif(comment, ''), nullif(%s, '')) WHERE account_id = %s AND id = %s",
            [kept.marker_id, kept.comment, account_id, id],
        )
    move_notes(from_account=kept.account_id, from_call=kept.id, account_id=account_id, id=id)
    move_acts(from_account=kept.account_id, from_call=kept.id, account_id=account_id, id=id)
    move_review(from_account=kept.account_id, from_call=kept.id, account_id=account_id, id=id)


def remove_legs(calls: Iterable[Stored]) -> None:
    """Takes the legs of calls out that are told anew: the records may know them under other keys."""
    with connection.cursor() as cursor:
        for call in calls:
            cursor.execute("DELETE FROM calls_leg WHERE account_id = %s AND call_id = %s", [call.account_id, call.id])


def _json(rows: Sequence[Any]) -> str:
    return msgspec.json.encode(rows).decode()
