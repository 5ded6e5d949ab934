"""What the screen says of how many calls a search finds: at once, counted later, too many, or not all in time."""

from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.html import strip_tags

from callwright.calls.models import Call
from callwright.calls.queries.conditions import HIGHEST, LOWEST
from callwright.calls.queries.register import COUNT_LIMIT, Total, total_of
from callwright.calls.queries.register_walk import count_back
from callwright.calls.search import parse_search
from callwright.calls.testing import add_call, held
from callwright.calls.viewpoint import Viewpoint

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
VIEW = Viewpoint(ZoneInfo("Europe/Amsterdam"), NOW, "NL")
RARE = "period=all&talk_from=60"
"""A search that no totals know."""


def counted(client: Any, query: str) -> str:
    """What stands above the list of a search when it has been counted."""
    return words(client.get(f"/calls/summary/?{query}").content.decode()).strip()


def words(page: str) -> str:
    return unescape(strip_tags(page))


@pytest.mark.django_db
def test_a_page_that_holds_all_says_how_many_and_any_other_is_counted_when_it_is_shown(
    owner_client: Any, now: datetime, made: Any
) -> None:
    for n in range(60):
        made(NOW - timedelta(minutes=n), talk_s=1)
    page = words(owner_client.get("/calls/").content.decode())
    assert "60 calls · 1:00 talked" in page and "Counting …" not in page
    made(NOW - timedelta(hours=2))
    page = owner_client.get("/calls/").content.decode()
    assert "Counting …" in page and "61 calls" not in page
    url = unescape(page.split('hx-get="/calls/summary/')[1].split('"')[0])
    assert counted(owner_client, url.removeprefix("?")) == "61 calls · 3:00 talked"
    assert counted(owner_client, "status=busy") == "0 calls"


@pytest.mark.django_db
def test_counts_stop_at_ten_thousand_and_say_so(owner: Any, owner_client: Any, now: datetime, account: Any) -> None:
    add_call(account, NOW - timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO calls_call SELECT (r).* FROM (SELECT jsonb_populate_record(c, jsonb_build_object(
               'id', overlay(c.id::text placing lpad(to_hex(n), 12, '0') from 25), 'pbx_key', n)) r
               FROM calls_call c, generate_series(1, 10000) n) made"""
        )
    assert total_of(owner, parse_search({})[0], VIEW) == Total(COUNT_LIMIT, None)
    assert counted(owner_client, "") == "More than 10,000 calls; talk time is added up to that many."
    Call.objects.filter(pbx_key="1").delete()
    assert total_of(owner, parse_search({})[0], VIEW) == Total(10_000, 1_200_000)
    assert counted(owner_client, "") == "10,000 calls · 333:20:00 talked"


@pytest.mark.django_db(transaction=True)
def test_what_was_found_until_the_time_was_over_is_told(
    owner: Any, owner_client: Any, now: datetime, made: Any
) -> None:
    """Somebody holds a month, as an index that is made anew does."""
    for day in (1, 2, 3, 100, 130):
        made(NOW - timedelta(days=day))
    with held("LOCK TABLE calls_call_2026_08 IN ACCESS EXCLUSIVE MODE", []):
        assert counted(owner_client, RARE) == "At least 3 calls; the rest could not be counted in time."
        total = total_of(owner, parse_search(parse_qs(RARE))[0], VIEW)
    assert total == Total(3, None, at_least=True) and total.is_capped
    assert counted(owner_client, RARE) == "5 calls · 10:00 talked"


@pytest.mark.django_db(transaction=True)
def test_a_count_that_found_nothing_in_time_does_not_say_that_there_is_much(
    owner_client: Any, now: datetime, made: Any
) -> None:
    made(NOW - timedelta(days=1))
    with held("LOCK TABLE calls_call IN ACCESS EXCLUSIVE MODE", []):
        assert counted(owner_client, RARE) == "The calls could not be counted in time."


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [7, 45, 46, 1000])
def test_part_by_part_every_call_is_counted_once(made: Any, limit: int) -> None:
    for n in range(45):
        made(NOW + timedelta(hours=2) - timedelta(days=12 * n), talk_s=n)
    parts: list[tuple[UUID, UUID]] = []

    def count(low: UUID, high: UUID, many: int, seconds: float) -> tuple[int, int]:
        parts.append((low, high))
        found = Call.objects.filter(id__gte=low, id__lt=high).values_list("talk_s", flat=True)[:many]
        return len(found), sum(found)

    found = count_back(count, low=LOWEST, high=HIGHEST, limit=limit, seconds=60, now=NOW)
    assert found[0] == min(limit, 45) and found[2]
    assert limit < 45 or found[1] == sum(range(45))
    assert all(low == high for (low, _), (_, high) in pairwise(parts)) and len(parts) > 1
