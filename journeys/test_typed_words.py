"""No word that an agent typed is lost or put where it does not belong, whatever the connection or the call does."""

import time
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from callwright.calls.models import CallNote
from callwright.contacts.models import Contact
from callwright.desk.operations.dismiss_card import restore_card
from journeys.ground import Web
from journeys.stage import STRANGER, Stage
from journeys.test_desk import Pages, front, open_desk

pytestmark = [pytest.mark.browser]

NOTE, SAVED = ".work:visible textarea", ".note:visible [data-save-state]"


class Gate:
    """Holds requests back until it is opened."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        self._is_open = False
        page.route(address, self._pass)

    def _pass(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        self._is_open = True
        for route in self.held:
            route.continue_()


def until_noted(text: str) -> None:
    deadline = time.monotonic() + 20
    while not CallNote.objects.filter(text=text).exists():
        assert time.monotonic() < deadline, list(CallNote.objects.values_list("text", flat=True))
        time.sleep(0.1)


def test_what_was_typed_after_the_last_save_is_there_after_a_reload(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.locator(NOTE).fill("Wants a callback")
    expect(page.locator(SAVED)).to_have_text("Saved")
    page.route("**/note", lambda route: route.abort())
    page.locator(NOTE).press_sequentially(" before five, invoice 17")
    expect(page.locator(SAVED)).to_contain_text("Not saved yet")
    assert CallNote.objects.get().text == "Wants a callback"
    page.unroute("**/note")
    page.reload()
    expect(page.locator(NOTE)).to_have_value("Wants a callback before five, invoice 17")
    until_noted("Wants a callback before five, invoice 17")  # by the page that went, or by the one that came


def until_kept_nowhere(page: Page) -> None:
    """Until the browser keeps no draft any more."""
    for _ in range(50):
        if not page.evaluate("Object.keys(localStorage).some((one) => one.startsWith('desk-draft:'))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the browser still keeps a draft")


def test_a_draft_is_sent_when_its_card_is_gone(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.route("**/note", lambda route: None)  # a line that is silent: nothing is refused, nothing answered
    page.locator(NOTE).fill("Typed into silence")
    call.end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    page.keyboard.press("Escape")
    page.locator(".card:visible [data-dismiss-card]").click()
    expect(page.locator(".card")).to_have_count(0)
    assert not CallNote.objects.exists()
    page.unroute("**/note")
    page.reload()
    until_noted("Typed into silence")
    until_kept_nowhere(page)


def test_a_save_that_took_long_does_not_come_after_a_newer_one(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    gate = Gate(page, "**/note")
    page.locator(NOTE).fill("one")
    page.wait_for_timeout(700)
    page.locator(NOTE).fill("one two")
    page.wait_for_timeout(900)
    assert len(gate.held) == 1  # the second waits for the first
    gate.open()
    expect(page.locator(SAVED)).to_have_text("Saved")
    assert CallNote.objects.get().text == "one two"


def test_the_form_of_a_caller_is_not_replaced_under_the_hands(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring(number=STRANGER).answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    gate = Gate(page, "**/body")
    # The contact changed somewhere else, and while the answer is on its way, somebody begins to type.
    page.evaluate(
        """([user, call]) => document.dispatchEvent(new CustomEvent(`live:desk:${user}`,
             { detail: { topic: `desk:${user}`, name: "contact", key: call, data: {} } }))""",
        [stage.olivia.pk, call.id],
    )
    page.keyboard.press("c")
    page.keyboard.type("Ma")
    page.wait_for_timeout(300)
    assert gate.held
    gate.open()
    page.wait_for_timeout(300)
    page.keyboard.type("xhe")
    expect(page.locator(".caller-form [name=first_name]")).to_have_value("Maxhe")
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    expect(page.locator(".caller-form [data-save-state]")).to_have_text("Saved")
    assert Contact.objects.get(numbers__number=STRANGER).first_name == "Maxhe"


def tell(page: Page, stage: Stage, name: str, call: str) -> None:
    """The page hears again what the stream told before an interruption."""
    page.evaluate(
        """([user, name, key]) => document.dispatchEvent(new CustomEvent(`live:desk:${user}`,
             { detail: { topic: `desk:${user}`, name, key, data: {} } }))""",
        [stage.olivia.pk, name, call],
    )


def test_a_dismissal_that_is_told_again_does_not_take_the_card_of_a_live_call(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.keyboard.press("n")
    page.keyboard.type("Wants ")
    tell(page, stage, "dismissed", call.id)
    page.wait_for_timeout(500)
    page.keyboard.type("rye")
    expect(page.locator(NOTE)).to_have_value("Wants rye")
    expect(front(page)).to_have_attribute("data-call", call.id)


def test_a_card_that_the_server_could_not_give_is_asked_for_again(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    failed: list[str] = []

    def fail_twice(route: Route) -> None:
        if len(failed) < 2:
            failed.append(route.request.url)
            route.fulfill(status=503)
        else:
            route.continue_()

    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    call.end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    page.keyboard.press("e")
    expect(page.locator(".card")).to_have_count(0)
    page.route(f"**/desk/calls/{call.id}/", fail_twice)
    restore_card(user_id=stage.olivia.pk, call_id=UUID(call.id), now=timezone.now())
    expect(front(page)).to_have_attribute("data-call", call.id)
    assert len(failed) == 2


def test_a_call_that_came_and_went_during_an_outage_has_its_card_for_the_note(
    stage: Stage, page_of: Pages, web: Web
) -> None:
    page = open_desk(page_of(stage.olivia))
    web.stop()
    expect(page.locator(".connection-bar[data-connection=lost]")).to_be_visible()
    call = stage.ring().answer().end()
    web.start()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=25_000)
    expect(front(page)).to_have_attribute("data-call", call.id, timeout=10_000)


def test_what_is_typed_is_written_on_in_a_call_whose_card_was_not_painted_yet(stage: Stage, page_of: Pages) -> None:
    olivia, carl = open_desk(page_of(stage.olivia)), open_desk(page_of(stage.carl))
    carl.evaluate("window.requestAnimationFrame = () => 0")  # the paint is late: only the longest wait helps
    call = stage.ring().answer()
    expect(front(olivia).locator(".strip")).to_have_attribute("data-state", "talking")
    consultation = call.consult()
    expect(front(carl).locator(".strip")).to_have_attribute("data-state", "talking")
    expect(carl.locator(NOTE)).to_be_visible()
    carl.keyboard.press("n")
    carl.keyboard.type("half typed wor")
    call.take_in(consultation)
    expect(front(carl)).to_have_attribute("data-call", call.id)
    expect(carl.locator(":focus")).to_have_attribute("id", f"note-{call.id}")
    carl.keyboard.type("d")
    expect(carl.locator(NOTE)).to_have_value("half typed word")
    until_noted("half typed word")
