"""Calls that are never recorded: silenced whatever the PBX says when, and seen to until it is done (CALL-9)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.recordings.models import NeverRule, Recording
from callwright.recordings.operations.claim import take_due
from callwright.recordings.operations.fetch_recording import fetch_recording
from callwright.recordings.testing import fetch_all_due, recorded_call_events
from callwright.telephony import events as e
from callwright.telephony.models import Command, Pbx, Queue
from callwright.telephony.operations.send_command import finish_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def began() -> datetime:
    return timezone.now() - timedelta(seconds=1)


def tell(began: datetime, *told: Any) -> None:
    apply_events(list(told), now=began)


def event(kind: Any, began: datetime, seconds: float, **more: Any) -> Any:
    return kind(pbx="main", call="61.1", at=began + timedelta(seconds=seconds), **more)


def see_to(after_s: float = 2) -> datetime | None:
    """What the worker does when it looks `after_s` from now; returns when it looks again."""
    now = timezone.now() + timedelta(seconds=after_s)
    for claim in take_due(now, limit=5):
        fetch_recording(claim, now)
    return Recording.objects.values_list("due_at", flat=True).first()


def refuse_all() -> None:
    for order in Command.objects.filter(finished_at=None):
        finish_command(order.pk, done=False, refusal="not_linked", now=timezone.now())


def test_an_order_that_failed_is_given_again_until_the_pbx_confirms_it(account: Any, pbx: Any, began: datetime) -> None:
    NeverRule.objects.create(account=account)
    tell(began, *recorded_call_events("main", "61.1", began)[:5])
    again = see_to()
    assert Command.objects.count() == 1 and again is not None
    assert timedelta(seconds=2) < again - timezone.now() < timedelta(seconds=10)
    see_to(20)
    assert Command.objects.count() == 1  # it is under way
    refuse_all()
    see_to(60)
    assert Command.objects.count() == 2
    refuse_all()
    see_to(600)
    order = Command.objects.latest("created_at")
    assert (Command.objects.count(), order.verb, order.arguments) == (
        3,
        "pause_recording",
        {"call": "61.1", "rule": True},
    )
    tell(began, event(e.RecordingPaused, began, 6, recording="61.1"))
    assert see_to(1200) is None
    assert Command.objects.count() == 3


def test_the_longer_the_pbx_does_not_do_it_the_less_often_it_is_told(account: Any, pbx: Any, began: datetime) -> None:
    NeverRule.objects.create(account=account)
    tell(began, *recorded_call_events("main", "61.1", began)[:5])
    waits = []
    for after_s in (1, 60, 600):
        now = timezone.now() + timedelta(seconds=after_s)
        due = see_to(after_s)
        refuse_all()
        assert due is not None
        waits.append(round((due - now).total_seconds()))
    assert waits == [3, 15, 30]


def test_with_the_end_of_the_call_it_is_over(account: Any, pbx: Any, began: datetime) -> None:
    NeverRule.objects.create(account=account)
    events = recorded_call_events("main", "61.1", began)
    tell(began, *events[:5])
    see_to()
    refuse_all()
    tell(began, *events[5:])
    assert see_to(600) is None
    assert Command.objects.count() == 1


def test_a_queue_that_is_known_after_the_recording_began_counts(account: Any, pbx: Any, began: datetime) -> None:
    queue = Queue.objects.create(pbx=pbx, name="support", account=account)
    NeverRule.objects.create(queue=queue)
    tell(began, *recorded_call_events("main", "61.1", began)[:2])
    assert see_to() is None and not Command.objects.exists()
    tell(began, event(e.QueueJoined, began, 2, queue="support"))
    see_to()
    assert Command.objects.get().arguments["call"] == "61.1"


def test_a_line_and_an_account_that_are_known_after_the_recording_began_count(
    account: Any, other_account: Any, pbx: Any, began: datetime
) -> None:
    from callwright.accounts.models import Line

    line = Line.objects.create(account=other_account, number="+31207654321")
    NeverRule.objects.create(account=other_account)
    tell(began, *recorded_call_events("main", "61.1", began)[:2])
    assert see_to() is None and not Command.objects.exists()
    corrected = event(e.CallCorrected, began, 2, to_number="0207654321", dialled_number="0207654321")
    tell(began, corrected)
    assert Call.objects.get().line_id == line.pk
    see_to()
    assert Command.objects.get().arguments["call"] == "61.1"


def test_a_recording_that_goes_on_again_or_begins_elsewhere_is_silenced_too(
    account: Any, pbx: Any, began: datetime
) -> None:
    NeverRule.objects.create(account=account)
    tell(began, *recorded_call_events("main", "61.1", began)[:5], event(e.RecordingPaused, began, 6, recording="61.1"))
    assert see_to() is None and not Command.objects.exists()
    tell(began, event(e.RecordingResumed, began, 7, recording="61.1"))  # by somebody at the PBX
    see_to()
    assert Command.objects.count() == 1
    refuse_all()
    tell(began, event(e.RecordingPaused, began, 8, recording="61.1"))
    tell(began, event(e.RecordingStarted, began, 9, recording="61.1-1"))
    see_to(30)
    assert Command.objects.count() == 2


def test_what_begins_to_be_recorded_while_an_agent_has_paused_the_call_is_paused_too(
    account: Any, pbx: Any, began: datetime
) -> None:
    events = recorded_call_events("main", "61.1", began)[:5]
    tell(began, *events, event(e.RecordingPaused, began, 6, recording="61.1"))
    assert see_to() is None and not Recording.objects.exists()
    tell(began, event(e.RecordingStarted, began, 8, recording="61.1-1"))
    again = see_to()
    assert Command.objects.get().verb == "pause_recording" and again is not None
    tell(began, event(e.RecordingPaused, began, 9, recording="61.1-1"))
    assert see_to(60) is None
    tell(began, event(e.RecordingResumed, began, 20, recording="61.1"))
    tell(began, event(e.RecordingResumed, began, 20, recording="61.1-1"))  # the agent's own word
    assert see_to(120) is None and Command.objects.count() == 1


def test_of_a_call_that_is_recorded_twice_a_half_confirmed_pause_is_nobody_elses_business(
    account: Any, pbx: Any, began: datetime
) -> None:
    tell(began, *recorded_call_events("main", "61.1", began)[:5])
    tell(began, event(e.RecordingStarted, began, 6, recording="61.1-1"))
    tell(began, event(e.RecordingPaused, began, 7, recording="61.1"))
    assert see_to() is None and not Command.objects.exists()


def test_calls_without_a_rule_are_left_alone(account: Any, other_account: Any, pbx: Any, began: datetime) -> None:
    NeverRule.objects.create(account=other_account)
    tell(began, *recorded_call_events("main", "61.1", began)[:5])
    assert see_to() is None and not Command.objects.exists()


def test_a_pbx_that_takes_no_orders_is_not_asked_again(account: Any, pbx: Any, began: datetime) -> None:
    Pbx.objects.update(kind="webhook")
    NeverRule.objects.create(account=account)
    tell(began, *recorded_call_events("main", "61.1", began)[:5])
    assert see_to() is None and not Command.objects.exists()
    assert fetch_all_due(timezone.now() + timedelta(hours=1)) == 0
