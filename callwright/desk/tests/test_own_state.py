"""The event of an agent's own state says all that the desk shows of it, and to nobody else."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from callwright.live.models import LiveEvent
from callwright.live.topics import Listener, may_hear
from callwright.staff.models import PauseReason
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.staff.operations.pause_absent import pause_absent
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now, no_desk_reason
from callwright.staff.testing import note_call
from callwright.telephony.models import Command, Queue, QueueMember
from callwright.telephony.operations.send_command import finish_command

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def sales(pbx):
    queue = Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=30)
    QueueMember.objects.create(queue=queue, extension="201", at=later(-3600))
    return queue


@pytest.fixture
def agent(owner, sales):
    PauseReason.objects.create(code="lunch", label="Lunch")
    set_state(user_id=owner.pk, choice="ready", now=later(-3600))
    return owner


def told(agent):
    """The data of the newest event of the agent's own state, after a look that it says what a request would."""
    data = LiveEvent.objects.filter(topic=f"agent:{agent.pk}", name="state").latest("id").data
    shown = agent_now(agent.pk)
    assert data == {
        "state": shown.state,
        "wanted": shown.wanted,
        "since": shown.since.isoformat(),
        "until": shown.until.isoformat() if shown.until else None,
        "reason": "" if shown.desk_was_closed else shown.reason,
        "no_desk": shown.desk_was_closed,
        "in_step": shown.in_step,
        "refused": bool(shown.problem),
        "due": list(shown.due),
        "extended": shown.extended,
    }
    return data


def test_a_call_from_ringing_to_the_end_of_wrap_up(agent, sales):
    call = uuid4()
    for seconds, phase, state in [(0, "ringing", "ringing"), (5, "talking", "talking"), (65, "ended", "wrap_up")]:
        note_call(user_id=agent.pk, call_id=call, phase=phase, queue_id=sales.pk, now=later(seconds))
        assert told(agent)["state"] == state
    assert told(agent)["until"] == later(95).isoformat()
    end_due_wrap_ups(later(96))
    assert told(agent)["state"] == "ready" and told(agent)["until"] is None


def test_a_pause_with_its_reason_and_what_the_phone_system_said_of_it(agent):
    Command.objects.all().delete()
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    assert told(agent)["reason"] == "Lunch" and not told(agent)["in_step"] and not told(agent)["refused"]
    finish_command(Command.objects.get().pk, done=False, refusal="no_such_member", now=later(1))
    assert told(agent)["refused"] and not told(agent)["in_step"]
    set_state(user_id=agent.pk, choice="logged_out", now=later(2))
    assert told(agent)["state"] == "logged_out" and told(agent)["reason"] == ""


def test_the_products_own_reason_is_worded_by_the_page(agent, owner_client):
    pause_absent(user_ids=[agent.pk], now=NOW)
    assert told(agent)["no_desk"] and told(agent)["reason"] == ""
    page = owner_client.get("/desk/me").content.decode()
    assert f'data-no-desk="{no_desk_reason()}">{no_desk_reason()}<' in page


def test_the_page_has_a_place_for_all_that_is_told(agent, owner_client):
    page = owner_client.get("/desk/me").content.decode()
    for name in ("reason", "no_desk", "until", "refused", "telling"):
        assert f'data-me="{name}"' in page
    for state in ("ready", "paused", "ringing", "talking", "wrap_up", "logged_out"):
        assert f'<template data-pill="{state}"><span class="pill' in page
    for choice in ("ready", "paused", "logged_out"):
        assert f'data-choice="{choice}"' in page


def test_nobody_else_hears_it_and_the_floor_hears_the_state_alone(agent, supervisor):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    floor = LiveEvent.objects.filter(topic="floor", name="state").latest("id")
    assert floor.data == {"state": "paused"}
    for user, may in [(agent, True), (supervisor, False)]:
        assert may_hear(Listener(user.pk, user.role, None), f"agent:{agent.pk}") is may
