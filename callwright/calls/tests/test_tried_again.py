"""What the database refuses for one call does not stand in the way of others, and is tried again (CALL-6, CALL-7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.calls.models import Call, FollowUpPending, TooLongDue, TooLongReview, TooLongRule
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.next_try import next_try
from callwright.calls.operations.too_long_flags import Hit, flag, flag_live_calls, judge_ended_calls
from callwright.calls.operations.too_long_telling import tell_reviewers
from callwright.messaging.models import Notification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)


def refuse(table: str, condition: str) -> None:
    """From now on the database refuses to write such rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW WHEN ({condition})"
            " EXECUTE FUNCTION refused()"
        )


def allow(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER refused ON {table}")


def test_a_note_that_cannot_be_worked_out_lets_the_others_pass(made: Any, caplog: pytest.LogCaptureFixture) -> None:
    calls = [made(NOW - timedelta(minutes=9 - n), status="missed", client_number=f"+3161234567{n}") for n in range(3)]
    note_clients(Note(one.account_id, one.started_at, one.id, None, one.client_number) for one in calls)
    refuse("calls_call", f"NEW.id = '{calls[1].id}'")
    work_out_follow_ups(NOW)
    states = [Call.objects.get(pk=call.pk).follow_up for call in calls]
    assert states == ["not_called_back", "", "not_called_back"]
    assert "could not be worked out" in caplog.text and calls[1].client_number not in caplog.text
    waits = FollowUpPending.objects.get()
    assert (waits.call_id, waits.tries, waits.number) == (calls[1].id, 1, calls[1].client_number)
    assert work_out_follow_ups(NOW) == 0  # not yet
    assert work_out_follow_ups(waits.not_before) == 1
    assert FollowUpPending.objects.get().tries == 2
    allow("calls_call")
    work_out_follow_ups(NOW + timedelta(hours=2))
    assert Call.objects.get(pk=calls[1].pk).follow_up == "not_called_back" and not FollowUpPending.objects.exists()


def test_what_an_import_left_still_comes_after_what_happens_now_when_it_failed(made: Any) -> None:
    call = made(NOW - timedelta(minutes=9), status="missed")
    note_clients([Note(call.account_id, call.started_at, call.id, in_bulk=True)])
    refuse("calls_call", f"NEW.id = '{call.id}'")
    work_out_follow_ups(NOW)
    waits = FollowUpPending.objects.get()
    assert (waits.tries, waits.in_bulk, waits.not_before) == (1, True, NOW + timedelta(seconds=2))


def test_a_call_that_cannot_be_judged_lets_the_others_pass(made: Any) -> None:
    TooLongRule.objects.create(limit_s=60, changed_at=NOW)
    calls = [made(NOW - timedelta(minutes=9 - n)) for n in range(3)]
    for call in calls:
        TooLongDue.objects.create(account_id=call.account_id, call_id=call.id)
    refuse("calls_toolongreview", f"NEW.call_id = '{calls[0].id}'")
    assert judge_ended_calls(now=NOW) == 2
    flagged = set(Call.objects.filter(too_long=True).values_list("id", flat=True))
    assert flagged == {calls[1].id, calls[2].id}
    waits = TooLongDue.objects.get()
    assert (waits.call_id, waits.tries) == (calls[0].id, 1)
    assert judge_ended_calls(now=NOW) == 0
    allow("calls_toolongreview")
    assert judge_ended_calls(now=waits.not_before) == 1
    assert TooLongReview.objects.count() == 3 and not TooLongDue.objects.exists()


def test_a_live_call_that_cannot_be_flagged_lets_the_others_pass(made: Any) -> None:
    TooLongRule.objects.create(limit_s=60, changed_at=NOW)
    calls = [
        made(NOW - timedelta(minutes=9 - n), status="talking", talking_since=NOW - timedelta(minutes=8))
        for n in range(2)
    ]
    refuse("calls_toolongreview", f"NEW.call_id = '{calls[0].id}'")
    assert flag_live_calls(now=NOW) == [calls[1].id]
    allow("calls_toolongreview")
    assert flag_live_calls(now=NOW) == [calls[0].id]


def test_reviewers_are_told_of_the_others_when_they_cannot_be_told_of_one(made: Any, supervisor: Any) -> None:
    rule = TooLongRule.objects.create(limit_s=60, changed_at=NOW)
    calls = [made(NOW - timedelta(minutes=9 - n)) for n in range(2)]
    for call in calls:
        flag([Hit(call.account_id, call.id, rule.pk, 60, call.talk_s, None, NOW)], now=NOW)
    refuse("messaging_notification", f"NEW.key = '{calls[0].id}'")
    tell_reviewers(now=NOW)
    assert [one.key for one in Notification.objects.all()] == [str(calls[1].id)]
    assert TooLongReview.objects.get(told_at=None).call_id == calls[0].id
    allow("messaging_notification")
    assert tell_reviewers(now=NOW) == 0
    assert tell_reviewers(now=NOW + timedelta(minutes=2)) == 1
    assert Notification.objects.count() == 2


def test_tries_come_less_and_less_often_and_never_end() -> None:
    tries, waits = 0, []
    for _ in range(1_100):
        tries, at = next_try(tries, NOW)
        waits.append((at - NOW).total_seconds())
    assert waits[:3] == [2, 4, 8] and waits[10:12] == [2048, 3600] and set(waits[12:]) == {3600}
    assert tries < 32_767
