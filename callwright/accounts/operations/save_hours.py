"""Keeps when an account works, and how soon it wants missed callers called back (CALL-6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from callwright.accounts.models import Account, ClosedDay, OpenSpan
from callwright.accounts.queries.hours import holiday_countries
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish

LONGEST_TARGET_S = 7 * 24 * 3600
MOST_CLOSED_DAYS = 400


class CalendarRefused(Exception):
    """`field` cannot be kept; `reason`: too_long, unknown, too_many."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


@transaction.atomic
def save_hours(
    *,
    account_id: int,
    spans: Mapping[int, Sequence[tuple[int, int]]],
    call_back_within_s: int | None,
    holidays_country: str = "",
    holidays_subdivision: str = "",
    now: datetime,
) -> None:
    """Spans in minutes after midnight by weekday (0: Monday), none at all for around the clock; the target in seconds
    of working time, None for the usual one. For calls missed from now on. Raises Account.DoesNotExist, CalendarRefused.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if call_back_within_s is not None and not 0 < call_back_within_s <= LONGEST_TARGET_S:
        raise CalendarRefused("call_back_within_min", "too_long")
    known = holiday_countries()
    if holidays_country and holidays_country not in known:
        raise CalendarRefused("holidays_country", "unknown")
    if holidays_subdivision and holidays_subdivision not in known.get(holidays_country, ()):
        raise CalendarRefused("holidays_subdivision", "unknown")
    account.call_back_within_s = call_back_within_s
    account.holidays_country, account.holidays_subdivision = holidays_country, holidays_subdivision
    account.save(update_fields=["call_back_within_s", "holidays_country", "holidays_subdivision"])
    OpenSpan.objects.filter(account_id=account_id).delete()
    OpenSpan.objects.bulk_create(
        OpenSpan(account_id=account_id, weekday=day, begins_min=begin, ends_min=end)
        for day, of_day in spans.items()
        for begin, end in of_day
    )
    _tell(account_id, now)


@transaction.atomic
def add_closed_day(*, account_id: int, on: date, name: str = "", now: datetime) -> None:
    """The account does not work on this day; told twice, the last name counts. Raises CalendarRefused."""
    name = clean_line(name)
    if len(name) > 80:
        raise CalendarRefused("name", "too_long")
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if ClosedDay.objects.filter(account_id=account_id).count() >= MOST_CLOSED_DAYS:
        raise CalendarRefused("on", "too_many")
    ClosedDay.objects.update_or_create(account_id=account_id, on=on, defaults={"name": name})
    _tell(account_id, now)


@transaction.atomic
def remove_closed_day(*, account_id: int, on: date, now: datetime) -> None:
    """The account works on this day after all. Removing one twice is no error."""
    ClosedDay.objects.filter(account_id=account_id, on=on).delete()
    _tell(account_id, now)


def _tell(account_id: int, now: datetime) -> None:
    publish([Change("accounts", "changed", str(account_id), account_id)], now=now)
