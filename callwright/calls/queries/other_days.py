"""Accounts whose days begin at other moments than the viewer's (docs/decisions/035).

Their totals are of their own days. A period of the viewer's days differs from those only at its ends: calls there are
looked at one by one, and added where the totals lack them, taken off where they have them too many.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from callwright.calls.queries.conditions import WITHIN, Conditions
from callwright.calls.queries.sql import named_sql
from callwright.kit.identity import uuid7_floor

_FURTHEST = timedelta(hours=26)  # from the first midnight of a day on earth to the last
_FROM = "accounts_account a LEFT JOIN calls_dayzone z ON z.account_id = a.id"
_IS_OTHER = "(a.time_zone <> %(zone)s OR z.zone <> a.time_zone OR z.moving_to <> '')"
_ZONES = f"""
    SELECT DISTINCT a.time_zone, z.zone, z.moving_to FROM {_FROM}
    WHERE {_IS_OTHER} AND (%(of_all)s OR a.id = ANY(%(t_accounts)s::bigint[]))
"""  # noqa: S608 (texts from above)
_OTHERS = f"c.account_id IN (SELECT a.id FROM {_FROM} WHERE {_IS_OTHER})"  # noqa: S608


def zones_of_others(values: dict[str, Any]) -> frozenset[str]:
    """The zones in which those accounts among the ones asked for keep their days whose days are not those of `zone`;
    one that nobody knows is empty. `values`: of_all, t_accounts, zone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ZONES, values)
        rows = cursor.fetchall()
    found: set[str] = set()
    for is_now, kept_in, moving_to in rows:
        found |= {is_now, *([] if kept_in is None else [kept_in]), *([moving_to] if moving_to else [])}
    return frozenset(found)


def part_of_others(
    *, zones: frozenset[str], conditions: Conditions, first: date, last: date, begins_at: datetime | None,
    ends_at: datetime, of_calls: str, of_totals: str, by_day: bool,
) -> tuple[str, dict[str, Any]]:  # fmt: skip
    """A select of value, calls and talk time to be added to the totals of the days from `first` to `last`, so that they
    are of the calls from `begins_at` (None: the first one) to before `ends_at`; and its values. `of_calls` and
    `of_totals`: by what a call is grouped, and by what its total is.
    """
    low, high = _around(last + timedelta(days=1), ends_at, zones)
    near, values = "c.id >= %(end_low)s AND c.id < %(end_high)s", {"end_low": low, "end_high": high}
    if begins_at is not None:
        values["begin_low"], values["begin_high"] = _around(first, begins_at, zones)
        near = f"(c.id >= %(begin_low)s AND c.id < %(begin_high)s OR {near})"
    if by_day:  # each day within has ends of its own
        values["begin_low"] = values.get("begin_low", UUID(int=0))
        near = f"c.id >= %(begin_low)s AND c.id < %(end_high)s AND {of_calls} <> {of_totals}"
    values["span_low"] = uuid7_floor(begins_at) if begins_at else UUID(int=0)
    values["span_high"] = uuid7_floor(ends_at)
    wheres = [text for text in conditions.texts if text != WITHIN]
    where = " AND ".join([*wheres, "c.ended_at IS NOT NULL", _OTHERS, near])
    statement = named_sql("totals_of_other_days.sql").format(of_calls=of_calls, of_totals=of_totals, where=where)
    return statement, values


def _around(day: date, at: datetime, zones: frozenset[str]) -> tuple[UUID, UUID]:
    """The ids between which calls lie that are on one side of `at` and whose days are on the other side of `day`."""
    if "" in zones:
        return uuid7_floor(at - _FURTHEST), uuid7_floor(at + _FURTHEST)
    moments = [at, *(datetime.combine(day, time(), ZoneInfo(zone)) for zone in zones)]
    return uuid7_floor(min(moments)), uuid7_floor(max(moments))
