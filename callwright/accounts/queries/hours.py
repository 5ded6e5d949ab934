"""When accounts work, and by when they want missed callers called back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import holidays
from django.db import connection

from callwright.accounts.hours import Hours, due_at
from callwright.accounts.models import ClosedDay, OpenSpan
from callwright.kit.clock import local_day

CALL_BACK_WITHIN_S = 20 * 60
"""Unless an account or a queue says otherwise."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What an account set: hours, and within how many seconds of them a missed caller is to be called back."""

    hours: Hours
    call_back_within_s: int

    def call_back_due_at(self, missed_at: datetime, within_s: int | None = None) -> datetime:
        """Until when a caller missed then should be called back; `within_s` is the queue's own target."""
        return due_at(self.hours, missed_at, self.call_back_within_s if within_s is None else within_s)


@lru_cache(maxsize=512)
def public_holidays(country: str, subdivision: str, year: int) -> dict[date, str]:
    """The public holidays of a year by day; none for a country that nobody knows the holidays of."""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        return {}
    return dict(found.items())


def holiday_countries() -> dict[str, list[str]]:
    """The countries whose public holidays are known (ISO codes), each with its subdivisions that have their own."""
    return {code: list(parts) for code, parts in holidays.list_supported_countries(include_aliases=False).items()}


_CALENDARS = """
    SELECT a.id, a.time_zone, a.call_back_within_s, a.holidays_country, a.holidays_subdivision,
        (SELECT json_agg(json_build_array(weekday, begins_min, ends_min)) FROM accounts_openspan
         WHERE account_id = a.id)::text,
        (SELECT array_agg("on") FROM accounts_closedday WHERE account_id = a.id)
    FROM accounts_account a WHERE a.id = ANY(%s)
"""


def calendars(account_ids: Iterable[int]) -> dict[int, Calendar]:
    """The calendars of these accounts; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CALENDARS, [sorted(set(account_ids))])
        rows = cursor.fetchall()
    return {
        id: Calendar(
            Hours(zone, tuple(tuple(span) for span in json.loads(spans or "[]")), Closed(country, part, closed or ())),
            CALL_BACK_WITHIN_S if within is None else within,
        )
        for id, zone, within, country, part, spans, closed in rows
    }


class Closed:
    """Whether a day is a holiday or an own closed one."""

    __slots__ = ("country", "own", "part")

    def __init__(self, country: str, part: str, own: Iterable[date]) -> None:
        self.country, self.part, self.own = country, part, frozenset(own)

    def __call__(self, day: date) -> bool:
        return day in self.own or (bool(self.country) and day in public_holidays(self.country, self.part, day.year))


def spans_of(account_id: int) -> dict[int, list[tuple[int, int]]]:
    """The account's spans in minutes after midnight by weekday (0: Monday)."""
    found: dict[int, list[tuple[int, int]]] = {day: [] for day in range(7)}
    for weekday, begin, end in OpenSpan.objects.filter(account_id=account_id).values_list(
        "weekday", "begins_min", "ends_min"
    ):
        found[weekday].append((begin, end))
    return found


def closed_days_of(account_id: int, *, since: date) -> list[tuple[date, str]]:
    """The account's own closed days from a day on, with their names."""
    return list(ClosedDay.objects.filter(account_id=account_id, on__gte=since).values_list("on", "name"))


def next_holidays(
    country: str, subdivision: str, *, now: datetime, zone: str, limit: int = 5
) -> list[tuple[date, str]]:
    """The next public holidays, so that people see whether they chose the right ones."""
    if not country:
        return []
    today = local_day(now, zone)
    found = {
        **public_holidays(country, subdivision, today.year),
        **public_holidays(country, subdivision, today.year + 1),
    }
    return sorted((day, name) for day, name in found.items() if day >= today)[:limit]
