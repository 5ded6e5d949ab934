"""The people of an account as they are at a moment: who is there, until when, and to whom callers are handed on."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from callwright.accounts.availability import Absence, Presence, Somebody, applies, presence, way_of
from callwright.accounts.hours import Hours, Spans, on_the_wall
from callwright.accounts.queries.hours import Closed, public_holidays


@dataclass(frozen=True, slots=True)
class PersonNow:
    """`numbers`: E.164 or an extension, the first is the one to try."""

    id: int
    name: str
    role: str
    numbers: tuple[str, ...]
    email: str
    advice: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class ForwardingNow:
    """A rule that counts now. `next` takes the call, None: nobody can; `tried` would come before but are away, `then`
    follow. `topic` blank: calls about anything else; `otherwise` blank: take a note.
    """

    topic: str
    next: PersonNow | None
    tried: tuple[PersonNow, ...]
    then: tuple[PersonNow, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What an account has set of its working time; `names` of its own closed days."""

    zone: str
    spans: Spans
    country: str
    subdivision: str
    names: dict[date, str]

    @property
    def is_set(self) -> bool:
        return bool(self.spans or self.country or self.names)

    @property
    def hours(self) -> Hours:
        return Hours(self.zone, self.spans, Closed(self.country, self.subdivision, self.names))

    def presence(self, now: datetime) -> Presence:
        """Whether the account is open; the reason is the name of the holiday or of the closed day."""
        found = presence(self.hours, (), now)
        if found.is_there:
            return found
        return Presence(False, found.until, self.closed_name(now.astimezone(ZoneInfo(self.zone)).date()))

    def closed_name(self, day: date) -> str:
        if day in self.names:
            return self.names[day]
        return public_holidays(self.country, self.subdivision, day.year).get(day, "") if self.country else ""


@dataclass(frozen=True, slots=True)
class _Kept:
    id: int
    name: str
    role: str
    numbers: tuple[str, ...]
    email: str
    advice: str
    on_closed_days: bool
    stand_in: int | None
    spans: Spans
    absences: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    topic: str
    when: str
    otherwise: str
    steps: tuple[int, ...]


def people_now(
    people: str, rules: str, calendar: Calendar, *, now: datetime
) -> tuple[tuple[PersonNow, ...], tuple[ForwardingNow, ...]]:
    """The people and the rules that count now, from what `on_card.sql` reads of them."""
    kept = _people(people, calendar.zone)
    found = {one.id: _now(one, calendar, now) for one in kept}
    somebody = {one.id: Somebody(one.id, found[one.id].presence, bool(one.numbers), one.stand_in) for one in kept}
    is_open = calendar.presence(now).is_there
    ways = [(rule, way_of(rule.steps, somebody)) for rule in _rules(rules) if applies(rule.when, is_open)]
    return tuple(found.values()), tuple(
        ForwardingNow(
            rule.topic,
            found[way.next] if way.next is not None else None,
            tuple(found[id] for id in way.tried),
            tuple(found[id] for id in way.then),
            rule.otherwise,
        )
        for rule, way in ways
    )


def _now(one: _Kept, calendar: Calendar, now: datetime) -> PersonNow:
    spans = one.spans or calendar.spans
    hours = Hours(calendar.zone, spans) if one.on_closed_days else Hours(calendar.zone, spans, calendar.hours.is_closed)
    here = presence(hours, one.absences, now)
    return PersonNow(one.id, one.name, one.role, one.numbers, one.email, one.advice, here)


@lru_cache(maxsize=2048)
def _people(told: str, zone: str) -> tuple[_Kept, ...]:
    """Kept, since the same accounts are called again and again."""
    return tuple(_person(zone, *one) for one in json.loads(told or "[]"))


def _person(
    zone: str, id: int, name: str, role: str, numbers: list[str], email: str, advice: str, on_closed_days: bool,
    stand_in: int | None, spans: list[list[int]] | None, absences: list[list[Any]] | None,
) -> _Kept:  # fmt: skip
    away = tuple(_absence(zone, *absence) for absence in absences or ())
    return _Kept(id, name, role, tuple(numbers), email, advice, on_closed_days, stand_in, spans_of(spans), away)


def _absence(zone: str, begins_on: str, begins_min: int, ends_on: str, ends_min: int, reason: str) -> Absence:
    return absence_at(zone, date.fromisoformat(begins_on), begins_min, date.fromisoformat(ends_on), ends_min, reason)


def absence_at(zone: str, begins_on: date, begins_min: int, ends_on: date, ends_min: int, reason: str = "") -> Absence:
    """The moments of an absence that the clock in `zone` tells, in minutes after midnight."""
    return Absence(on_the_wall(zone, begins_on, begins_min), on_the_wall(zone, ends_on, ends_min), reason)


def spans_of(told: list[list[int]] | None) -> Spans:
    return tuple((day, begins, ends) for day, begins, ends in told or ())


@lru_cache(maxsize=2048)
def _rules(told: str) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(topic, when, otherwise, tuple(steps or ()))
        for _, topic, when, otherwise, steps in json.loads(told or "[]")
    )


def calendar_of(zone: str, spans: str, closed: str, country: str, subdivision: str) -> Calendar:
    """The calendar from what `on_card.sql` reads of it."""
    names = {date.fromisoformat(day): name for day, name in json.loads(closed or "[]")}
    return Calendar(zone, spans_of(json.loads(spans or "[]")), country, subdivision, names)
