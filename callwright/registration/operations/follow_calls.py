"""What was registered goes with its call: to another account, another day or queue, into another call, or away."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from callwright.calls.ports import CallChange, ErasedPerson
from callwright.live.operations.publish import Change, publish
from callwright.registration.operations.dirty import note_changed
from callwright.registration.operations.talk_queues import keep_queues_of_talks
from callwright.staff.operations.registration_due import settle, settle_moved

# Taken out and put in again rather than changed: the account is part of the key.
_MOVE = """
    WITH taken AS (DELETE FROM {table} WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *)
    INSERT INTO {table}
    SELECT (jsonb_populate_record(
        NULL::{table}, to_jsonb(taken) || jsonb_build_object('account_id', %(account)s::bigint)
    )).* FROM taken ON CONFLICT DO NOTHING
"""
_MOVED = (
    "registration_registration", "registration_registrationchange", "registration_dueregistration",
    "registration_talkqueue",
)  # fmt: skip
# What is copied from the call, where that changed since it was registered; the queue for those who talk in it.
_COPY = """
    UPDATE registration_registration r
    SET direction = %(direction)s, started_at = %(started_at)s, local_day = %(day)s, queue_id = (
        SELECT CASE count(*) WHEN 0 THEN %(queue)s::bigint ELSE max(t.queue_id) END FROM registration_talkqueue t
        WHERE t.account_id = r.account_id AND t.call_id = r.call_id AND t.user_id = r.by_id
    )
    WHERE r.account_id = %(account)s AND r.call_id = %(call)s
"""
# Whoever registered both keeps what they ticked in the call that stays, if anything; both comments stand. A revision of
# its own: no desk that shows one of both has seen it.
_JOIN = """
    WITH target AS (
        SELECT queue_id, direction, started_at, local_day FROM calls_call
        WHERE account_id = %(account)s AND id = %(into)s
    ), taken AS (
        DELETE FROM registration_registration WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *
    ), joined AS (
        UPDATE registration_registration r SET
            topics = CASE WHEN cardinality(r.topics) = 0 THEN t.topics ELSE r.topics END,
            words = CASE WHEN cardinality(r.topics) = 0 THEN t.words ELSE r.words END,
            comment = concat_ws(E'\\n', nullif(r.comment, ''), nullif(t.comment, '')),
            revision = greatest(r.revision, t.revision) + 1, updated_at = greatest(r.updated_at, t.updated_at)
        FROM taken t WHERE r.account_id = %(account)s AND r.call_id = %(into)s AND r.by_id = t.by_id
        RETURNING r.by_id
    )
    INSERT INTO registration_registration (id, account_id, call_id, by_id, queue_id, direction, started_at, local_day,
        topics, words, comment, revision, created_at, updated_at)
    SELECT t.id, %(account)s, %(into)s, t.by_id, target.queue_id, target.direction, target.started_at, target.local_day,
        t.topics, t.words, t.comment, t.revision, t.created_at, t.updated_at
    FROM taken t, target WHERE t.by_id IS NULL OR t.by_id NOT IN (SELECT by_id FROM joined)
    -- somebody's first save of the call that stays, at this moment
    ON CONFLICT (account_id, call_id, by_id) DO UPDATE SET
        comment = concat_ws(E'\\n', nullif(registration_registration.comment, ''), nullif(excluded.comment, '')),
        topics = CASE WHEN cardinality(registration_registration.topics) = 0 THEN excluded.topics
            ELSE registration_registration.topics END,
        words = CASE WHEN cardinality(registration_registration.topics) = 0 THEN excluded.words
            ELSE registration_registration.words END,
        revision = greatest(registration_registration.revision, excluded.revision) + 1
"""
_QUEUES = """
    WITH taken AS (
        DELETE FROM registration_talkqueue WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *
    )
    INSERT INTO registration_talkqueue (account_id, call_id, user_id, queue_id)
    SELECT %(account)s, %(into)s, user_id, queue_id FROM taken ON CONFLICT DO NOTHING
"""
_CHANGES = """
    WITH taken AS (
        DELETE FROM registration_registrationchange WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *
    )
    INSERT INTO registration_registrationchange (id, account_id, call_id, registration_id, by_id, at, topics, words,
        comment)
    SELECT id, %(account)s, %(into)s, registration_id, by_id, at, topics, words, comment FROM taken
"""
_DUE = """
    WITH taken AS (
        DELETE FROM registration_dueregistration WHERE account_id = %(before)s AND call_id = %(call)s RETURNING *
    ), put AS (
        INSERT INTO registration_dueregistration (account_id, call_id, user_id, at, settled_at, outcome, released_by_id)
        SELECT %(account)s, %(into)s, user_id, at, settled_at, outcome, released_by_id FROM taken
        ON CONFLICT (account_id, call_id, user_id) DO NOTHING
        RETURNING user_id
    )
    SELECT t.user_id, p.user_id IS NOT NULL FROM taken t LEFT JOIN put p ON p.user_id = t.user_id
    WHERE t.settled_at IS NULL ORDER BY t.user_id
