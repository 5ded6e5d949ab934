"""A search that is read part by part shows every call once, says how far it looked, and goes on (REP-8)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callwright.calls.queries import register_sorted, register_walk
from callwright.calls.queries.register import register_page
from callwright.calls.queries.register_sorted import TooManyToSort
from callwright.calls.search import parse_search
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.identity import time_of, uuid7_floor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
VIEW = Viewpoint(ZoneInfo("Europe/Amsterdam"), NOW, "NL")


def search_of(query: str) -> Any:
    return parse_search(parse_qs(query))[0]


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the register were large: each page ends after one part."""
    monkeypatch.setattr(register_walk, "SMALL", 0)
    monkeypatch.setattr(register_walk, "BUDGET_S", 0)


@pytest.fixture
def spread(made: Any) -> list[Any]:
    """A call every twelve days for a year and a half, one in the future by another clock, every fifth busy."""
    return [
        made(NOW + timedelta(hours=2) - timedelta(days=12 * n), status="busy" if n % 5 == 0 else "answered", talk_s=n)
        for n in range(45)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", ["status=busy", "status=busy&sort=started", "talk_from=3&sort=-started", "sort=started"]
)
@pytest.mark.parametrize("period", ["period=all", "from=2025-09-01&to=2026-10-01", "to=2026-01-01"])
@pytest.mark.usefixtures("hurried", "spread")
def test_every_call_once_in_order(owner: Any, query: str, period: str, monkeypatch: pytest.MonkeyPatch) -> None:
    search = search_of(f"{query}&{period}")
    monkeypatch.setattr(register_walk, "SMALL", 10**12)
    whole = register_page(owner, search, VIEW, limit=100)
    assert whole.next is None and whole.rows
    monkeypatch.setattr(register_walk, "SMALL", 0)
    seen, after, reached, pages = [], None, [], 0
    while pages < 200:
        page = register_page(owner, search, VIEW, after=after, limit=4)
        seen += [row.id for row in page.rows]
        reached += [page.reached] if page.reached else []
        assert len(page.rows) == 4 or page.reached is not None or page.next is None
        pages, after = pages + 1, page.next
        if after is None:
            break
    assert seen == [row.id for row in whole.rows]
    assert reached == sorted(reached, reverse=search.descending)


@pytest.mark.usefixtures("hurried")
def test_a_part_that_takes_too_long_is_made_narrower(
    owner: Any, spread: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_walk, "LONGEST_PART_S", 0.05)
    read: list[timedelta] = []

    def rows(low: Any, high: Any, many: int, seconds: float) -> list[Any]:
        from callwright.calls.queries.patience import patience

        read.append(time_of(min(high, uuid7_floor(NOW))) - time_of(low))
        with patience(seconds), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM calls_call WHERE id >= %s AND id < %s AND pg_sleep(0.02) IS NOT NULL"
                " ORDER BY id DESC LIMIT %s",
                [low, high, many],
            )
            return cursor.fetchall()

    first = uuid7_floor(NOW - timedelta(days=400))
    found = register_walk.walk(
        rows, low=first, high=register_walk.HIGHEST, descending=True, limit=60,
        width=timedelta(days=300), now=NOW,
    )  # fmt: skip
    assert read[0] > timedelta(days=269) and read[-1] < timedelta(days=30)  # given up, and read again in less
    assert found.place is not None and 1 <= len(found.rows) <= 3


@pytest.mark.usefixtures("hurried")
def test_the_screen_says_how_far_it_looked_and_looks_on(owner_client: Any, now: datetime, made: Any) -> None:
    old = made(NOW - timedelta(days=300), status="busy")
    made(NOW - timedelta(days=1), status="answered")
    page = owner_client.get("/calls/?period=all&status=busy").content.decode()
    assert "Searched back to" in page and "No call fits" not in page
    seen = str(old.id) in page
    for _ in range(60):
        if "Searched back to" not in page:
            break
        url = page.split('<tr class="more">')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
        page = owner_client.get(url).content.decode()
        seen = seen or str(old.id) in page
    assert seen and ("No further call fits this search." in page or str(old.id) in page)


def test_too_many_calls_are_not_sorted_but_told(
    owner: Any, owner_client: Any, now: datetime, spread: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_sorted, "SORTABLE", 20)
    with pytest.raises(TooManyToSort):
        register_page(owner, search_of("period=all&sort=wait"), VIEW)
    assert len(register_page(owner, search_of("period=all&sort=wait&status=busy"), VIEW).rows) == 9
    page = owner_client.get("/calls/?period=all&sort=wait").content.decode()
    assert "Too many calls to sort" in page and "Show the newest first" in page


def test_the_longest_talks_of_however_many_calls(
    owner: Any, spread: list[Any], made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(NOW - timedelta(days=3), status="missed")
    monkeypatch.setattr(register_sorted, "SORTABLE", 20)
    seen, after = [], None
    for _ in range(30):
        page = register_page(owner, search_of("period=all&sort=-talk"), VIEW, after=after, limit=7)
        seen += [row.talk_s for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == 46 and seen == sorted(seen, reverse=True) and seen[-2:] == [0, 0]
