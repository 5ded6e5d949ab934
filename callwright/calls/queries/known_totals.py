"""What the totals kept beside the calls know of a search: how many calls fit, how long was talked, and its groups.

They know it where a search asks for whole days of the viewer's zone, by direction, status, account, queue and employee
alone. What has no totals yet (today, and calls that go on) is counted; where accounts have other days than the viewer,
so are the calls at the ends of the period (`other_days`).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import connection

from callwright.calls.periods import Span, span_of
from callwright.calls.queries.conditions import Conditions, conditions_of
from callwright.calls.queries.other_days import part_of_others, zones_of_others
from callwright.calls.queries.patience import SearchTooLong, patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import NONE, Search, criteria_of
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.identity import uuid7_floor
from callwright.staff.queries.rights import Viewer

KNOWN = {"account", "directions", "statuses", "queue", "employee"}
MOST_DAYS = 40_000
"""Days of accounts whose totals are added up one by one; of more, calls are counted as far as that goes."""

WAIT = timedelta(seconds=30)
"""So long the worker may take for the totals of a day; when they are older, it does not run, and they are not used."""

LONGEST_S = 1.0
_VALUES = {
    "": ("0", "0"),
    "day": ("t.local_day", "(c.started_at AT TIME ZONE %(zone)s)::date"),
    "employee": ("nullif(t.employee_id, 0)", "c.employee_id"),
    "account": ("t.account_id", "c.account_id"),
    "status": ("t.status", "c.status"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """`is_old`: calls of these days have changed and are about to be added up anew."""

    calls: int
    talk_s: int
    is_old: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the answer stands: a statement that gives value, calls, talk time, with its values."""

    statement: str
    values: dict[str, Any]
    is_old: bool


def known_total(viewer: Viewer, search: Search, view: Viewpoint) -> Known | None:
    """How many calls fit and how long was talked (seconds); None where the totals do not know it."""
    plan = known_groups(viewer, replace(search, group=""), view)
    if plan is None:
        return None
    try:
        with patience(LONGEST_S), connection.cursor() as cursor:
            cursor.execute(plan.statement, plan.values)
            rows = cursor.fetchall()
    except SearchTooLong:
        return None
    return Known(sum(row[1] for row in rows), int(sum(row[2] for row in rows)), plan.is_old)


def known_groups(viewer: Viewer, search: Search, view: Viewpoint) -> Plan | None:
    """The statement of the groups of a search; None where the totals do not know them."""
    if search.group == "contact" or search.queue == NONE or any(name not in KNOWN for name, _ in criteria_of(search)):
        return None
    span, first, last, today = _days(search, view)
    if first is None or last < first:  # today alone is counted as quickly
        return None
    allowed = call_accounts(viewer)
    if search.account is not None:
        allowed = frozenset({search.account}) if allowed is None else allowed & {search.account}
    tables = _tables(search, None if allowed is None else len(allowed), first, last)
    if not tables or allowed == frozenset():
        return None
    values: dict[str, Any] = {
        "of_all": allowed is None, "t_accounts": sorted(allowed or ()), "first": first, "last": last,
        "zone": view.zone.key,
        "t_directions": list(search.directions), "t_statuses": list(search.statuses), "t_queue": search.queue,
        "t_employee": 0 if search.employee == NONE else search.employee,
    }  # fmt: skip
    state = _state({**values, "waiting": view.now - WAIT})
    if state is None:
        return None
    conditions = conditions_of(viewer, search, zone=view.zone, now=view.now, country=view.country)
    selects = _selects(search, tables, conditions)
    if zones := zones_of_others(values):
        of_calls = _VALUES[search.group][1]
        more, its_values = part_of_others(
            zones=zones, conditions=conditions, first=first, last=last, begins_at=span.begins_at,
            ends_at=min(span.ends_at or today, today), of_calls=of_calls, by_day=search.group == "day",
            of_totals="c.local_day" if search.group == "day" else of_calls,
        )  # fmt: skip
        selects.append(more)
        values |= its_values
    values |= conditions.values | {"today": uuid7_floor(today)}
    return Plan(named_sql("known_totals.sql").format(parts="\nUNION ALL\n".join(selects)), values, state)


