"""Reports of what was registered: each figure equals the registrations to which it leads, of any two things crossed
(REG-4).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from callwright.reports.tests.conftest import NOW

LINK = re.compile(r'<a href="(/registration/\?[^"]*)"[^>]*>([\d,]+)</a>')
ASKED = [
    ("topics", "by=topic"), ("topics", "by=topic&zone=Asia/Kathmandu&period=last_month"), ("topics", "by=time"),
    ("topics", "by=time&topic=TOPIC&interval=week"), ("registrations", "by=user"), ("registrations", "by=queue"),
    ("registrations", "by=time"), ("registrations", "by=weekday"), ("registrations", "by=category"),
    ("crossed", "by=topic&across=hour"), ("crossed", "by=topic&across=user&direction=inbound"),
    ("crossed", "by=queue&across=topic"), ("crossed", "by=user&across=category"),
    ("crossed", "by=account&across=weekday"),
    ("crossed", "by=hour&across=queue&zone=America/New_York"),
]  # fmt: skip


@pytest.fixture
def topics(random_calls: None) -> list[Any]:
    """Most answered calls are registered, some by two people, with one topic or several."""
    from callwright.calls.models import Call
    from callwright.kit.identity import uuid7_of
    from callwright.registration.models import Registration
    from callwright.registration.operations.dirty import note_changed
    from callwright.registration.operations.rollup_topics import add_up_topics
    from callwright.registration.testing import make_category
    from callwright.staff.models import User

    _reason, reasons = make_category("Reason", "Order", "Complaint", "Question")
    _mood, moods = make_category("Mood", "Friendly", "Angry")
    random, people = Random(3), list(User.objects.filter(role="agent"))
    for call in Call.objects.filter(status="answered").exclude(direction="internal"):
        for person in random.sample(people, random.choice([0, 1, 1, 1, 2])):
            ticked = random.sample([*reasons, *moods], random.choice([1, 1, 2, 3]))
            at = call.started_at + timedelta(minutes=3)
            Registration.objects.create(
                id=uuid7_of(call.started_at, f"{call.pk}{person.pk}"), account_id=call.account_id, call_id=call.id,
                by=person, queue_id=call.queue_id, direction=call.direction, started_at=call.started_at,
                local_day=call.local_day, topics=[one.pk for one in ticked],
                words=[["Reason", "", one.name] for one in ticked], created_at=at, updated_at=at,
            )  # fmt: skip
            note_changed(call.account_id, call.local_day, NOW)
    add_up_topics(NOW)
    return [*reasons, *moods]


def registrations_behind(user: Any, address: str) -> int:
    """How many the list of registrations finds under an address."""
    from callwright.calls.periods import Period
    from callwright.registration.asked import read
    from callwright.registration.queries.lists import count_registrations

    asked = read(parse_qs(urlsplit(unescape(address)).query), zone=user.time_zone, default=Period.MONTH)
    return count_registrations(user, asked, now=NOW)


def test_each_figure_equals_the_registrations_to_which_it_leads(
    topics: list[Any], make_user: Callable[..., Any], browser_of: Callable[..., Any], now: datetime
) -> None:
    user = make_user("ada", role="administrator", all_accounts=True)
    client = browser_of(user)
    for code, query in ASKED:
        answer = client.get(f"/reports/{code}/?show=table&{query.replace('TOPIC', str(topics[0].pk))}")
        text = answer.content.decode()
        table = text[text.index("<tbody>") : text.index("</tfoot>")]
        found = {link: int(said.replace(",", "")) for link, said in LINK.findall(table)}
        assert len(found) > 2, (code, query)
        for link, said in list(found.items())[::3]:
            assert registrations_behind(user, link) == said, (code, link)


def test_a_ranking_has_the_most_frequent_topic_first_and_its_change(
    topics: list[Any], supervisor_client: Any, now: datetime
) -> None:
    text = supervisor_client.get("/reports/topics/?by=topic&show=table").content.decode()
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    counts = [int(said) for _link, said in LINK.findall(table)]
    assert counts == sorted(counts, reverse=True) and len(counts) == 5
    assert 'class="change"' in table and 'class="was"' in table


def test_a_supervisor_sees_topics_of_their_accounts_alone(
    topics: list[Any], supervisor: Any, supervisor_client: Any, account: Any, now: datetime
) -> None:
    from callwright.registration.models import Registration

    text = supervisor_client.get("/reports/registrations/?by=account&period=this_year").content.decode()
    mine = Registration.objects.filter(account=account).count()
    assert f">{mine}</a>" in text and Registration.objects.count() > mine
