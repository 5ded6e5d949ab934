"""The number of those who wait, beside the entry of the navigation (CALL-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from callwright.calls.models import Call, FollowUpReason
from callwright.calls.operations.follow_up_acts import Seen, close_follow_up
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.queries.follow_up import WAITS, waiting_number, waiting_number_of
from callwright.live.models import LiveEvent
from callwright.live.topics import Listener, may_hear, shared_of, shared_part
from callwright.staff.queries.rights import visible_account_ids

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def missed(made: Any, count: int, **fields: Any) -> list[Call]:
    return [
        made(now() - timedelta(minutes=n), status="missed", follow_up="not_called_back", **fields) for n in range(count)
    ]


def test_it_counts_whom_the_viewer_may_call_back(
    made: Any, owner: Any, outsider: Any, administrator: Any, supervisor: Any, other_account: Any,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    missed(made, 3)
    missed(made, 2, of=other_account)
    missed(made, 4, client_number="")  # nobody can
    made(now(), status="missed", follow_up="closed")
    for viewer, waiting in ((owner, 3), (supervisor, 3), (outsider, 2), (administrator, 5)):
        with django_assert_num_queries(1):
            assert waiting_number(viewer) == waiting, viewer
        assert waiting_number_of(visible_account_ids(viewer)) == waiting, viewer
    assert waiting_number_of(frozenset()) == 0


def test_it_stands_in_the_navigation_in_words_too(made: Any, owner_client: Any) -> None:
    assert "nav-number" not in owner_client.get("/calls/").content.decode()
    first, *_ = missed(made, 1)
    for path in ("/calls/", "/calls/missed/number/"):
        shown = owner_client.get(path).content.decode()
        assert (
            '<span class="nav-number" dir="ltr" aria-hidden="true">1</span>' in shown
            and "1 waits to be called back" in shown
        )
    missed(made, 99, client_number="+31698765432")
    shown = owner_client.get("/calls/missed/number/").content.decode()
    assert ">99+<" in shown and "more than 99 wait to be called back" in shown
    Call.objects.exclude(pk=first.pk).update(follow_up="closed")
    assert ">1<" in owner_client.get("/calls/missed/number/").content.decode()


def test_pages_hear_of_it_once_an_account(made: Any, owner: Any, other_account: Any) -> None:
    calls = [made(now() - timedelta(minutes=n), status="missed", client_number=f"+3161234567{n}") for n in range(3)]
    note_clients(Note(one.account_id, one.started_at, one.id) for one in calls)
    work_out_follow_ups(now())
    told = LiveEvent.objects.filter(topic="missed")
    assert list(told.values_list("account_id", flat=True)) == [calls[0].account_id]
    reason = FollowUpReason.objects.get(code="wrong_number").pk
    close_follow_up(
        account_id=calls[0].account_id, call_id=calls[0].id, seen=Seen("not_called_back", None), reason_id=reason,
        by=owner.pk, now=now(),
    )  # fmt: skip
    assert told.count() == 2
    for topic in ("missed", "missed-number"):
        assert may_hear(Listener(1, "agent", None), topic) and not may_hear(Listener(1, "customer", None), topic)


def test_it_travels_with_the_change_in_words_of_those_who_hear_it(made: Any, account: Any, other_account: Any) -> None:
    missed(made, 2)
    missed(made, 1, of=other_account)
    assert shared_of("missed") == ["missed-number"]
    draw = shared_part("missed-number")
    assert draw is not None
    for accounts, language, words in (
        (frozenset({account.pk}), "en", ">2</span>"),
        (None, "en", "3 wait to be called back"),
        (frozenset({other_account.pk}), "en", "1 waits to be called back"),
        (frozenset(), "en", ""),
    ):
        with translation.override(language):
            drawn = draw(accounts)
        assert words in drawn if words else not drawn.strip(), drawn
    with translation.override("nl"):
        assert "waits" not in draw(None) and ">3</span>" in draw(None)


def test_it_is_read_from_an_index_alone(made: Any, account: Any) -> None:
    missed(made, 2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        for where in (f"c.account_id = {account.pk} AND {WAITS}", WAITS):
            cursor.execute(f"EXPLAIN SELECT count(*) FROM (SELECT FROM calls_call c WHERE {where} LIMIT 100) AS w")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Index Only Scan" in plan and "Filter" not in plan, plan
