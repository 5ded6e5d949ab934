"""The recording of a call on the card: what to say, paused and resumed when the PBX confirms (CALL-9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.recordings.models import NeverRule, Policy
from callwright.recordings.testing import recorded_call_events
from callwright.telephony import events as e
from callwright.telephony.models import Command

pytestmark = pytest.mark.django_db


def test_the_card_pauses_the_recording_and_shows_it_when_the_pbx_has_done_it(
    owner: Any, account: Any, pbx: Any, browser_of: Any
) -> None:
    Policy.objects.create(account=account, consent="This call is recorded.")
    began = datetime.now(UTC) - timedelta(seconds=20)
    events = recorded_call_events("main", "71.1", began)[:5]
    apply_events(events, now=began)
    call = Call.objects.get()
    browser = browser_of(owner)
    card = browser.get(f"/desk/calls/{call.id}/").content.decode()
    assert "This call is recorded." in card and "Pause recording" in card and "Resume recording" not in card

    browser.post(reverse("desk:command", args=[call.id, "pause_recording"]))
    order = Command.objects.get()
    assert (order.verb, order.arguments, order.by_id) == ("pause_recording", {"call": "71.1"}, owner.pk)
    state = browser.get(f"/desk/calls/{call.id}/state").content.decode()
    assert "Pause recording" in state  # nothing changes before the PBX says so
    paused = e.RecordingPaused(pbx="main", call="71.1", at=began + timedelta(seconds=10), recording="71.1")
    apply_events([paused], now=began)
    state = browser.get(f"/desk/calls/{call.id}/state").content.decode()
    assert "Resume recording" in state and "The recording is paused." in state
    resumed = e.RecordingResumed(pbx="main", call="71.1", at=began + timedelta(seconds=15), recording="71.1")
    apply_events([resumed], now=began)
    assert "Pause recording" in browser.get(f"/desk/calls/{call.id}/state").content.decode()


def at_two_places(began: datetime) -> list[Any]:
    """A call that is recorded on the caller's channel and on the agent's."""
    second = e.RecordingStarted(pbx="main", call="71.1", at=began + timedelta(seconds=6), recording="71.1-1")
    return [*recorded_call_events("main", "71.1", began)[:5], second]


def paused(began: datetime, recording: str, seconds: float) -> Any:
    return e.RecordingPaused(pbx="main", call="71.1", at=began + timedelta(seconds=seconds), recording=recording)


def test_a_call_recorded_twice_is_paused_when_both_are(owner: Any, account: Any, pbx: Any, browser_of: Any) -> None:
    began = datetime.now(UTC) - timedelta(seconds=20)
    apply_events(at_two_places(began), now=began)
    call, browser = Call.objects.get(), browser_of(owner)
    apply_events([paused(began, "71.1", 10)], now=began)
    state = browser.get(f"/desk/calls/{call.id}/state").content.decode()
    assert "Pause recording" in state and "The recording is paused." not in state
    apply_events([paused(began, "71.1-1", 11)], now=began)
    assert "Resume recording" in browser.get(f"/desk/calls/{call.id}/state").content.decode()
    ended = e.RecordingStopped(pbx="main", call="71.1", at=began + timedelta(seconds=12), recording="71.1-1")
    resumed = e.RecordingResumed(pbx="main", call="71.1", at=began + timedelta(seconds=13), recording="71.1-1")
    apply_events([ended, resumed], now=began)  # the leg is gone: the other recording alone counts
    assert "Resume recording" in browser.get(f"/desk/calls/{call.id}/state").content.decode()


def test_what_a_rule_silenced_nobody_resumes_from_a_card(owner: Any, account: Any, pbx: Any, browser_of: Any) -> None:
    rule = NeverRule.objects.create(account=account)
    Policy.objects.create(account=None, consent="This call is recorded.")
    began = datetime.now(UTC) - timedelta(seconds=20)
    apply_events(recorded_call_events("main", "71.1", began)[:5], now=began)
    call, browser = Call.objects.get(), browser_of(owner)

    def state() -> str:
        return str(browser.get(f"/desk/calls/{call.id}/state").content.decode())

    assert "but the phone system still records it" in state()
    apply_events([paused(began, "71.1", 10)], now=began)
    shown = state()
    assert "By a rule, this call is not recorded" in shown
    assert "Resume recording" not in shown and "Pause recording" not in shown
    refused = browser.post(reverse("desk:command", args=[call.id, "resume_recording"]))
    assert "This call is never recorded" in refused.headers["HX-Trigger"]
    assert not Command.objects.exists()
    assert "This call is recorded." not in browser.get(f"/desk/calls/{call.id}/").content.decode()
    rule.delete()
    assert "This call is recorded." in browser.get(f"/desk/calls/{call.id}/").content.decode()
    assert "Resume recording" in state()
    browser.post(reverse("desk:command", args=[call.id, "resume_recording"]))
    assert Command.objects.get().verb == "resume_recording"
