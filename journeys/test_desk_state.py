"""The agent's own state on the desk, as the live stream tells it: shown at once, and without asking the server."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.staff.operations.note_calls import end_due_wrap_ups, note_call
from callwright.staff.operations.pause_absent import pause_absent
from callwright.staff.operations.set_state import set_state
from callwright.telephony.models import Command, Queue
from callwright.telephony.operations.send_command import finish_command
from journeys.ground import OUTPUT
from journeys.stage import Stage
from journeys.test_desk import open_desk

pytestmark = [pytest.mark.browser]
Desk = tuple[Page, list[str]]


@pytest.fixture
def desk(stage: Stage, page_of: Callable[..., Page]) -> Desk:
    """Olivia's desk, and what it asks the server for about her state."""
    page = open_desk(page_of(stage.olivia))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/desk/me" in request.url else None)
    return page, asked


def test_a_call_from_ringing_to_the_end_of_wrap_up(stage: Stage, desk: Desk) -> None:
    page, asked = desk
    pill, left = page.locator("#me .me-state .pill"), page.locator('#me [data-me="until"]')
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    expect(pill).to_contain_text("Ready")
    expect(page.locator("#me [aria-pressed=true]")).to_contain_text("Ready")
    call, queue = uuid4(), Queue.objects.get()
    for phase, word in [("ringing", "Ringing"), ("talking", "Talking"), ("ended", "Wrapping up")]:
        expect(left).to_be_hidden()
        note_call(user_id=stage.olivia.pk, call_id=call, phase=phase, queue_id=queue.pk, now=timezone.now())
        expect(pill).to_contain_text(word)
        expect(pill.locator("[data-since]")).to_have_text(re.compile(r"^0:0\d$"))
    expect(left.locator(".duration")).to_have_text(re.compile(r"^0:(30|2\d)$"))
    page.screenshot(path=OUTPUT / "desk-wrap-up.png")
    end_due_wrap_ups(timezone.now() + timedelta(minutes=1))
    expect(pill).to_contain_text("Ready")
    expect(left).to_be_hidden()
    assert asked == []


def test_pauses_and_what_the_phone_system_says_of_them(stage: Stage, desk: Desk) -> None:
    page, asked = desk
    state, refused = page.locator("#me .me-state"), page.locator('#me [data-me="refused"]')
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    set_state(user_id=stage.olivia.pk, choice="paused", reason="lunch", now=timezone.now())
    expect(state).to_contain_text(re.compile("Paused.*Lunch", re.S))
    expect(page.locator("#me [aria-pressed=true]")).to_contain_text("Pause")
    expect(page.locator('#me [data-me="telling"]')).to_be_visible()
    order = Command.objects.order_by("created_at").last()
    assert order is not None
    finish_command(order.pk, done=False, refusal="no_such_member", now=timezone.now())
    expect(refused).to_be_visible()
    expect(page.locator('#me [data-me="telling"]')).to_be_hidden()
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    expect(refused).to_be_hidden()
    pause_absent(user_ids=[stage.olivia.pk], now=timezone.now())
    expect(state).to_contain_text("No desk open")
    expect(page.locator('#me [data-me="no_desk"]')).to_be_visible()
    set_state(user_id=stage.olivia.pk, choice="logged_out", now=timezone.now())
    expect(state).to_contain_text("Logged out")
    expect(state).not_to_contain_text("No desk open")
    expect(page.locator("#me [aria-pressed=true]")).to_have_text(re.compile("Off"))
    assert asked == []


def test_the_own_choice_is_answered_and_not_asked_again(stage: Stage, desk: Desk) -> None:
    page, asked = desk
    for key, word in [("r", "Ready"), ("l", "Logged out"), ("r", "Ready")]:
        page.keyboard.press(key)
        expect(page.locator("#me .me-state .pill")).to_contain_text(word)
    page.wait_for_timeout(300)
    assert [url.rpartition("/")[2] for url in asked] == ["state"] * 3
