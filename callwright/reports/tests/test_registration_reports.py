"""Reports of what was registered: the ranking of topics, and whose figures one sees (REG-4)."""

import re
from datetime import datetime
from typing import Any

import pytest

from callwright.reports.testing import register_random_calls
from callwright.reports.tests.conftest import NOW

LINK = re.compile(r'<a href="(/registration/\?[^"]*)"[^>]*>([\d,]+)</a>')


@pytest.fixture
def topics(random_calls: None) -> list[Any]:
    """Most answered calls are registered."""
    from callwright.staff.models import User

    return register_random_calls(list(User.objects.filter(role="agent")), now=NOW, seed=3)


def test_a_ranking_has_the_most_frequent_topic_first_and_its_change(
    topics: list[Any], supervisor_client: Any, now: datetime
) -> None:
    text = supervisor_client.get("/reports/topics/?by=topic&show=table").content.decode()
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    counts = [int(said) for _link, said in LINK.findall(table)]
    assert counts == sorted(counts, reverse=True) and len(counts) == 5
    assert 'class="change"' in table and 'class="was"' in table


def test_a_share_that_is_always_the_whole_is_not_told(topics: list[Any], supervisor_client: Any, now: datetime) -> None:
    def heads(query: str) -> tuple[bool, bool]:
        """Whether the share is a tile, and a column."""
        text = supervisor_client.get(f"/reports/topics/?{query}").content.decode()
        tiles, _between, table = text.partition("<thead>")
        return "Share of registrations</span>" in tiles, "Share of registrations" in table

    assert heads("by=topic") == (False, True) and heads("by=time") == (False, False)
    assert heads(f"by=topic&topic={topics[0].pk}") == heads(f"by=time&topic={topics[0].pk}") == (True, True)


def test_a_supervisor_sees_topics_of_their_accounts_alone(
    topics: list[Any], supervisor: Any, supervisor_client: Any, account: Any, now: datetime
) -> None:
    from callwright.registration.models import Registration

    text = supervisor_client.get("/reports/registrations/?by=account&period=this_year").content.decode()
    mine = Registration.objects.filter(account=account).count()
    assert f">{mine}</a>" in text and Registration.objects.count() > mine
