"""The agent's own state on the desk, as the live stream tells it: shown at once, and without asking the server."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect

from callwright.staff.models import Extension, User
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.staff.operations.pause_absent import pause_absent
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.staff.testing import note_call
from callwright.telephony.models import Command, Queue
from callwright.telephony.operations.send_command import finish_command
from journeys.ground import OUTPUT
from journeys.stage import Stage
from journeys.test_desk import open_desk

pytestmark = [pytest.mark.browser]
Desk = tuple[Page, list[str]]
NOTE_TOLD = "topic => { window.told = []; document.addEventListener(topic, ({ detail }) => window.told.push(detail)); }"


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


def test_an_answer_that_comes_late_undoes_nothing_and_asks_nothing(stage: Stage, desk: Desk) -> None:
    page, asked = desk
    pill = page.locator("#me .me-state .pill")
    page.evaluate(NOTE_TOLD, f"live:agent:{stage.olivia.pk}")
    met: list[Route] = []
    late: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        met.append(route)
        if len(met) > 1:  # comes while the answer of the first is fetched, or later
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/desk/me/state", hold)
    page.keyboard.press("r")
    expect(pill).to_contain_text("Ready")
    page.keyboard.press("l")
    expect(pill).to_contain_text("Logged out")
    page.wait_for_function("() => window.told.length >= 2")
    [(route, drawn)] = late
    route.fulfill(response=drawn)
    page.wait_for_timeout(500)
    expect(pill).to_contain_text("Logged out")
    expect(page.locator("#me [aria-pressed=true]")).to_contain_text("Off")
    assert [url.rpartition("/")[2] for url in asked] == ["state"] * 2


def test_what_is_told_late_undoes_no_answer(stage: Stage, desk: Desk) -> None:
    page, asked = desk
    pill = page.locator("#me .me-state .pill")
    topic = f"live:agent:{stage.olivia.pk}"
    page.evaluate(NOTE_TOLD, topic)
    page.keyboard.press("r")
    page.wait_for_function("() => window.told.length >= 1")
    expect(page.locator("#me [aria-pressed=true]")).to_contain_text("Ready")
    held: list[Route] = []
    page.route("**/desk/me/state", lambda route: held.append(route))
    page.keyboard.press("l")
    page.wait_for_timeout(300)
    page.evaluate("topic => document.dispatchEvent(new CustomEvent(topic, { detail: window.told.at(-1) }))", topic)
    page.evaluate("topic => document.addEventListener(topic, (event) => event.stopImmediatePropagation(), true)", topic)
    held[0].continue_()
    expect(pill).to_contain_text("Logged out")
    page.wait_for_timeout(300)
    assert [url.rpartition("/")[2] for url in asked] == ["state"] * 2


def test_what_i_do_is_not_shown_at_a_colleague(stage: Stage, desk: Desk) -> None:
    page, _asked = desk
    carl = page.locator("#colleagues li", has_text="Carl Winter").locator(".pill")
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    set_state(user_id=stage.carl.pk, choice="paused", reason="lunch", now=timezone.now())
    expect(carl).to_contain_text("Paused")
    set_state(user_id=stage.olivia.pk, choice="logged_out", now=timezone.now())
    page.wait_for_timeout(2500)  # two digests
    expect(carl).to_contain_text("Paused")


def test_a_panel_that_was_drawn_a_moment_ago_does_not_undo_what_was_told_since(stage: Stage, desk: Desk) -> None:
    page, _asked = desk
    carl = page.locator("#colleagues li", has_text="Carl Winter")
    drawn = page.locator("#colleagues").inner_html()
    looks: list[str] = []

    def answer(route: Route) -> None:
        looks.append(route.request.url)
        route.fulfill(body=drawn, content_type="text/html")

    page.route("**/desk/colleagues*", answer)
    set_state(user_id=stage.carl.pk, choice="logged_out", now=timezone.now())
    expect(carl.locator(".pill")).to_contain_text("Logged out")
    page.evaluate("document.dispatchEvent(new CustomEvent('live:all'))")
    page.wait_for_timeout(500)
    assert [url.rpartition("/")[2] for url in looks] == ["colleagues?fresh=1"]
    expect(carl.locator(".pill")).to_contain_text("Logged out")


def test_who_came_meanwhile_is_seen_when_the_connection_is_back(stage: Stage, desk: Desk) -> None:
    page, _asked = desk
    expect(page.locator("#colleagues li")).to_have_count(1)
    dora = User.objects.create_user("dora", None, name="Dora New", all_accounts=True)
    take_extension(user_id=dora.pk, extension_id=Extension.objects.get(number="203").pk, now=timezone.now())
    for state in ("lost", "connected"):
        page.evaluate(f"document.dispatchEvent(new CustomEvent('live:state', {{ detail: {{ state: '{state}' }} }}))")
    expect(page.locator("#colleagues li", has_text="Dora New")).to_be_visible()
    expect(page.locator("#colleagues [data-call='203']")).to_have_count(1)
