"""What a list is of, in words: its days and filters, as far as the viewer may know their names."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from callwright.registration.asked import Asked
from callwright.registration.queries.list_choices import topic_groups
from callwright.registration.queries.quality_rules import rule_names
from callwright.registration.words_quality import KINDS, STATES
from callwright.reports.labels import days_label, hour_label, weekday_label
from callwright.reports.lists import ListAsked, ListKind
from callwright.reports.queries.names import name_for
from callwright.reports.words import DIRECTIONS, FIELDS, NONE
from callwright.staff.queries.rights import Viewer

Days = tuple[date | None, date]


def days_of_list(wish: ListAsked, *, now: datetime) -> Days:
    """The first day (None: from the beginning) and the last of a list with a period, in its zone."""
    zone, span = ZoneInfo(wish.asked.zone), wish.asked.span(now)
    last = (span.ends_at - timedelta(microseconds=1) if span.ends_at else now).astimezone(zone).date()
    return (span.begins_at.astimezone(zone).date() if span.begins_at else None), last


def days_in_words(days: Days) -> str:
    """The days of a list."""
    first, last = days
    return days_label(first, last) if first is not None else _("Up to %(day)s") % {"day": days_label(last, last)}


def about_list(
    viewer: Viewer, kind: ListKind, wish: ListAsked, days: Days, *, is_old: bool = False
) -> list[tuple[str, str]]:
    """Its days, zone and filters, as pairs of what and its value; and that it `is_old`."""
    asked = wish.asked
    about = [(str(FIELDS["period"]), days_in_words(days)), (str(FIELDS["zone"]), asked.zone)]
    if kind.code == "findings":
        about.append((_("State"), str(STATES[asked.state])))
    for field, head, named in _names(viewer, asked):
        if found := _named(getattr(asked, field), named):
            about.append((head, found))
    if asked.direction:
        about.append((str(FIELDS["direction"]), _listed(str(DIRECTIONS[one]) for one in asked.direction)))
    if asked.text:
        about.append((_("Words of the comment"), asked.text))
    if is_old:
        about.append((_("Figures"), _("Some of these days are still being added up.")))
    return about


Named = Callable[[], Mapping[int, str]]


def _names(viewer: Viewer, asked: Asked) -> list[tuple[str, str, Named]]:
    """Each filter by ids, its head, and the names of the ids that the viewer knows, looked up when they are needed."""

    def named(what: str, ids: Iterable[int], none: Any = "") -> Named:
        return lambda: {one: name_for(viewer, what, one) if one else str(none) for one in ids}

    return [
        ("account", str(FIELDS["account"]), named("account", asked.account)),
        ("agent", str(FIELDS["user"]), named("user", asked.agent, NONE["user"])),
        ("queue", str(FIELDS["queue"]), named("queue", asked.queue, NONE["queue"])),
        ("topic", str(FIELDS["topic"]), lambda: dict(pair for one in topic_groups(viewer) for pair in one.topics)),
        ("ticked", str(FIELDS["topic"]), lambda: {1: _("At least one topic")}),
        ("asked", _("Registration"), lambda: {1: _("Registered or not")}),
        ("registered", _("Registration"), lambda: {1: pgettext("a call", "Registered")}),
        ("category", _("Category of topics"), lambda: {one.id: one.name for one in topic_groups(viewer)}),
        ("contact_category", str(FIELDS["category"]), named("category", asked.contact_category, NONE["category"])),
        ("rule", _("Rule"), lambda: {id: name or str(KINDS[kind]) for id, kind, name in rule_names(viewer)}),
        ("hour", _("Hour of the day"), lambda: {hour: hour_label(hour) for hour in range(24)}),
        ("weekday", _("Day of the week"), lambda: {day: weekday_label(day) for day in range(1, 8)}),
    ]


def _named(ids: Iterable[int], named: Named) -> str:
    wanted = list(ids)
    if not wanted:
        return ""
    known = named()
    return _listed(known.get(one, f"#{one}") for one in wanted)


def _listed(words: Iterable[str]) -> str:
    return pgettext("between the parts of a line", ", ").join(words)
