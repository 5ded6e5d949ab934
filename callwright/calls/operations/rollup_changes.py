"""Notes which days have to be added up anew: one insert into a list that the worker works off (`rollup_days`)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection

from callwright.calls.operations.named_calls import NamedCalls
from callwright.calls.ports import CallChange
from callwright.calls.projection import CallView

Day = tuple[int, date]
"""A day of an account, in the account's zone: (account id, day)."""


def note_changes(changes: Sequence[CallChange], now: datetime) -> None:
    """Notes the days of finished calls among `changes`; calls that go on are in no total. In the link's transaction."""
    days: set[Day] = set()
    for one in changes:
        if one.row is not None and (_is_over(one.after) or _is_over(one.before)):
            days.add((one.row["account_id"], _day(one.row["local_day"])))
        if _is_over(one.before) and one.account_before is not None and one.day_before is not None:
            days.add((one.account_before, one.day_before))
    note_days(days, now=now)


def note_days(days: Collection[Day], *, now: datetime) -> None:
    """Has the totals of `days` added up anew, once the caller's transaction is through."""
    if not days:
        return
    ordered = sorted(days)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calls_dirtyday (account_id, local_day, at)"
            " SELECT a, d, %s FROM unnest(%s::bigint[], %s::date[]) AS t (a, d)",
            [now, [account for account, _ in ordered], [day for _, day in ordered]],
        )


_NOTE_ALL = """
    INSERT INTO calls_dirtyday (account_id, local_day, at)
    SELECT DISTINCT c.account_id, c.local_day, %(now)s::timestamptz FROM {relation} r
    JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.id
    WHERE c.id >= %(low)s AND c.id <= %(high)s
"""


def note_loaded(calls: NamedCalls, *, now: datetime) -> None:
    """The same for the days of all these calls that are in the register: after they were loaded or changed, before
    they are removed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_ALL.format(relation=calls.relation), {**calls.bounds, "now": now})


def _is_over(view: CallView | None) -> bool:
    return view is not None and view.ended_at is not None


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
