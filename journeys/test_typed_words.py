"""No word that an agent typed is lost or put where it does not belong, whatever the connection or the call does."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from callwright.calls.models import CallNote
from callwright.contacts.models import Contact
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
    page.wait_for_function("!Object.keys(localStorage).some((one) => one.startsWith('desk-draft:'))")


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
