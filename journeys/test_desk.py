"""The desk in a real browser: calls come in as events, cards open, and the agent works with keys."""

import pytest
from playwright.sync_api import Page, expect

from journeys.ground import OUTPUT
from journeys.stage import Stage

pytestmark = [pytest.mark.browser]


def open_desk(page: Page) -> Page:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


def test_the_card_opens_by_itself_and_follows_the_call(stage: Stage, page_of) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring()
    card = page.locator(".card:visible")
    expect(card.locator(".who")).to_have_text("Jan de Vries")
    page.screenshot(path=OUTPUT / "desk-ringing-1440.png")
