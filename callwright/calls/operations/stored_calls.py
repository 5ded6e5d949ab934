"""Reading and writing whole calls: row, legs and facts, many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from callwright.calls.facts import CallState, decode_facts
from callwright.kit.identity import uuid7_floor

Key = tuple[int, str]
"""A call as its PBX knows it: (pbx id, the PBX's key)."""

# A call's events lie within this span of one another: the longest conference, the latest repair.
_BEFORE, _AFTER = timedelta(days=7), timedelta(days=2)


@dataclass(slots=True)
class Stored:
    """A call in the database."""

    account_id: int
    id: UUID
    contact_id: int | None
    category_id: int | None
    state: CallState


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def lock_keys(keys: Iterable[Key]) -> None:
    """One writer per call: holds the keys until the transaction ends. Taken in one order, so nobody waits in a ring."""
    names = sorted(f"{pbx_id}:{key}" for pbx_id, key in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM"
            " (SELECT DISTINCT hashtextextended(n, 7) AS k FROM unnest(%s::text[]) AS t (n) ORDER BY k) AS ordered",
            [names],
        )


def load(keys: Sequence[Key], *, between: tuple[datetime, datetime]) -> dict[Key, Stored]:
    """The stored calls of `keys`, whose events lie between the two times."""
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("load_calls.sql"),
            {
                "pbxs": [pbx_id for pbx_id, _ in keys],
                "keys": [key for _, key in keys],
                "low": uuid7_floor(between[0] - _BEFORE),
                "high": uuid7_floor(between[1] + _AFTER),
            },
        )
        return {
            (pbx_id, key): Stored(account_id, id, contact_id, category_id, decode_facts(facts))
            for pbx_id, key, account_id, id, contact_id, category_id, facts in cursor
        }


def save(
    *,
    calls: Sequence[dict[str, Any]],
    legs: Sequence[dict[str, Any]],
    facts: Sequence[tuple[int, UUID, CallState]],
    now: datetime,
) -> list[tuple[UUID, str, int | None]]:
    """Writes calls with legs and facts. Returns (call, party, employee) of each leg, as it now stands."""
    with connection.cursor() as cursor:
        cursor.execute(_sql("write_calls.sql"), {"rows": _json(calls), "now": now})
        rows = [{"account_id": account, "call_id": id, "facts": state} for account, id, state in facts]
        cursor.execute(_sql("write_facts.sql"), {"rows": _json(rows)})
        if not legs:
            return []
        cursor.execute(_sql("write_legs.sql"), {"rows": _json(legs)})
        return list(cursor)


def remove(calls: Iterable[Stored]) -> None:
    """Takes calls out that became part of another, with their legs and facts."""
    with connection.cursor() as cursor:
        for call in calls:
            cursor.execute("DELETE FROM calls_call WHERE account_id = %s AND id = %s", [call.account_id, call.id])


def remove_legs(calls: Iterable[Stored]) -> None:
    """Takes the legs of calls out that are told anew: the records may know them under other keys."""
    with connection.cursor() as cursor:
        for call in calls:
            cursor.execute("DELETE FROM calls_leg WHERE account_id = %s AND call_id = %s", [call.account_id, call.id])


def _json(rows: Sequence[Any]) -> str:
    return msgspec.json.encode(rows).decode()
