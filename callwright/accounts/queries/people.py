"""The people of an account and the rules of forwarding, as they are set up."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from callwright.accounts.availability import Presence
from callwright.accounts.hours import DAY_MIN, Spans
from callwright.accounts.models import AccountPerson, ForwardingRule, PersonAbsence
from callwright.accounts.queries.on_card import account_on_card
from callwright.kit.phone_numbers import format_number


@dataclass(frozen=True, slots=True)
class AbsenceKept:
    """By the clock in the account's zone; minutes after midnight, `ends_min` 1440 is the end of the day."""

    id: int
    begins_on: date
    begins_min: int
    ends_on: date
    ends_min: int
    reason: str

    @property
    def begins(self) -> str:
        return "" if self.begins_min == 0 else f"{self.begins_min // 60}:{self.begins_min % 60:02}"

    @property
    def ends(self) -> str:
        return "" if self.ends_min == DAY_MIN else f"{self.ends_min // 60}:{self.ends_min % 60:02}"


@dataclass(frozen=True, slots=True)
class PersonKept:
    """A person with their week and the absences that are not past; `shown_numbers` as people write them."""

    id: int
    name: str
    role: str
    numbers: tuple[str, ...]
    shown_numbers: tuple[str, ...]
    email: str
    advice: str
    on_closed_days: bool
    stand_in_id: int | None
    spans: Spans
    absences: tuple[AbsenceKept, ...]


def person_of(account_id: int, person_id: int, *, country: str, today: date) -> PersonKept | None:
    """One person of the account; numbers written as in `country`."""
    one = AccountPerson.objects.filter(account_id=account_id, pk=person_id).first()
    if one is None:
        return None
    spans = one.spans.filter(account_id=account_id).values_list("weekday", "begins_min", "ends_min")
    away = PersonAbsence.objects.filter(account_id=account_id, person_id=person_id, ends_on__gte=today)
    columns = ("id", "begins_on", "begins_min", "ends_on", "ends_min", "reason")
    return PersonKept(
        one.pk, one.name, one.role, tuple(one.numbers), tuple(format_number(n, country) for n in one.numbers),
        one.email, one.advice, one.on_closed_days, one.stand_in_id, tuple(spans),
        tuple(AbsenceKept(*row) for row in away.values_list(*columns)),
    )  # fmt: skip


def names_of_people(account_id: int, *, but: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the account's people in their order."""
    return list(
        AccountPerson.objects.filter(account_id=account_id).exclude(pk__in=[but or 0]).values_list("id", "name")
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list: as they are now, and who stands in."""

    id: int
    name: str
    role: str
    numbers: tuple[str, ...]
    email: str
    presence: Presence
    stand_in: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it is set: `when` is a code and `label` its words, `people` are names in their order."""

    id: int
    topic: str
    when: str
    label: str
    otherwise: str
    people: tuple[tuple[int, str], ...]


_RULES = """
    SELECT r.id, r.topic, r."when", r.otherwise,
        (
            SELECT json_agg(json_build_array(p.id, p.name) ORDER BY s.position)
            FROM accounts_forwardingstep s
            JOIN accounts_accountperson p ON p.account_id = %(account)s AND p.id = s.person_id
            WHERE s.account_id = %(account)s AND s.rule_id = r.id
        )::text
    FROM accounts_forwardingrule r WHERE r.account_id = %(account)s ORDER BY r.position, r.id
"""


def rules_of(account_id: int) -> list[RuleRow]:
    """The account's rules in their order; one query."""
    labels = dict(ForwardingRule.When.choices)
    with connection.cursor() as cursor:
        cursor.execute(_RULES, {"account": account_id})
        rows = cursor.fetchall()
    return [
        RuleRow(id, topic, when, str(labels[when]), otherwise, tuple((i, name) for i, name in json.loads(told or "[]")))
        for id, topic, when, otherwise, told in rows
    ]


def people_of(account_id: int, *, now: datetime) -> list[PersonRow]:
    """The account's people in their order, as they are at this moment."""
    card = account_on_card(account_id, now=now)
    stand_ins = dict(AccountPerson.objects.filter(account_id=account_id).values_list("id", "stand_in__name"))
    return [
        PersonRow(one.id, one.name, one.role, one.numbers, one.email, one.presence, stand_ins.get(one.id) or "")
        for one in (card.people if card else ())
    ]