def _days(search: Search, view: Viewpoint) -> tuple[Span, date | None, date, datetime]:
    """The time asked for, the first and last day that totals are read of, and the midnight before which they end."""
    now = view.now.astimezone(view.zone)
    midnight = datetime.combine(now.date(), datetime.min.time(), view.zone)
    span = span_of(search.period, view.zone, view.now, search.first, search.last)
    first = span.begins_at.astimezone(view.zone).date() if span.begins_at else _first_day()
    ends = min(span.ends_at, midnight) if span.ends_at else midnight
    return span, first, ends.astimezone(view.zone).date() - timedelta(days=1), midnight


def _first_day() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(month) FROM calls_allmonthtotal")
        return cast("date | None", cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class _Part:
    """Days, or months, of one of the tables of totals; months by their first days, both ends included."""

    table: str
    column: str
    first: date
    last: date


def _tables(search: Search, accounts: int | None, first: date, last: date) -> list[_Part]:
    """The tables to read, months where they are whole; none where that would be more than counting."""
    by_employee = search.employee is not None or search.group == "employee"
    if accounts is None and search.group != "account":
        if search.queue is not None:
            return []
        days, months = "calls_alldaytotal", "calls_allmonthtotal"
    else:
        days, months = "calls_daytotal", "" if by_employee else "calls_monthtotal"
    if search.group == "day":
        months = ""
    parts = _parts(days, months, first, last)
    read = sum((part.last - part.first).days + 1 for part in parts if part.table == "calls_daytotal")
    most = MOST_DAYS if accounts is not None else 70
    return parts if read * (accounts or 1) <= most else []


def _parts(days: str, months: str, first: date, last: date) -> list[_Part]:
    begin = first if first.day == 1 else _following(first)
    end = last + timedelta(days=1)
    end = end if end.day == 1 else end.replace(day=1)  # the whole months end before it
    if not months or begin >= end:
        return [_Part(days, "local_day", first, last)]
    parts = [_Part(months, "month", begin, end - timedelta(days=1))]
    if first < begin:
        parts.append(_Part(days, "local_day", first, begin - timedelta(days=1)))
    if end <= last:
        parts.append(_Part(days, "local_day", end, last))
    return parts


_STATE = """
    SELECT coalesce(bool_or(at < %(waiting)s), false), count(*) > 0
    FROM calls_dirtyday
    WHERE local_day BETWEEN %(first)s AND %(last)s AND (%(of_all)s OR account_id = ANY(%(t_accounts)s::bigint[]))
"""


def _state(values: dict[str, Any]) -> bool | None:
    """Whether totals are about to be added up anew; None where they cannot be used."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, values)
        is_stale, is_old = cursor.fetchone()
    return None if is_stale else bool(is_old)


def _selects(search: Search, parts: list[_Part], conditions: Conditions) -> list[str]:
    of_totals, of_calls = _VALUES[search.group]
    selects = [_select(search, part, of_totals) for part in parts]
    for more in ("c.id >= %(today)s", "c.id < %(today)s AND c.ended_at IS NULL"):
        where = f"{conditions.sql} AND {more}"
        selects.append(named_sql("totals_of_calls.sql").format(value=of_calls, where=where))
    return selects


def _select(search: Search, part: _Part, value: str) -> str:
    wheres = [f"t.{part.column} BETWEEN '{part.first}' AND '{part.last}'"]
    if part.table in ("calls_daytotal", "calls_monthtotal"):
        wheres.append("(%(of_all)s OR t.account_id = ANY(%(t_accounts)s::bigint[]))")
    if part.table == "calls_daytotal":  # the others are made without them
        wheres.append(
            "NOT EXISTS (SELECT FROM calls_finaltotals f WHERE f.account_id = t.account_id AND f.until >= t.local_day)"
        )
    if search.directions:
        wheres.append("t.direction = ANY(%(t_directions)s)")
    if search.statuses:
        wheres.append("t.status = ANY(%(t_statuses)s)")
    if search.queue is not None:
        wheres.append("t.queue_id = %(t_queue)s")
    if search.employee is not None:
        wheres.append("t.employee_id = %(t_employee)s")
    return named_sql("totals_of_table.sql").format(value=value, table=part.table, where=" AND ".join(wheres))


def _following(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
