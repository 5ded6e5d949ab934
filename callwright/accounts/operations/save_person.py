"""Keeps the people of an account: how and when they are reached, and when they are away (ACC-5)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from callwright.accounts.models import Account, AccountPerson, PersonAbsence, PersonSpan
from callwright.kit.phone_numbers import NumberKind, parse_number
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish

MOST_NUMBERS, MOST_PEOPLE, MOST_ABSENCES = 5, 300, 100
_LONGEST = {"name": 200, "role": 120, "advice": 300}


class PersonRefused(Exception):
    """Cannot be kept; `field` and `reason` (empty, too_long, too_many, not_a_number, not_an_email, unknown, backwards)
    tell why, `given` what was typed.
    """

    def __init__(self, field: str, reason: str, given: str = "") -> None:
        super().__init__(field, reason)
        self.field, self.reason, self.given = field, reason, given


@transaction.atomic
def save_person(
    *, account_id: int, person_id: int | None = None, name: str, role: str = "", numbers: Sequence[str] = (),
    email: str = "", advice: str = "", on_closed_days: bool = False, stand_in_id: int | None = None,
    spans: Mapping[int, Sequence[tuple[int, int]]] | None = None, now: datetime,
) -> int:  # fmt: skip
    """A new person, after the others, or one as they are now; returns the id. Numbers in any notation of the account's
    country, or extensions; spans in minutes after midnight by weekday (0: Monday), none at all for the account's own.

    Raises Account.DoesNotExist, AccountPerson.DoesNotExist, PersonRefused.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    others = AccountPerson.objects.filter(account_id=account_id)
    if person_id is None:
        if others.count() >= MOST_PEOPLE:
            raise PersonRefused("name", "too_many")
        last: int | None = others.aggregate(last=Max("position"))["last"]
        person = AccountPerson(account_id=account_id, position=0 if last is None else last + 1)
    else:
        person = others.get(pk=person_id)
    if stand_in_id is not None and not others.exclude(pk__in=[person_id or 0]).filter(pk=stand_in_id).exists():
        raise PersonRefused("stand_in", "unknown")
    person.name, person.role, person.advice = _line("name", name), _line("role", role), _line("advice", advice)
    person.numbers, person.email = _numbers(numbers, account.home_country), _email(email)
    person.on_closed_days, person.stand_in_id = on_closed_days, stand_in_id
    person.save()
    PersonSpan.objects.filter(account_id=account_id, person=person).delete()
    PersonSpan.objects.bulk_create(
        PersonSpan(account_id=account_id, person=person, weekday=day, begins_min=begin, ends_min=end)
        for day, of_day in (spans or {}).items()
        for begin, end in of_day
    )
    _tell(account_id, now)
    return person.pk


@transaction.atomic
def remove_person(*, account_id: int, person_id: int, now: datetime) -> None:
    """Goes from the list, from all rules and as a stand-in. Twice is no error."""
    AccountPerson.objects.filter(account_id=account_id, pk=person_id).delete()
    _tell(account_id, now)


@transaction.atomic
def order_people(*, account_id: int, person_ids: Sequence[int], now: datetime) -> None:
    """The people in this order; who was added meanwhile follows. Those of other accounts are passed over."""
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    known = list(AccountPerson.objects.filter(account_id=account_id).order_by("position", "pk"))
    place = {id: index for index, id in enumerate(dict.fromkeys(person_ids))}
    known.sort(key=lambda person: place.get(person.pk, len(place)))
    for index, person in enumerate(known):
        person.position = index
    AccountPerson.objects.bulk_update(known, ["position"])
    _tell(account_id, now)


@transaction.atomic
def add_absence(
    *, account_id: int, person_id: int, begins_on: date, begins_min: int = 0, ends_on: date, ends_min: int = 24 * 60,
    reason: str = "", now: datetime,
) -> int:  # fmt: skip
    """The person is away from then to then, by the clock in the account's zone (minutes after midnight); returns the
    id. Raises AccountPerson.DoesNotExist, PersonRefused.
    """
    person = AccountPerson.objects.select_for_update().get(account_id=account_id, pk=person_id)
    reason = clean_line(reason)
    if len(reason) > 80:
        raise PersonRefused("reason", "too_long")
    if (ends_on, ends_min) <= (begins_on, begins_min):
        raise PersonRefused("ends_on", "backwards")
    if PersonAbsence.objects.filter(account_id=account_id, person=person).count() >= MOST_ABSENCES:
        raise PersonRefused("begins_on", "too_many")
    absence = PersonAbsence.objects.create(
        account_id=account_id, person=person, begins_on=begins_on, begins_min=begins_min, ends_on=ends_on,
        ends_min=ends_min, reason=reason,
    )  # fmt: skip
    _tell(account_id, now)
    return absence.pk


@transaction.atomic
def remove_absence(*, account_id: int, absence_id: int, now: datetime) -> None:
    """The person is there after all. Twice is no error."""
    PersonAbsence.objects.filter(account_id=account_id, pk=absence_id).delete()
    _tell(account_id, now)


def _tell(account_id: int, now: datetime) -> None:
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)


def _line(field: str, text: str) -> str:
    text = clean_line(text)
    if field == "name" and not text:
        raise PersonRefused(field, "empty")
    if len(text) > _LONGEST[field]:
        raise PersonRefused(field, "too_long")
    return text


def _email(email: str) -> str:
    email = clean_line(email)
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise PersonRefused("email", "not_an_email") from error
    if len(email) > 254:
        raise PersonRefused("email", "too_long")
    return email


def _numbers(given: Sequence[str], home_country: str) -> list[str]:
    numbers: list[str] = []
    for raw in given:
        text = clean_line(raw)
        if not text:
            continue
        parsed = parse_number(text, home_country)
        number = parsed.e164
        if not number and parsed.kind in (NumberKind.EXTENSION, NumberKind.SHORT):
            number = (parsed.as_received or "")[:32]
        if not number:
            raise PersonRefused("numbers", "not_a_number", text)
        if number not in numbers:
            numbers.append(number)
    if len(numbers) > MOST_NUMBERS:
        raise PersonRefused("numbers", "too_many")
    return numbers
