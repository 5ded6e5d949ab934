"""Keeps what the PBX says of its queues: who is a member, who is paused, how many callers wait.

Written for a PBX's whole list at once: after a gap it names every member of every queue.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from callwright.live.operations.publish import Change, publish
from callwright.telephony.events import AgentStateChanged, QueueChanged
from callwright.telephony.operations.ensure_queues import QueueFacts, ensure_queues
from callwright.telephony.queries.pbxs import PbxFacts, pbxs_by_slug


@dataclass(frozen=True, slots=True)
class Membership:
    """An extension over all queues of its PBX."""

    pbx_id: int
    extension: str
    in_queues: int
    paused_in: int
    reason: str


_ROWS = (
    "jsonb_to_recordset(%s::jsonb) AS r (queue_id bigint, extension text, paused boolean, reason text, at timestamptz)"
)
_PRESENT = f"""
    INSERT INTO telephony_queuemember AS m (queue_id, extension, paused, reason, at)
    SELECT queue_id, extension, paused, reason, at FROM {_ROWS} ORDER BY queue_id, extension
    ON CONFLICT (queue_id, extension) DO UPDATE SET paused = excluded.paused, reason = excluded.reason, at = excluded.at
        WHERE m.at <= excluded.at
"""  # noqa: S608
_GONE = f"""
    DELETE FROM telephony_queuemember m USING {_ROWS}
    WHERE m.queue_id = r.queue_id AND m.extension = r.extension AND m.at <= r.at
"""  # noqa: S608
_STANDING = """
    SELECT w.pbx_id, w.extension, count(m.id), count(m.id) FILTER (WHERE m.paused),
        coalesce((array_agg(m.reason ORDER BY m.at DESC) FILTER (WHERE m.paused))[1], '')
    FROM unnest(%s::bigint[], %s::text[]) AS w (pbx_id, extension)
    LEFT JOIN telephony_queue q ON q.pbx_id = w.pbx_id
    LEFT JOIN telephony_queuemember m ON m.queue_id = q.id AND m.extension = w.extension
    GROUP BY w.pbx_id, w.extension
"""

_WAITING = """
    WITH known AS (
        SELECT q.pbx_id, q.name, q.id, q.account_id, w.waiting, q.waiting <> w.waiting AS changed
        FROM jsonb_to_recordset(%s::jsonb) AS w (pbx_id bigint, name text, waiting int)
        JOIN telephony_queue q ON q.pbx_id = w.pbx_id AND q.name = w.name
    ), noted AS (
        UPDATE telephony_queue q SET waiting = k.waiting FROM known k WHERE q.id = k.id AND k.changed
    )
    SELECT * FROM known
"""


@transaction.atomic(savepoint=False)
def note_members(events: Sequence[AgentStateChanged]) -> dict[tuple[str, str], Membership]:
    """Stores the queue members' states unless newer ones are known; by (PBX's slug, extension) how each extension now
    stands in all queues. Raises LookupError for a PBX that does not exist.
    """
    if not events:
        return {}
    queues = _queues(events)
    last: dict[tuple[int, str], AgentStateChanged] = {}
    for event in events:
        key = (queues[event.pbx, event.queue][1].id, event.extension)
        if key not in last or last[key].at <= event.at:
            last[key] = event
    with connection.cursor() as cursor:
        for sql, logged_in in ((_PRESENT, True), (_GONE, False)):
            rows = [_row(queue_id, event) for (queue_id, _), event in last.items() if event.logged_in == logged_in]
            if rows:
                cursor.execute(sql, [msgspec.json.encode(rows).decode()])
        places = sorted({(queues[event.pbx, event.queue][0], event.extension) for event in events})
        cursor.execute(_STANDING, [[pbx_id for pbx_id, _ in places], [extension for _, extension in places]])
        standing = {(row[0], row[1]): Membership(*row) for row in cursor}
    return {
        (event.pbx, event.extension): standing[queues[event.pbx, event.queue][0], event.extension] for event in events
    }


def _row(queue_id: int, event: AgentStateChanged) -> dict[str, object]:
    return {
        "queue_id": queue_id,
        "extension": event.extension,
        "paused": event.paused,
        "reason": event.reason[:80],
        "at": event.at,
    }


@transaction.atomic(savepoint=False)
def note_waiting(events: Sequence[QueueChanged], *, now: datetime) -> None:
    """Stores how many callers wait in each queue, and tells open pages of those where it changed. The last word about
    a queue counts. Raises LookupError for a PBX that does not exist.
    """
    if not events:
        return
    pbxs = _pbxs(events)
    waiting = {(pbxs[event.pbx].id, event.queue): event.waiting for event in events}
    known = _note(waiting)
    if missing := waiting.keys() - {(pbx_id, name) for pbx_id, name, *_ in known}:
        for pbx_id in {pbx_id for pbx_id, _ in missing}:
            ensure_queues(pbx_id=pbx_id, names={name for its, name in missing if its == pbx_id})
        known += _note({place: waiting[place] for place in missing})
    changed = sorted((id, account_id, count) for *_, id, account_id, count, has_changed in known if has_changed)
    # For who watches all queues and for the desks that serve this one; a customer's only for who may see it.
    publish(
        [
            Change(topic, "waiting", str(id), account_id, {"waiting": count})
            for id, account_id, count in changed
            for topic in ("queues", f"queue:{id}")
        ],
        now=now,
    )


def _note(waiting: Mapping[tuple[int, str], int]) -> list[tuple[Any, ...]]:
    """Those queues that are known: PBX, name, id, account, count and whether the count is a new one."""
    rows = [{"pbx_id": pbx_id, "name": name, "waiting": count} for (pbx_id, name), count in waiting.items()]
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [msgspec.json.encode(rows).decode()])
        return list(cursor)


def _queues(
    events: Collection[AgentStateChanged] | Collection[QueueChanged],
) -> dict[tuple[str, str], tuple[int, QueueFacts]]:
    """The queues that the events speak of, by the PBX's slug and the queue's name, with the id of the PBX; made where
    they are new.
    """
    pbxs = _pbxs(events)
    names: dict[str, set[str]] = {}
    for event in events:
        names.setdefault(event.pbx, set()).add(event.queue)
    return {
        (slug, queue.name): (pbxs[slug].id, queue)
        for slug, wanted in names.items()
        for queue in ensure_queues(pbx_id=pbxs[slug].id, names=wanted).values()
    }


def _pbxs(events: Collection[AgentStateChanged] | Collection[QueueChanged]) -> dict[str, PbxFacts]:
    slugs = {event.pbx for event in events}
    pbxs = pbxs_by_slug(slugs)
    if missing := slugs - pbxs.keys():
        raise LookupError(f"There is no PBX {sorted(missing)[0]!r}.")
    return pbxs
