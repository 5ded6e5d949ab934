"""The field of a search and the list below it always agree, whoever is in a hurry, on a slow machine or a slow line."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from callwright.accounts.models import Account, Organisation

pytestmark = pytest.mark.browser
HTMX = re.compile(r"htmx\.min")
LISTS = [
    ("/calls/", "number"),
    ("/contacts/", "search"),
    ("/accounts/", "search"),
    ("/admin/users/", "search"),
]  # fmt: skip


@pytest.fixture
def page(stage: Any, page_of: Callable[..., Page]) -> Page:
    """A browser of somebody who may see all lists."""
    Account.objects.create(name="Second")
    Organisation.objects.update(kind=Organisation.Kind.BUREAU)  # a house has no list of accounts
    stage.olivia.role = "administrator"
    stage.olivia.save()
    return page_of(stage.olivia)


def open_without_htmx(page: Page, path: str) -> Callable[[], None]:
    """Opens the page without the script that searches; what is returned lets the script come."""
    held: list[Route] = []
    page.route(HTMX, lambda route: held.append(route))
    page.goto(path, wait_until="commit")

    return lambda: held[0].continue_()


@pytest.mark.parametrize(("path", "field"), LISTS)
def test_what_was_typed_before_the_scripts_came_is_searched_for(page: Page, path: str, field: str) -> None:
    let_htmx_come = open_without_htmx(page, path)
    box = page.locator(f"main input[name={field}]")
    box.press_sequentially("000003")
    let_htmx_come()
    expect(page).to_have_url(re.compile(f"{field}=000003"))
    expect(box).to_be_focused()
    box.press_sequentially("4")
    expect(page).to_have_url(re.compile(f"{field}=0000034"))


def test_what_was_chosen_before_the_scripts_came_is_searched_for(page: Page) -> None:
    let_htmx_come = open_without_htmx(page, "/calls/")
    page.get_by_text("30 days").click()
    page.get_by_label("Group by").select_option("day")
    page.get_by_text("Inbound").click()
    let_htmx_come()
    expect(page.locator("#register")).to_have_attribute("data-query", "period=month&direction=inbound&group=day")


@pytest.mark.parametrize(("path", "field"), LISTS)
def test_on_a_slow_line_the_last_text_is_searched_for(page: Page, path: str, field: str) -> None:
    page.goto(path)
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    page.locator(f"main input[name={field}]").press_sequentially("123", delay=600)  # longer than the fields wait
    expect(page).to_have_url(re.compile(f"{field}=123"))