"""
_COPIED = ("queue", "direction", "started_at")


def follow_calls(changes: Sequence[CallChange], now: datetime) -> None:
    """Hears of changed calls, in the transaction that changes them. On the link's hot path: nothing is asked but for
    the few that moved.
    """
    for one in changes:
        if one.into is not None:
            _join(one, *one.into, now)
        elif one.row is not None and one.after is not None:
            if one.account_before not in (None, one.account_id):
                _move(one, now)
            keep_queues_of_talks(one)
            if _differs(one):
                _copy(one, now)


def _differs(one: CallChange) -> bool:
    assert one.row is not None and one.after is not None
    if one.before is None or not one.before.legs:  # nobody can have registered it
        return False
    day = one.day_before is not None and one.day_before != one.row["local_day"]
    return day or any(getattr(one.before, name) != getattr(one.after, name) for name in _COPIED)


def _move(one: CallChange, now: datetime) -> None:
    assert one.row is not None and one.account_before is not None
    with connection.cursor() as cursor:
        for table in _MOVED:
            cursor.execute(
                _MOVE.format(table=table), {"before": one.account_before, "account": one.account_id, "call": one.id}
            )
            if table == "registration_registration" and cursor.rowcount:
                note_changed(one.account_before, one.day_before or one.row["local_day"], now)
                note_changed(one.account_id, one.row["local_day"], now)


def _copy(one: CallChange, now: datetime) -> None:
    assert one.row is not None
    row: dict[str, Any] = one.row
    values = {
        "account": one.account_id, "call": one.id, "queue": row["queue_id"], "direction": row["direction"],
        "started_at": row["started_at"], "day": row["local_day"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COPY, values)
        if not cursor.rowcount:
            return
    for day in {one.day_before or row["local_day"], row["local_day"]}:
        note_changed(one.account_id, day, now)


def _join(one: CallChange, account_id: int, into: UUID, now: datetime) -> None:
    values = {"before": one.account_before, "call": one.id, "account": account_id, "into": into}
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, values)
        cursor.execute(_CHANGES, values)
        if cursor.rowcount:
            _note_days(one, account_id, into, now)
            _publish(account_id, into, now)
        cursor.execute(_QUEUES, values)
        cursor.execute(_DUE, values)
        held = cursor.fetchall()
    for user_id, is_put in held:
        if is_put:
            settle_moved(user_id=user_id, call_id=one.id, into=into, now=now)
        else:  # they had to register both, and the one that stays is settled, or due of itself
            settle(user_id=user_id, call_id=one.id, now=now)


_STANDING = """
    SELECT by_id, revision FROM registration_registration
    WHERE account_id = %s AND call_id = %s AND by_id IS NOT NULL ORDER BY by_id
"""


def _publish(account_id: int, call_id: UUID, now: datetime) -> None:
    """Desks that show the call that stays read what stands on it now; `joined`: also those who registered it."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [account_id, call_id])
        standing = cursor.fetchall()
    publish(
        [
            Change(topic, "registration", str(call_id), account_id, {"by": by, "revision": revision, "joined": True})
            for by, revision in standing
            for topic in ("calls", f"desk:{by}")
        ],
        now=now,
    )


def _note_days(one: CallChange, account_id: int, into: UUID, now: datetime) -> None:
    if one.account_before is not None and one.day_before is not None:
        note_changed(one.account_before, one.day_before, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT local_day FROM calls_call WHERE account_id = %s AND id = %s", [account_id, into])
        for (day,) in cursor.fetchall():
            note_changed(account_id, day, now)


_REMOVED = "DELETE FROM registration_registration WHERE account_id = %s AND call_id = ANY(%s) RETURNING local_day"
_REMOVED_DUE = """
    DELETE FROM registration_dueregistration WHERE account_id = %s AND call_id = ANY(%s)
    RETURNING user_id, call_id, settled_at IS NULL
"""


def remove_calls(account_id: int, ids: Sequence[UUID]) -> None:
    """Takes away what was registered of calls that go or are made anonymous: a comment may speak of the person."""
    now = timezone.now()
    key: list[Any] = [account_id, list(ids)]
    with connection.cursor() as cursor:
        cursor.execute(_REMOVED, key)
        days = {day for (day,) in cursor.fetchall()}
        for table in ("registration_registrationchange", "registration_talkqueue"):
            cursor.execute(f"DELETE FROM {table} WHERE account_id = %s AND call_id = ANY(%s)", key)  # noqa: S608
        cursor.execute(_REMOVED_DUE, key)
        held = sorted((user_id, call_id) for user_id, call_id, is_open in cursor.fetchall() if is_open)
    for day in sorted(days):
        note_changed(account_id, day, now)
    for user_id, call_id in held:
        settle(user_id=user_id, call_id=call_id, now=now)


_REPORT = """
    SELECT call_id, words, comment, created_at, updated_at FROM registration_registration
    WHERE account_id = %s AND call_id = ANY(%s) ORDER BY call_id, created_at
"""


def report_registrations(account_id: int, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What was registered of these calls, for the person whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, [account_id, list(ids)])
        rows = cursor.fetchall()
    return [
        {
            "call": str(call), "topics": words if isinstance(words, list) else json.loads(words), "comment": comment,
            "registered_at": created.isoformat(), "changed_at": updated.isoformat(),
        }
        for call, words, comment, created, updated in rows
    ]  # fmt: skip


_ERASE = """
    UPDATE {table} SET comment = '' WHERE account_id = %(account)s AND call_id = ANY(%(calls)s) AND EXISTS (
        SELECT FROM unnest(%(texts)s::text[]) AS t (said) WHERE said <> '' AND strpos(lower(comment), lower(said)) > 0
    )
"""
_DAYS = " RETURNING local_day"


def erase_person(person: ErasedPerson, now: datetime) -> None:
    """Takes away comments that name an erased person on calls of others in which they were a party."""
    values: dict[str, Any] = {
        "account": person.account_id,
        "calls": list(person.touched_ids),
        "texts": list(person.texts),
    }
    if not person.touched_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ERASE.format(table="registration_registrationchange"), values)
        cursor.execute(_ERASE.format(table="registration_registration") + _DAYS, values)
        days = {day for (day,) in cursor.fetchall()}
    for day in sorted(days):  # where nothing else was registered, nothing is any more
        note_changed(person.account_id, day, now)
