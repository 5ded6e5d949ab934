"""Says that something changed, so that open pages read it again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

CHANNEL = "callwright_live"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed: `topic` decides who hears of it (see `live.topics`), `key` is the id of the thing that changed.

    `account_id` limits the change to those who may see that account; None is for everyone who may hear the topic.
    """

    topic: str
    name: str
    key: str = ""
    account_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


_gathered: ContextVar[list[dict[str, Any]] | None] = ContextVar("gathered", default=None)

_INSERT = """
    WITH added AS (
        INSERT INTO live_liveevent (topic, name, key, account_id, data, at)
        SELECT topic, name, key, account_id, data, at
        FROM jsonb_to_recordset(%s::jsonb)
            AS t (topic text, name text, key text, account_id bigint, data jsonb, at timestamptz)
        RETURNING id, topic, name, key, account_id, data
    )
    -- A payload may have 8 000 bytes.
    SELECT pg_notify(%s, CASE WHEN octet_length(told) < 7900 THEN told ELSE span END)
    FROM (
        SELECT json_agg(json_build_array(id, topic, name, key, account_id, data) ORDER BY id)::text AS told,
            min(id) || '-' || max(id) AS span
        FROM added
    ) AS batch
"""


def publish(changes: Sequence[Change], *, now: datetime) -> None:
    """Appends the changes to the live log in the caller's transaction, with one NOTIFY for all of them.

    The NOTIFY reaches listeners when the transaction commits; its payload is the changes themselves, or where they are
    too many the first and last id of the batch, which are then read from the log. Ids of one batch need not be
    consecutive: other batches may lie between them, and a listener may read those early or twice, which is harmless,
    since a change only says "read this again".
    """
    rows = [
        {"topic": c.topic, "name": c.name, "key": c.key, "account_id": c.account_id, "data": c.data, "at": now}
        for c in changes
    ]
    gathered = _gathered.get()
    if gathered is None:
        _write(rows)
    else:
        gathered += rows


@contextmanager
def published_together() -> Iterator[None]:
    """What is published inside is written when the block ends, by one statement; nothing where the block raises.

    The block lies within one transaction.
    """
    rows: list[dict[str, Any]] = []
    before = _gathered.set(rows)
    try:
        yield
    finally:
        _gathered.reset(before)
    _write(rows)


def _write(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [msgspec.json.encode(rows).decode(), CHANNEL])
