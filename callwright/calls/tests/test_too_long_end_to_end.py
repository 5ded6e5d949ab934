"""From the second a limit passes to the mail in the reviewer's box; workers beside one another (CALL-7, MSG-5)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from callwright.calls.models import Call, TooLongReview, TooLongRule
from callwright.calls.operations.too_long_flags import flag_live_calls
from callwright.calls.operations.too_long_telling import tell_reviewers
from callwright.calls.operations.too_long_work import watch_talk_times
from callwright.calls.testing import add_call
from callwright.messaging.models import EventAddress, Mail, Notification
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.testing import Post, mailing


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def post(settings: Any, db: None) -> Iterator[Post]:
    settings.PUBLIC_URL = "https://desk.example.org"
    with mailing(Post(), from_name="The Desk") as taken:
        yield taken


@pytest.mark.django_db
def test_a_reviewer_gets_one_mail_that_leads_to_the_call(
    post: Post, account: Any, supervisor: Any, owner: Any, supervisor_client: Any
) -> None:
    TooLongRule.objects.create(limit_s=720, changed_at=now())
    EventAddress.objects.create(event="too_long", email="Reviews@example.org")
    since = now() - timedelta(seconds=725)
    call = add_call(account, since, status="talking", talking_since=since, from_name="J. Vos", employee=owner)
    # A worker's own clock does not count: the database's does.
    watch_talk_times(datetime(2001, 1, 1, tzinfo=UTC))
    watch_talk_times(datetime(2099, 1, 1, tzinfo=UTC))
    for _ in range(3):
        send_due(timezone.now(), patience=0.05, run_s=10)
    (got,) = post.received
    assert [one.lower() for one in got.to] == ["reviews@example.org"]
    assert got.message["Subject"] == "Longer than 12:00: the call with J. Vos"
    body = got.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"https://desk.example.org/calls/{call.id}/" in body and "Employee: Olivia" in body
    assert Notification.objects.filter(event="too_long", user=supervisor, path=f"/calls/{call.id}/").count() == 1
    assert (
        f'hx-get="/calls/{call.id}/too-long/" hx-trigger="load'
        in supervisor_client.get(f"/calls/{call.id}/").content.decode()
    )


def beside_one_another(work: Any, times: int) -> list[Any]:
    """`work()` in several threads at the same moment, each with a connection of its own."""
    start = Barrier(times)

    def run() -> Any:
        try:
            start.wait(20)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [one.result(60) for one in [pool.submit(run) for _ in range(times)]]


@pytest.mark.django_db(transaction=True)
def test_workers_beside_one_another_flag_and_tell_once(account: Any, supervisor: Any, owner: Any) -> None:
    TooLongRule.objects.create(limit_s=60, changed_at=now())
    EventAddress.objects.create(event="too_long", email="reviews@example.org")
    since = now() - timedelta(seconds=100)
    calls = {add_call(account, since, status="talking", talking_since=since, employee=owner).id for _ in range(12)}
    at = now()
    flagged = beside_one_another(lambda: flag_live_calls(now=at), 3)
    assert sorted(id for some in flagged for id in some) == sorted(calls)  # each by one of them
    assert sum(beside_one_another(lambda: tell_reviewers(now=at), 3)) == 12
    assert TooLongReview.objects.count() == Notification.objects.count() == Mail.objects.count() == 12
    assert Call.objects.filter(too_long=True, limit_s=60).count() == 12


@pytest.mark.django_db
def test_five_hundred_calls_and_two_hundred_rules_cost_one_query_more_than_none(
    account: Any, django_assert_num_queries: Any
) -> None:
    TooLongRule.objects.bulk_create(
        TooLongRule(limit_s=60 + n, prefix=f"+31{n:03}", changed_at=now()) for n in range(199)
    )
    TooLongRule.objects.create(limit_s=3600, changed_at=now())
    since = now() - timedelta(seconds=100)
    add_call(account, since, status="talking", talking_since=since)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO calls_call SELECT (jsonb_populate_record(c, jsonb_build_object('id',
                overlay(c.id::text placing lpad(to_hex(n), 12, '0') from 25), 'pbx_key', n))).*
               FROM calls_call c, generate_series(1, 499) n"""
        )
    assert Call.objects.filter(ended_at=None).count() == 500
    with django_assert_num_queries(2):
        assert flag_live_calls(now=now()) == []


@pytest.mark.django_db
def test_the_desk_of_who_speaks_says_so(account: Any, owner: Any, owner_client: Any, pbx: Any) -> None:
    from callwright.calls.operations.apply_events import apply_events
    from callwright.telephony import events as e

    pbx.state = "up"
    pbx.save()
    TooLongRule.objects.create(limit_s=60, changed_at=now())
    base: dict[str, Any] = {"pbx": "main", "call": "main-7"}
    began = now() - timedelta(seconds=100)
    apply_events(
        [
            e.CallStarted(**base, at=began, direction=e.Direction.INBOUND, from_number="0612345678", to_number="0201"),
            e.LegRinging(**base, at=began, leg="a", party="201"),
            e.LegAnswered(**base, at=began, leg="a"),
            e.TalkStarted(**base, at=began),
        ],
        now=began,
    )
    call = Call.objects.get()
    url = f"/desk/calls/{call.id}/state"
    assert "Too long" not in owner_client.get(url).content.decode()
    flag_live_calls(now=now())
    assert "Too long" in owner_client.get(url).content.decode()
