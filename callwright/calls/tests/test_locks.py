"""Those who write calls at the same time never wait for each other in a ring (CALL-6, CALL-7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from callwright.calls.models import Call, FollowUpAct, FollowUpPending, FollowUpReason, TooLongReview, TooLongRule
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_acts import ChangedMeanwhile, Seen, close_follow_up
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.too_long_flags import Hit, flag, take_back
from callwright.calls.testing import Other, held, until_waiting
from callwright.telephony import events as e

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
SEEN = Seen("not_called_back", None)


def now() -> datetime:
    return datetime.now(UTC)


def held_call(call: Call) -> Any:
    return held("SELECT FROM calls_call WHERE account_id = %s AND id = %s FOR UPDATE", [call.account_id, call.id])


def is_free(call: Call) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT FROM calls_call WHERE account_id = %s AND id = %s FOR UPDATE NOWAIT", [call.account_id, call.id]
            )
    except OperationalError:
        return False
    return True


def open_calls(made: Any, count: int) -> list[Call]:
    calls = [made(now() - timedelta(minutes=60 - n), status="missed") for n in range(count)]
    note_clients(Note(one.account_id, one.started_at, one.id) for one in calls)
    work_out_follow_ups(now())
    return calls


def test_two_people_who_close_all_calls_of_a_number_never_wait_in_a_ring(made: Any, owner: Any, colleague: Any) -> None:
    first, middle, last = open_calls(made, 3)
    reason = FollowUpReason.objects.get_or_create(code="wrong_number")[0].pk

    def close(call: Call, by: Any) -> int:
        return close_follow_up(
            account_id=call.account_id, call_id=call.id, seen=SEEN, reason_id=reason, also_others=True, by=by.pk,
            now=now(),
        )  # fmt: skip

    with held_call(middle):
        one = Other(lambda: close(first, owner))
        until_waiting(1)
        other = Other(lambda: close(last, colleague))
        until_waiting(2)
    assert one.end() == 3 and isinstance(other.end(), ChangedMeanwhile)
    assert FollowUpAct.objects.filter(kind="closed").count() == 3


def test_the_worker_waits_for_nobody_and_comes_back_to_what_was_busy(made: Any) -> None:
    busy, free = (made(now() - timedelta(minutes=9 - n), status="missed") for n in range(2))
    note_clients(Note(one.account_id, one.started_at, one.id) for one in (busy, free))
    with held_call(busy):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        work_out_follow_ups(now())
        assert Call.objects.get(pk=free.pk).follow_up == "not_called_back"
        assert FollowUpPending.objects.get().call_id == busy.id
    assert Call.objects.get(pk=busy.pk).follow_up == ""
    work_out_follow_ups(now() + timedelta(seconds=1))
    assert Call.objects.get(pk=busy.pk).follow_up == "not_called_back" and not FollowUpPending.objects.exists()


def test_the_link_writes_calls_in_the_order_of_their_ids(pbx: Any, account: Any) -> None:
    begun = [now() - timedelta(seconds=60 - n) for n in range(8)]
    told = [
        e.CallStarted(pbx=pbx.slug, call=f"c{n}", at=at, direction=e.Direction.INBOUND, from_number="+31612345678")
        for n, at in enumerate(begun)
    ]
    apply_events(told, now=now())
    ends = [e.CallEnded(pbx=pbx.slug, call=f"c{n}", at=now()) for n in reversed(range(8))]
    first, *others = Call.objects.order_by("id")
    with held_call(first):
        link = Other(lambda: apply_events(ends, now=now()))
        until_waiting(1)
        assert all(is_free(call) for call in others)
    assert len(link.end().changed) == 8


def test_a_flag_is_taken_back_in_the_order_in_which_calls_are_moved(made: Any) -> None:
    rule = TooLongRule.objects.create(limit_s=60, changed_at=now())
    call = made(now() - timedelta(minutes=5))
    flag([Hit(call.account_id, call.id, rule.pk, 60, call.talk_s, None, now())], now=now())
    with held_call(call):
        worker = Other(lambda: take_back(account_id=call.account_id, call_id=call.id, talk_s=50, now=now()))
        until_waiting(1)
        with transaction.atomic(), connection.cursor() as cursor:  # whoever moves the call goes on to its review
            cursor.execute("SELECT FROM calls_toolongreview WHERE call_id = %s FOR UPDATE NOWAIT", [call.id])
    assert worker.end() is True and not TooLongReview.objects.exists()
