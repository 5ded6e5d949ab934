"""What rows are called and how figures are written, by the viewer's language."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.kit.clock import format_duration
from callwright.kit.templatetags.kit import viewer_locale, written_day
from callwright.reports.table import MINUTES, Ask, Kind, following
from callwright.reports.words import DIRECTIONS, NONE

Value = float | int | None
MOST_MARKS = 8


def time_label(key: str, interval: str, *, with_day: bool) -> str:
    """A point in time as its row is called: 14:00, 14:15, 21 Nov 2026, 16 – 22 Nov 2026, November 2026."""
    return _time_label(key, interval, with_day, viewer_locale())


@lru_cache(maxsize=4096)
def _time_label(key: str, interval: str, with_day: bool, locale: Locale) -> str:
    if interval in MINUTES:
        at = datetime.fromisoformat(key)
        hour = hour_label(at.hour, at.minute)
        return f"{written_day(at.date())}, {hour}" if with_day else hour
    day = date.fromisoformat(key)
    if interval == "month":
        return str(babel_dates.format_skeleton("yMMMM", day, locale=locale))
    if interval == "week":
        last = following(day, "week") - timedelta(days=1)
        return str(babel_dates.format_interval(day, last, "yMMMd", locale=locale))
    return written_day(day)


def short_label(key: str, interval: str) -> str:
    """The same under the axis of a chart, where there is little room."""
    if interval in MINUTES:
        at = datetime.fromisoformat(key)
        return hour_label(at.hour, at.minute)
    skeleton = "yMMM" if interval == "month" else "MMMd"
    return str(babel_dates.format_skeleton(skeleton, date.fromisoformat(key), locale=viewer_locale()))


def marks_of(keys: Sequence[str], labels: Sequence[str], ask: Ask) -> list[str]:
    """What stands under the axis of a chart: so many that they have room, evenly."""
    if not keys:
        return []
    count = min(len(keys), MOST_MARKS)
    step = (len(keys) - 1) / max(1, count - 1)
    chosen = [round(place * step) for place in range(count)]
    if ask.by == "time":
        return [short_label(keys[place], ask.interval) for place in chosen]
    return [labels[place] for place in chosen]


def hour_label(hour: int, minute: int = 0) -> str:
    """An hour of the day, or a part of one, by its beginning."""
    return str(babel_dates.format_time(time(hour % 24, minute), "short", locale=viewer_locale()))


def weekday_label(number: int) -> str:
    """A day of the week, 1 is Monday."""
    return str(babel_dates.get_day_names("wide", "stand-alone", viewer_locale())[number - 1])


def days_label(begins_on: date, ends_on: date) -> str:
    """The days of a period."""
    if begins_on == ends_on:
        return written_day(begins_on)
    return str(babel_dates.format_interval(begins_on, ends_on, "yMMMd", locale=viewer_locale()))


def fixed_label(by: str, key: str) -> str | None:
    """What a value is called that has no name of its own; None for one that is named elsewhere."""
    if not key:
        return str(NONE.get(by, "–"))
    match by:
        case "hour":
            return hour_label(int(key))
        case "weekday":
            return weekday_label(int(key))
        case "direction":
            return str(DIRECTIONS.get(key, key))
        case _:
            return None


def figure(value: Value, kind: Kind, locale: Locale | None = None) -> str:
    """A figure as people read it; a dash where there is nothing to tell. Whoever writes thousands looks up the viewer's
    `locale` once.
    """
    if value is None:
        return "–"
    if kind == "seconds":
        return format_duration(value)
    return _number(value if kind == "share" else round(value, 4), kind, locale or viewer_locale())


@lru_cache(maxsize=16_384)
def _number(value: Any, kind: str, locale: Locale) -> str:
    if kind == "share":
        return str(babel_numbers.format_percent(value, format=_percent(locale), locale=locale))
    if kind == "number":
        return str(babel_numbers.format_decimal(value, format="#,##0.0", locale=locale))
    return str(babel_numbers.format_decimal(value, locale=locale))


def _percent(locale: Locale) -> str:
    """The locale's own way to write per cent, with one decimal place."""
    pattern = str(locale.percent_formats[None].pattern)
    return pattern.replace("0", "0.0", 1) if "0.0" not in pattern else pattern


def figure_in_brief(value: Value, kind: Kind) -> str:
    """As `figure`, but from a hundred hours on whole hours alone."""
    if kind == "seconds" and value is not None and value >= 100 * 3600:
        return _("%(hours)s h") % {"hours": _number(round(value / 3600), "count", viewer_locale())}
    return figure(value, kind)


def points_text(points: float, locale: Locale | None = None) -> str:
    """How much a share rose or fell, in percentage points, with its sign."""
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    shown = _number(round(abs(points) * 100, 1), "number", locale or viewer_locale())
    number = f"\u2066{sign}{shown}\u2069"  # runs from the left, whatever way the word after it runs
    return f"{number} {pgettext('percentage points, short', 'pp')}"


def change_text(change: float | None, locale: Locale | None = None) -> str:
    """How much more or less than before, with its sign."""
    if change is None:
        return ""
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return sign + _number(round(abs(change), 3), "share", locale or viewer_locale())
