"""Days of 23 and 25 hours, and the doubled hour, in reports of what came of calls (CALL-6, CALL-13, REP-8)."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from callwright.calls.export_shape import Shape
from callwright.calls.follow_up_list import MissedList, parse_missed_list
from callwright.calls.models import Export, SavedSearch, TooLongReview
from callwright.calls.operations.export_calls import ask_export, make_export
from callwright.calls.operations.save_search import save_search
from callwright.calls.periods import Period, span_of
from callwright.calls.queries.follow_up_totals import missed_totals
from callwright.calls.queries.groups import groups_of
from callwright.calls.queries.register import register_page, total_of
from callwright.calls.queries.too_long_reviews import ReviewFilter, reviews, totals
from callwright.calls.search import parse_search
from callwright.calls.tests.looking import LONG_DAYS
from callwright.calls.viewpoint import Viewpoint

pytestmark = pytest.mark.django_db
changes = pytest.mark.parametrize(("name", "day", "hours"), LONG_DAYS)


def calls_around(made: Any, day: date, zone: ZoneInfo, **fields: Any) -> list[Any]:
    """A call each half hour from the evening before to the morning after."""
    begin = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC) - timedelta(hours=3)
    moments = [begin + timedelta(minutes=30 * n, seconds=1) for n in range(2 * 31)]
    return [made(at, talk_s=1, local_day=at.astimezone(zone).date(), **fields) for at in moments]


def view_of(zone: ZoneInfo, day: date) -> Viewpoint:
    """As somebody in the zone sees it at that day's noon."""
    return Viewpoint(zone, datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC), "NL")


def search_of(query: str) -> Any:
    return parse_search(parse_qs(query))[0]


@changes
def test_the_register_by_day_where_calls_themselves_are_counted(
    made: Any, owner: Any, name: str, day: date, hours: float
) -> None:
    """A search by extension is nothing that the totals know."""
    zone = ZoneInfo(name)
    calls_around(made, day, zone, extension="201")
    span = f"from={day - timedelta(days=1)}&to={day + timedelta(days=1)}&extension=201"
    view = view_of(zone, day + timedelta(days=9))
    groups = groups_of(owner, search_of(f"{span}&group=day"), view).groups
    assert {group.value: group.calls for group in groups}[day] == 2 * hours
    assert sum(group.calls for group in groups) == 62
    for group in groups:  # what a group leads to is what it counted
        assert len(register_page(owner, group.search, view, limit=100).rows) == group.calls
    assert total_of(owner, search_of(f"from={day}&to={day}&extension=201"), view).calls == 2 * hours


@changes
def test_a_kept_view_of_yesterday_finds_the_whole_day(
    made: Any, owner: Any, name: str, day: date, hours: float
) -> None:
    zone = ZoneInfo(name)
    calls_around(made, day, zone)
    for query in ("period=yesterday", f"from={day}&to={day}", "period=yesterday&status=answered"):
        save_search(user_id=owner.pk, name=query, search=search_of(query))
        kept = SavedSearch.objects.get(name=query)
        rows = register_page(owner, search_of(kept.query), view_of(zone, day + timedelta(days=1)), limit=100).rows
        assert len(rows) == 2 * hours and {row.started_at.astimezone(zone).date() for row in rows} == {day}


@changes
def test_the_totals_of_missed_calls(made: Any, owner: Any, name: str, day: date, hours: float) -> None:
    zone = ZoneInfo(name)
    calls_around(made, day, zone, status="missed", follow_up="called_back")
    view = view_of(zone, day + timedelta(days=2))
    asked = MissedList(period=Period.CUSTOM, first=day - timedelta(days=1), last=day + timedelta(days=1))
    rows = missed_totals(owner, asked, view).rows
    assert {row.value: (row.missed, row.in_time) for row in rows}[day.isoformat()] == (2 * hours, 2 * hours)
    assert rows[-1].is_total and rows[-1].missed == 62
    alone = parse_missed_list(parse_qs(f"period=custom&from={day}&to={day}"))
    assert [row.missed for row in missed_totals(owner, alone, view).rows] == [2 * hours, 2 * hours]
    yesterday = MissedList(period=Period.YESTERDAY)
    view = view_of(zone, day + timedelta(days=1))
    assert missed_totals(owner, yesterday, view).rows[-1].missed == 2 * hours


@changes
def test_the_totals_of_calls_that_lasted_too_long(
    made: Any, supervisor: Any, name: str, day: date, hours: float
) -> None:
    zone = ZoneInfo(name)
    for call in calls_around(made, day, zone):
        TooLongReview.objects.create(account=call.account, call_id=call.id, limit_s=0, passed_at=call.started_at)
    view = view_of(zone, day + timedelta(days=1))
    for query in (f"period=custom&from={day}&to={day}", "period=yesterday"):
        asked = search_of(query)
        span = span_of(asked.period, zone, view.now, asked.first, asked.last)
        wish = ReviewFilter(state="all", begins_at=span.begins_at, ends_at=span.ends_at)
        (total,) = totals(supervisor, wish)
        assert total.by_outcome == {None: 2 * hours} and total.over_s == 2 * hours
        assert len(reviews(supervisor, wish, limit=100).rows) == 2 * hours


@changes
@pytest.mark.parametrize("period", ["period=custom&from={day}&to={day}", "period=yesterday"])
def test_an_export_of_the_day(
    made: Any, supervisor: Any, settings: Any, tmp_path: Path, name: str, day: date, hours: float, period: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    zone = ZoneInfo(name)
    calls = calls_around(made, day, zone)
    now = view_of(zone, day + timedelta(days=1)).now
    asked = ask_export(
        viewer=supervisor, search=search_of(period.format(day=day) + "&sort=started"), now=now, total=50,
        shape=Shape(columns=("date", "time", "ended"), zone=name),
    )  # fmt: skip
    assert make_export(asked, clock=lambda: now, in_background=False) == "ready"
    text = (tmp_path / Export.objects.get(pk=asked).file).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert len(rows) == 2 * hours and {row[0] for row in rows} == {day.isoformat()}
    # whoever reads the file knows each moment again, those of the doubled hour too
    of_day = [call for call in calls if call.local_day == day]
    assert [datetime.fromisoformat(f"{row[0]}T{row[1]}") for row in rows] == [call.started_at for call in of_day]
    assert [datetime.fromisoformat(row[2]) for row in rows] == [call.ended_at.replace(microsecond=0) for call in of_day]
