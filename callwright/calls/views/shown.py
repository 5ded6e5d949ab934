"""A search as the screen shows it: its chips, its columns' heads, its groups."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from callwright.calls.periods import Period
from callwright.calls.queries.groups import Group
from callwright.calls.search import NONE, SORTS, After, Search, criteria_of
from callwright.calls.views.cells import NUMERIC, Text
from callwright.calls.views.wording import COLUMNS, DIRECTIONS, FIELDS, PERIODS, YES_NO, again_word, status_word
from callwright.kit.clock import format_duration
from callwright.kit.statuses import status
from callwright.kit.templatetags import kit


@dataclass(frozen=True, slots=True)
class Chip:
    """A criterion in words; `url` is the search without it."""

    label: str
    value: str
    url: str


def address(search: Search, **more: str) -> str:
    """Where a search is shown; that of today's calls says so, since the bare address opens with the user's own view."""
    query = "&".join(part for part in (search.query or "period=today", urlencode(more)) if part)
    return f"{reverse('calls:register')}?{query}"


def rows_address(search: Search, after: After) -> str:
    """Where the rows after a place are."""
    pairs = [*search.pairs(), ("after", after.value), ("last_id", str(after.id))]
    return f"{reverse('calls:rows')}?{urlencode(pairs)}"


def chips_of(search: Search, names: dict[str, str]) -> list[Chip]:
    """What the search asks for, each with the way to the search without it."""
    chips = []
    if search.period != Period.TODAY:
        chips.append(Chip(str(FIELDS["period"]), period_in_words(search), address(search.without("period"))))
    for name, value in criteria_of(search):
        word = names.get(name) or _value_in_words(name, value)
        chips.append(Chip(str(FIELDS[name]), word, address(search.without(name, value))))
    return chips


def period_in_words(search: Search) -> str:
    if search.period != Period.CUSTOM:
        return str(PERIODS[search.period])
    first, last = (_day(datetime.combine(day, time())) if day else "" for day in (search.first, search.last))
    if first == last:
        return first
    if not last:
        return _("since %(day)s") % {"day": first}
    return f"{first} – {last}" if first else _("until %(day)s") % {"day": last}


def day_in_words(at: datetime) -> str:
    """The viewer's day of a moment."""
    return _day(localtime(at))


def _day(day: datetime) -> str:
    return kit.written_day(day)


def _value_in_words(name: str, value: str) -> str:
    if name == "directions":
        return str(DIRECTIONS[value])
    if name == "statuses":
        return status_word(value)
    if name == "follow_ups":
        return str(status(value).label)
    if name in ("too_long", "recorded"):
        return str(YES_NO[value])
    if name in ("talk_from", "talk_to", "wait_to"):
        return format_duration(int(value))
    if name == "again":
        return again_word(value)
    if name == "hour":
        return kit.written_hour(int(value))
    if name == "weekday":
        return kit.written_weekday(int(value))
    if value == NONE:
        return _("none") if name in ("queue", "category") else _("nobody")
    if name == "marker" and value == "any":
        return _("any")
    return value


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; `url` sorts by it, empty where that makes no sense."""

    name: str
    label: str
    classes: str
    url: str
    sorted: str


def heads(search: Search, columns: tuple[str, ...]) -> Iterator[Head]:
    """The heads of the columns; a second click on one turns the order round."""
    for name in columns:
        sort = "started" if name in ("date", "time") else name
        is_current = sort == search.sort and not (name == "date" and "time" in columns)
        # numbers and times begin with the largest, words with A
        descending = not search.descending if is_current else sort == "started" or sort in NUMERIC
        url = address(replace(search, sort=sort, descending=descending)) if sort in SORTS else ""
        turn = ("descending" if search.descending else "ascending") if is_current else ""
        label = str(COLUMNS[name])
        yield Head(name, label, f"cell-{name}{' number' if name in NUMERIC else ''}", url, turn)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as a row; `rows_url` gives its calls, `url` the search for them."""

    title: Text
    calls: int
    talk_s: int
    rows_url: str
    url: str


def shown_groups(groups: tuple[Group, ...], by: str) -> Iterator[ShownGroup]:
    for group in groups:
        rows_url = f"{reverse('calls:rows')}?{group.search.query}"
        yield ShownGroup(_title(group, by), group.calls, group.talk_s, rows_url, address(group.search))


def _title(group: Group, by: str) -> Text:
    if by == "day" and group.search.first is not None:
        return _day(datetime.combine(group.search.first, time()))
    if by == "status":
        return kit.status_pill(str(group.value), label=status_word(str(group.value)))
    if group.value is None:
        return _("Nobody known") if by == "contact" else _("Nobody")
    return format_html("<bdi>{}</bdi>", group.name or _("Without a name"))
