"""Calls whose talk time is to be judged (CALL-7): noted when they end, judged in one go when they are loaded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from callwright.calls.operations.named_calls import NamedCalls
from callwright.calls.operations.too_long_sql import flag_all_statement
from callwright.calls.ports import CallChange
from callwright.calls.projection import CallView
from callwright.calls.queries.too_long_rules import rule_book
from callwright.calls.too_long import HISTORY, SHORTEST_LIMIT_S
from callwright.live.operations.publish import Change, publish

_NOTE = """
    INSERT INTO calls_toolongdue (account_id, call_id)
    SELECT * FROM unnest(%s::bigint[], %s::uuid[])
"""


def note_changes(changes: Sequence[CallChange], now: datetime) -> None:
    """The listener of the register: at most one INSERT, for calls that are over and lasted long enough for any rule,
    before or now; and for those of which one that may be flagged became a part.
    """
    due = [change.into or (change.account_id, change.id) for change in changes if _matters(change)]
    if due:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [[account for account, _ in due], [str(id) for _, id in due]])


def _matters(change: CallChange) -> bool:
    before, after = change.before, change.after
    if after is None:  # its review, if it had one, went to the call that it became part of
        return change.into is not None and before is not None and _may_be_flagged(before)
    if after.ended_at is None:
        return False
    if after.talk_s > SHORTEST_LIMIT_S:
        return before is None or before.ended_at is None or _judged_by(before) != _judged_by(after) or _moved(change)
    return before is not None and _may_be_flagged(before)


def _may_be_flagged(view: CallView) -> bool:
    return view.talking_since is not None or view.talk_s > SHORTEST_LIMIT_S


def _judged_by(view: CallView) -> tuple[Any, ...]:
    """What its rule and the judgement follow from."""
    return view.talk_s, view.direction, view.queue, view.from_number, view.to_number


def _moved(change: CallChange) -> bool:
    return change.account_before not in (None, change.account_id)


# The rule of each call in the order that `too_long.Rule.rank` says; nobody is told of history. A call meets rules only
# by the beginnings of its number, an equality, and is not compared with all of them.
_HITS = """
    SELECT DISTINCT ON (c.account_id, c.id) c.account_id, c.id, r.id AS rule_id, r.limit_s, c.talk_s, c.talking_since,
           c.ended_at - make_interval(secs => c.talk_s - r.limit_s) AS passed_at, c.ended_at < %(history)s AS is_told
    FROM {relation} l
    JOIN calls_call c ON c.account_id = l.account_id AND c.id = l.id AND c.id BETWEEN %(low)s AND %(high)s
    CROSS JOIN (
        SELECT DISTINCT length(prefix) AS digits FROM calls_toolongrule WHERE active AND retired_at IS NULL
    ) AS b
    JOIN calls_toolongrule r ON r.active AND r.retired_at IS NULL
        AND r.prefix = left(c.client_number, b.digits)
        AND (r.queue_id IS NULL OR r.queue_id = c.queue_id)
        AND (r.account_id IS NULL OR r.account_id = c.account_id)
        AND r.direction IN ('', c.direction)
    WHERE c.ended_at IS NOT NULL AND NOT c.too_long AND c.talk_s > %(least)s
    ORDER BY c.account_id, c.id, length(r.prefix) DESC, r.queue_id IS NULL, r.account_id IS NULL, r.direction = ''
"""
# A table, so that the planner knows how many they are before it joins them with the calls.
_OVER = "CREATE TEMP TABLE calls_hits_of_load AS SELECT * FROM ({hits}) AS ruled WHERE talk_s > limit_s"
_FOUND = "SELECT account_id, id, rule_id, limit_s, talk_s, talking_since, passed_at, is_told FROM calls_hits_of_load"

# A flag that nobody reviewed is taken off a call that is within its limit; a reviewed one gets the remark, or loses it.
_JUDGED_AGAIN = """
    WITH judged AS (
        SELECT v.account_id, v.call_id, v.outcome_id IS NULL AS is_open,
               CASE WHEN c.talk_s <= v.limit_s THEN c.talk_s END AS within_s
        FROM {relation} l
        JOIN calls_toolongreview v ON v.account_id = l.account_id AND v.call_id = l.id
        JOIN calls_call c ON c.account_id = l.account_id AND c.id = l.id AND c.id BETWEEN %(low)s AND %(high)s
        WHERE c.ended_at IS NOT NULL
    ), remarked AS (
        UPDATE calls_toolongreview v SET corrected_s = j.within_s FROM judged j
        WHERE v.account_id = j.account_id AND v.call_id = j.call_id AND NOT j.is_open
          AND v.corrected_s IS DISTINCT FROM j.within_s
    ), gone AS (
        DELETE FROM calls_toolongreview v USING judged j
        WHERE v.account_id = j.account_id AND v.call_id = j.call_id AND j.is_open AND j.within_s IS NOT NULL
          AND v.outcome_id IS NULL
    )
    UPDATE calls_call c SET too_long = false, limit_s = NULL FROM judged j
    WHERE c.account_id = j.account_id AND c.id = j.call_id AND j.is_open AND j.within_s IS NOT NULL
      AND c.id BETWEEN %(low)s AND %(high)s
"""


def note_loaded(calls: NamedCalls, *, now: datetime) -> None:
    """Judges calls that were written without events, in a few statements; reviewers are told only of those that ended
    within a day.
    """
    values: dict[str, Any] = {**calls.bounds, "now": now, "history": now - HISTORY}
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED_AGAIN.format(relation=calls.relation), values)
        least = rule_book().least_limit_s
        if least is None:
            return
        hits = _OVER.format(hits=_HITS.format(relation=calls.relation))
        cursor.execute(hits, {**values, "least": least})
        cursor.execute("ANALYZE calls_hits_of_load")
        cursor.execute(flag_all_statement(_FOUND), values)
        recent = [(row[0], row[1]) for row in cursor.fetchall() if not row[5]]
        cursor.execute("DROP TABLE calls_hits_of_load")
    publish([Change("calls", "too_long", str(id), account_id) for account_id, id in recent], now=now)
