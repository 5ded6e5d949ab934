"""A notification arrives on an open page, and leads to its record by keys alone (MSG-5)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.messaging.models import Notification
from callwright.messaging.operations.notify import notify
from callwright.staff.models import User
from journeys.ground import OUTPUT

pytestmark = pytest.mark.browser


def tell(key: str, path: str) -> None:
    values = {"to": "ann@example.org", "subject": "Your order"}
    notify(event="mail_failed", key=key, path=path, values=values, now=datetime.now(UTC))


def test_the_bell_tells_at_once_and_leads_to_the_record(stage: Any, page_of: Callable[..., Page]) -> None:
    boss = User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True, language="en")
    page = page_of(boss)
    page.goto("/me/")
    bell = page.locator("#bell")
    expect(bell).not_to_contain_text("unread")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    tell("1", "/extensions/")
    expect(bell).to_contain_text("1 unread notification")  # without reading the page again
    tell("2", "/messages/choices/")
    expect(bell).to_contain_text("2 unread notifications")
    page.keyboard.press("g")
    page.keyboard.press("n")
    first = page.locator(".told-one").first
    expect(first).to_be_focused()
    expect(first).to_contain_text("The message to ann@example.org did not arrive")
    page.screenshot(path=OUTPUT / "notifications.png")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".told-one").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/extensions/")
    expect(page.locator("#bell")).to_contain_text("1 unread notification")
    assert Notification.objects.filter(user=boss, read_at=None).get().key == "2"
    page.locator("#bell").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#bell")).not_to_contain_text("unread")
    page.keyboard.press("Escape")
    expect(page.locator("#bell-panel")).to_be_hidden()
    expect(page.locator("#bell")).to_be_focused()


SLOW_TEXT = """
const atOnce = window.fetch;
window.fetch = async (...asked) => {
  const answer = await atOnce(...asked);
  const text = answer.text.bind(answer);
  answer.text = () => new Promise((resolve) => setTimeout(resolve, 300)).then(text);
  return answer;
};
"""


def test_a_change_while_the_list_arrives_does_not_take_the_focus_away(stage: Any, page_of: Callable[..., Page]) -> None:
    boss = User.objects.create(username="boss", name="Boss", role="administrator", all_accounts=True, language="en")
    tell("1", "/extensions/")
    page = page_of(boss)
    page.goto("/me/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    page.evaluate(SLOW_TEXT)
    address = page.locator("#bell-panel").get_attribute("data-list")
    page.keyboard.press("g")
    with page.expect_response(f"**{address}"):
        page.keyboard.press("n")
    with page.expect_response(f"**{address}"):
        page.evaluate("document.getElementById('bell-count').dispatchEvent(new CustomEvent('live'))")
    page.wait_for_timeout(600)  # the text of both has come
    expect(page.locator(".told-one").first).to_be_focused()
