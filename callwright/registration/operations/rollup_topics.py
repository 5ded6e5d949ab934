"""Adds up what was registered, by quarters of an hour, and keeps the sums above for reports (docs/decisions/036).

A registration belongs to its call's time. Days that are final stay: their registrations went with their calls.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.keeping import keep_sums, take_lock, touch, touch_all
from callwright.kit.sums.replacing import replace_days
from callwright.registration.topic_figures import REGISTERED, TOPICS

Day = tuple[int, date]
BATCH = 4_000
"""Days of accounts that are added up in one transaction."""

_KEY = ("account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id", "topics")

# A day's calls begin within 14 hours before and 36 after its midnight in UTC, and a PBX may correct a start by hours.
_BEFORE, _AFTER = timedelta(hours=24), timedelta(hours=48)


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def add_up_topics(now: datetime) -> int:
    """Works off the list of days; returns how many days of accounts were added up."""
    done = 0
    while True:
        taken = _add_up_some("true", {"batch": BATCH}, wait=False)
        done += taken
        if taken < BATCH:
            return done


def keep_sums_of_topics(now: datetime) -> int:
    """Adds up days and months that are over; returns how many."""
    return keep_sums(TOPICS, now) + keep_sums(REGISTERED, now)


def note_counted(days: Collection[Day]) -> None:
    """Hears of days whose calls changed: the agent, the queue, the contact's category are the call's."""
    ordered = sorted(days)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registration_dirtyday (account_id, local_day, at)"
            " SELECT a, d, now() FROM unnest(%s::bigint[], %s::date[]) AS t (a, d)"
            " WHERE EXISTS (SELECT FROM registration_registration r WHERE r.account_id = a AND r.local_day = d)",
            [[account for account, _ in ordered], [day for _, day in ordered]],
        )


@transaction.atomic
def make_final(until: date, account_ids: Collection[int] | None) -> None:
    """What was registered of these accounts' days up to `until` stands from now on, whatever becomes of it."""
    _add_up_some("local_day <= %(until)s", {"until": until, "batch": None}, wait=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registration_finaltopics AS f (account_id, until)"
            " SELECT id, %(until)s FROM accounts_account"
            " WHERE %(accounts)s::bigint[] IS NULL OR id = ANY(%(accounts)s::bigint[])"
            " ON CONFLICT (account_id) DO UPDATE SET until = excluded.until WHERE f.until < excluded.until",
            {"until": until, "accounts": None if account_ids is None else sorted(account_ids)},
        )


def rebuild_topics(first: date, last: date) -> None:
    """Adds up all days from `first` to `last` anew; final ones stay. They are listed at once and worked off by months,
    some thousand days in a transaction: others add up what changes meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registration_dirtyday (account_id, local_day, at)"
            " SELECT DISTINCT account_id, local_day, now() FROM ("
            "   SELECT account_id, local_day FROM registration_registration"
            "   UNION ALL SELECT account_id, local_day FROM registration_topicquarter) AS d"
            " WHERE local_day BETWEEN %s AND %s",
            [first, last],
        )
    begin = first
    while begin <= last:
        after = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        values = {"first": begin, "after": min(after, last + timedelta(days=1)), "batch": BATCH}
        while _add_up_some("local_day >= %(first)s AND local_day < %(after)s", values, wait=True):
            pass
        begin = after
    for family in (TOPICS, REGISTERED):
        touch_all(family, first, last + timedelta(days=1))


@transaction.atomic
def _add_up_some(condition: str, values: dict[str, Any], *, wait: bool) -> int:
    if not take_lock(TOPICS, wait=wait):
        return 0
    days = _taken(condition, values)
    _add_up(_not_final(days))
    return len(days)


def _taken(condition: str, values: dict[str, Any]) -> list[Day]:
    """Days from the list, the newest first. A day that is told meanwhile stays for the next time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM registration_dirtyday WHERE (account_id, local_day) IN (SELECT DISTINCT account_id, local_day"  # noqa: S608
            f" FROM registration_dirtyday WHERE {condition} ORDER BY local_day DESC, account_id LIMIT %(batch)s)"
            " RETURNING account_id, local_day",
            values,
        )
        return sorted(set(cursor.fetchall()))


def _not_final(days: Sequence[Day]) -> list[Day]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, until FROM registration_finaltopics WHERE account_id = ANY(%s::bigint[])",
            [sorted({account for account, _ in days})],
        )
        until = dict(cursor.fetchall())
    return [(account, day) for account, day in days if account not in until or day > until[account]]


def _add_up(days: Sequence[Day]) -> None:
    if not days:
        return
    dates = [day for _, day in days]
    values: dict[str, Any] = {
        "accounts": [account for account, _ in days], "days": dates,
        "lows": [uuid7_floor(_midnight(day) - _BEFORE) for day in dates],
        "highs": [uuid7_floor(_midnight(day) + _AFTER) for day in dates],
    }  # fmt: skip
    written = replace_days(
        "registration_topicquarter", _sql("rollup_topics.sql"), values, key=_KEY, figures=("registrations",),
        told=("account_id", "at"),
    )  # fmt: skip
    for family in (TOPICS, REGISTERED):
        touch(family, written)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
