"""Notes of which calls the worker is to look who was asked to register them, and did (`add_up_quality`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.operations.named_calls import NamedCalls
from callwright.calls.ports import CallChange
from callwright.kit.identity import uuid7_floor

Key = tuple[int, UUID]

_NOTE = """
    INSERT INTO registration_askagain (account_id, call_id)
    SELECT a, c FROM unnest(%s::bigint[], %s::uuid[]) AS t (a, c)
"""


def ask_again(keys: Collection[Key]) -> None:
    """Has these calls (account, id) looked at, once the caller's transaction is through. One insert into a list without
    a unique key: nobody waits for anybody.
    """
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [[account for account, _ in keys], [call for _, call in keys]])


def follow_asked(changes: Sequence[CallChange], now: datetime) -> None:
    """Hears of changed calls, in the transaction that changes them: those that are over, and those that moved."""
    keys: set[Key] = set()
    for one in changes:
        moved = one.account_before not in (None, one.account_id)
        if moved or one.into is not None or _is_over(one):
            keys.add((one.account_id, one.id))
        if moved and one.account_before is not None:
            keys.add((one.account_before, one.id))
        if one.into is not None:
            keys.add(one.into)
    ask_again(sorted(keys))


def _is_over(one: CallChange) -> bool:
    """Whether an answered call is over, or was."""
    return any(view is not None and view.ended_at is not None and view.answered_at is not None
               for view in (one.before, one.after))  # fmt: skip


def follow_contact(account_id: int, call_id: UUID) -> None:
    """Hears of calls whose contact was chosen after they ended: its category is counted."""
    ask_again([(account_id, call_id)])


def follow_removed(account_id: int, ids: Sequence[UUID]) -> None:
    """Of calls that go or are made anonymous nobody is asked any more."""
    ask_again([(account_id, id) for id in ids])


# Before anything was offered nobody was asked.
_LOADED = "INSERT INTO registration_askagain (account_id, call_id) SELECT account_id, id FROM {relation} WHERE id >= %s"


def follow_loaded(calls: NamedCalls, now: datetime) -> None:
    """Hears of calls that were loaded at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(since) FROM registration_offerspell")
        [since] = cursor.fetchone()
        if since is not None:
            cursor.execute(_LOADED.format(relation=calls.relation), [uuid7_floor(since)])


_DAYS = """
    INSERT INTO registration_askagain (account_id, call_id)
    SELECT account_id, id FROM calls_call WHERE id >= %(low)s AND id < %(high)s AND answered_at IS NOT NULL
    UNION
    SELECT account_id, call_id FROM registration_askedagent WHERE call_id >= %(low)s AND call_id < %(high)s
"""


def ask_again_between(begins_at: datetime, ends_at: datetime) -> None:
    """Has all calls that began in this time looked at anew."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"low": uuid7_floor(begins_at), "high": uuid7_floor(ends_at)})
