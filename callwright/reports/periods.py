"""The periods of reports: days of a zone, and the days that they are compared with. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from callwright.reports.table import before, beginning_of


class Period(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    WEEKS_4 = "4_weeks"  # 28 days, so that it is compared with the same days of the week
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    CUSTOM = "custom"


LONGEST_DAYS = 3 * 366
"""More is asked of no report at once."""

Days = tuple[date, date]
"""The first and the last day, both included."""


def days_of(period: Period, today: date, first: date | None = None, last: date | None = None) -> Days:
    """The days that a period means today; weeks begin on Monday. `first` and `last` are those of a custom one: one of
    them alone goes up to, or from, today; at most the last `LONGEST_DAYS` of them count.
    """
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - timedelta(days=1), today - timedelta(days=1)
        case Period.WEEKS_4:
            return today - timedelta(days=27), today
        case Period.CUSTOM:
            return _custom(today, first, last)
    begin, is_past = _begin(period, today), period.value.startswith("last_")
    if not is_past:
        return begin, today
    return _begin(period, begin - timedelta(days=1)), begin - timedelta(days=1)


def days_before(period: Period, days: Days) -> Days:
    """The days before: of a period that has only begun as many days from the beginning of the one before it."""
    begins_on, ends_on = days
    if period.value.startswith("this_"):
        earlier = _begin(period, begins_on - timedelta(days=1))
        return earlier, min(earlier + (ends_on - begins_on), begins_on - timedelta(days=1))
    return before(begins_on, ends_on)


def _begin(period: Period, day: date) -> date:
    """The first day of the week, month, quarter or year in which `day` lies."""
    match period.value.partition("_")[2]:
        case "week":
            return beginning_of(day, "week")
        case "quarter":
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case "year":
            return date(day.year, 1, 1)
        case _:
            return day.replace(day=1)


def _custom(today: date, first: date | None, last: date | None) -> Days:
    if first is None and last is None:
        return today - timedelta(days=27), today
    if first and last and first > last:
        first, last = last, first
    ends_on = last or max(today, first or today)
    begins_on = first or min(today, ends_on)
    return max(begins_on, ends_on - timedelta(days=LONGEST_DAYS - 1)), ends_on
