"""Says that something changed, so that open pages read it again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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


_INSERT = """
    WITH added AS (
        INSERT INTO live_liveevent (topic, name, key, account_id, data, at)
        SELECT t.topic, t.name, t.key, t.account_id, t.data::jsonb, %s
        FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])
            AS t (topic, name, key, account_id, data)
        RETURNING id
    )
    SELECT pg_notify(%s, min(id) || '-' || max(id)) FROM added
"""


def publish(changes: Sequence[Change], *, now: datetime) -> None:
    """Appends the changes to the live log in the caller's transaction, with one NOTIFY for all of them.

    The NOTIFY reaches listeners when the transaction commits; its payload is the first and last id of the batch.
    Ids of one batch need not be consecutive: other batches may lie between them, and a listener may read those early
    or twice, which is harmless, since a change only says "read this again".
    """
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                now,
                [change.topic for change in changes],
                [change.name for change in changes],
                [change.key for change in changes],
                [change.account_id for change in changes],
                [json.dumps(change.data) for change in changes],
                CHANNEL,
            ],
        )
