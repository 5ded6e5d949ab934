"""What a stream missed while it was away."""

import json
from dataclasses import dataclass

from django.db import connection

from callwright.live.queries.log import COLUMNS, OVERLAP, Logged
from callwright.live.topics import Listener

MOST_REPLAYED = 400
_OVERLAP_S = 60


@dataclass(frozen=True, slots=True)
class Missed:
    """`too_old`: the log does not reach back far enough, the page must be loaded again."""

    too_old: bool
    changes: tuple[Logged, ...] = ()


def missed_since(listener: Listener, topics: frozenset[str], since: int) -> Missed:
    """The latest change of each thing that the listener may hear of, after id `since` and shortly before it.

    Ids are given before changes are committed, so changes with an id below `since` may have become visible later.
    "Shortly before" counts from the change that was seen last, not from now: the stream may have been away for long.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT min(id) FROM live_liveevent),
                      (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM live_liveevent_id_seq)"""
        )
        oldest, newest = cursor.fetchone()
        reach = (newest + 1 if oldest is None else oldest) - 1
        if since < reach or since > newest:
            return Missed(too_old=True)
        cursor.execute(
            f"""SELECT {COLUMNS} FROM (
                    SELECT DISTINCT ON (topic, name, key) {COLUMNS} FROM live_liveevent
                    WHERE id > %s AND topic = ANY (%s) AND (id > %s OR at > (
                            SELECT at FROM live_liveevent WHERE id <= %s ORDER BY id DESC LIMIT 1
                        ) - make_interval(secs => %s))
                      AND (account_id IS NULL OR %s OR account_id = ANY (%s))
                    ORDER BY topic, name, key, id DESC
                ) AS latest ORDER BY id LIMIT %s""",  # noqa: S608
            [
                since - OVERLAP,
                sorted(topics),
                since,
                since,
                _OVERLAP_S,
                listener.accounts is None,
                sorted(listener.accounts or ()),
                MOST_REPLAYED + 1,
            ],
        )
        rows = [(*row[:5], _json(row[5])) for row in cursor.fetchall()]
    if len(rows) > MOST_REPLAYED:
        return Missed(too_old=True)
    return Missed(too_old=False, changes=tuple(Logged(*row) for row in rows))


def _json(value: object) -> object:
    """Django's connections leave jsonb as text."""
    return json.loads(value) if isinstance(value, str) else value
