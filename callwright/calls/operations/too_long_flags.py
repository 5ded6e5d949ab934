"""Flags calls that last longer than they may (CALL-7): live at the second, and again by their final talk time."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.next_try import next_try, tried_alone
from callwright.calls.operations.too_long_sql import flag_statement
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.too_long_rules import rule_book
from callwright.calls.too_long import HISTORY, RuleBook, is_too_long, passed_at, talked_s
from callwright.kit.identity import uuid7_floor
from callwright.live.operations.publish import Change, publish

LONGEST_CALL = timedelta(days=8)
MOST_AT_ONCE = 500

log = logging.getLogger("callwright.too_long")
FAILED = "Whether call %s is too long could not be judged"


@dataclass(frozen=True, slots=True)
class Hit:
    """A call over the limit of a rule; the talk as it was read, so that what changed meanwhile is not flagged."""

    account_id: int
    id: UUID
    rule_id: int
    limit_s: int
    talk_s: int
    talking_since: datetime | None
    passed_at: datetime
    is_told: bool = False


def database_now() -> datetime:
    """The one clock that all workers share; theirs may be set back or lag."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def flag_live_calls(*, now: datetime) -> list[UUID]:
    """Flags the calls that go on and have passed their limit by `now`, each once whoever else does the same; returns
    those that were flagged here. Two queries when there is nothing to flag.
    """
    book = rule_book()
    if book.least_limit_s is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("too_long_live.sql"),
            {"now": now, "least": book.least_limit_s, "floor": uuid7_floor(now - LONGEST_CALL)},
        )
        live = cursor.fetchall()
    flagged: list[UUID] = []
    for account_id, id, direction, number, queue_id, talk_s, since in live:
        rule = book.rule_for(direction=direction, number=number, queue_id=queue_id, account_id=account_id)
        if rule is None or not is_too_long(talked_s(talk_s, since, now), rule.limit_s):
            continue
        hit = Hit(account_id, id, rule.id, rule.limit_s, talk_s, since, passed_at(talk_s, since, rule.limit_s))
        tried_alone(partial(_flag_live, hit, flagged, now), log, FAILED, id)
    return flagged


def _flag_live(hit: Hit, flagged: list[UUID], now: datetime) -> None:
    flagged += flag([hit], now=now)


@transaction.atomic
def flag(hits: Sequence[Hit], *, now: datetime) -> list[UUID]:
    """Flags calls and tells open pages; returns those that were not flagged before. A call at a time where calls go on:
    whoever writes several calls at once must not wait for whoever waits for it.
    """
    statement, values = flag_statement(hits)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "now": now})
        flagged = cursor.fetchall()
    told = [row[:5] for row in flagged]
    publish([change for row in told for change in _changes(*row, name="too_long")], now=now)
    return [row[1] for row in flagged]


@dataclass(frozen=True, slots=True)
class Due:
    """A call to be judged as it is now, with what it was flagged with; `id` is None where there is nothing to judge."""

    due: int
    tries: int
    account_id: int
    id: UUID | None
    direction: str
    number: str
    queue_id: int | None
    talk_s: int
    ended_at: datetime
    has_flag: bool
    flag_limit_s: int
    is_reviewed: bool
    corrected_s: int | None


def judge_ended_calls(*, now: datetime) -> int:
    """Judges calls that ended or were told anew by their final talk time; returns how many. The flag of a call that
    turned out shorter is taken back, unless it was reviewed: then the review says so. What fails is tried again later.
    """
    book = rule_book()
    with connection.cursor() as cursor:
        cursor.execute(named_sql("too_long_due.sql"), {"limit": MOST_AT_ONCE, "now": now})
        dues = [Due(*row) for row in cursor.fetchall()]
    judged: list[Due] = []
    failed: list[Due] = []
    for due in dues:
        is_done = due.id is None or tried_alone(partial(_judge, due, book, now), log, FAILED, due.id)
        (judged if is_done else failed).append(due)
    with connection.cursor() as cursor:
        for due in failed:
            cursor.execute(
                "UPDATE calls_toolongdue SET tries = %s, not_before = %s WHERE account_id = %s AND id = %s",
                [*next_try(due.tries, now), due.account_id, due.due],
            )
        cursor.execute("DELETE FROM calls_toolongdue WHERE id = ANY(%s)", [[due.due for due in judged]])
    return len(judged)


def _judge(due: Due, book: RuleBook, now: datetime) -> None:
    assert due.id is not None
    if due.has_flag:
        _judge_flag(due.account_id, due.id, due.talk_s, due.flag_limit_s, due.is_reviewed, due.corrected_s, now)
        return
    rule = book.rule_for(
        direction=due.direction, number=due.number, queue_id=due.queue_id, account_id=due.account_id
    )  # fmt: skip
    if rule is not None and is_too_long(due.talk_s, rule.limit_s):
        passed, is_told = due.ended_at - timedelta(seconds=due.talk_s - rule.limit_s), due.ended_at < now - HISTORY
        flag([Hit(due.account_id, due.id, rule.id, rule.limit_s, due.talk_s, None, passed, is_told)], now=now)


def _judge_flag(
    account_id: int, id: UUID, talk_s: int, limit_s: int, is_reviewed: bool, corrected_s: int | None, now: datetime
) -> None:
    is_over = is_too_long(talk_s, limit_s)
    if is_over and corrected_s is not None:
        _remark(account_id, id, None, now)
    elif not is_over and is_reviewed and corrected_s != talk_s:
        _remark(account_id, id, talk_s, now)
    elif not is_over and not is_reviewed:
        take_back(account_id=account_id, call_id=id, talk_s=talk_s, now=now)


_TAKE_BACK = """
    WITH gone AS (
        DELETE FROM calls_toolongreview WHERE account_id = %(account)s AND call_id = %(call)s AND outcome_id IS NULL
        RETURNING account_id, call_id
    )
    UPDATE calls_call c SET too_long = false, limit_s = NULL FROM gone
    WHERE c.account_id = %(account)s AND c.id = %(call)s
    RETURNING c.account_id, c.id, c.status, c.direction, c.employee_id
"""


@transaction.atomic
def take_back(*, account_id: int, call_id: UUID, talk_s: int, now: datetime) -> bool:
    """Takes the flag off a call that was not reviewed; False when it was reviewed meanwhile, which gets the remark."""
    hold_calls(account_id, [call_id])  # before its review: whoever moves or removes a call takes them in that order
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"account": account_id, "call": call_id})
        rows = cursor.fetchall()
    if not rows:
        _remark(account_id, call_id, talk_s, now)
        return False
    publish([change for row in rows for change in _changes(*row, name="too_long")], now=now)
    return True


@transaction.atomic
def _remark(account_id: int, call_id: UUID, corrected_s: int | None, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE calls_toolongreview SET corrected_s = %s WHERE account_id = %s AND call_id = %s",
            [corrected_s, account_id, call_id],
        )
        changed = cursor.rowcount
    if changed:
        publish([Change("calls", "too_long", str(call_id), account_id)], now=now)


_AT_THE_CALL = """
    SELECT DISTINCT employee_id FROM calls_leg
    WHERE account_id = %s AND call_id = %s AND employee_id IS NOT NULL AND answered_at IS NOT NULL AND ended_at IS NULL
"""


def _changes(
    account_id: int, id: UUID, status: str, direction: str, employee_id: int | None, *, name: str
) -> list[Change]:
    """For the register, the call's page and the desks of those who speak: their strip is drawn again."""
    found = [Change("calls", name, str(id), account_id)]
    if status != "talking":
        return found
    with connection.cursor() as cursor:
        cursor.execute(_AT_THE_CALL, [account_id, id])
        desks: set[Any] = {row[0] for row in cursor.fetchall()} | {employee_id}
    data = {"status": status, "direction": direction, "phase": "talking"}
    return found + [Change(f"desk:{desk}", "call", str(id), account_id, data) for desk in sorted(desks - {None})]
