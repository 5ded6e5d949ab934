"""Screen readers and keyboards reach everything: axe finds nothing on any page, in the light and in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from callwright.reports.report import all_reports
from callwright.staff.models import User
from journeys.test_reports import boss, shown
from tests.test_every_url import MODULES, address, world

__all__ = ["boss", "world"]

pytestmark = pytest.mark.browser

AXE = Axe()


def found_by_axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands; contrast in both themes, so the user's must be the device's."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # nothing is measured while it fades in
    found = _run(page, {})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _run(page, {"runOnly": ["color-contrast"]})
    return found


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    # A frame without scripts would never answer.
    result = AXE.run(page, options={"resultTypes": ["violations"], "iframes": False, **options}).response
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}\n    {node.get('failureSummary', '')}"
        for violation in result["violations"]
        for node in violation["nodes"][:5]
    ]


def whole_pages(module: Any, world: dict[str, Any], user: User) -> list[str]:
    """The addresses of a capability that answer the user with a page of their own."""
    browser = Client()
    browser.force_login(user)
    found = []
    for route, row in module.ROWS.items():
        if row.method != "GET" or row.headers or route.startswith("logout"):
            continue
        url = address(route, row, world)
        answer = browser.get(url)
        is_html = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
        answer.close()
        if "sandbox" in answer.headers.get("Content-Security-Policy", ""):  # a sent mail: no script runs there
            continue
        if answer.status_code == 200 and is_html and b"<!doctype html>" in answer.content[:200].lower():
            found.append(url)
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_axe_finds_nothing_on_the_pages_of(
    module: Any, transactional_db: None, world: dict[str, Any], make_user: Any, page_of: Callable[..., Page]
) -> None:
    one = make_user("ada", role="administrator", all_accounts=True)
    found = []
    pages = whole_pages(module, world, one)
    page = page_of(one)
    for url in pages:
        page.goto(url)
        found += [f"{url} {fault}" for fault in found_by_axe(page)]
    assert found == [], "\n".join(found)


def test_axe_finds_nothing_on_a_desk_with_calls_and_the_incoming_one_is_announced(
    stage: Any, page_of: Callable[..., Page]
) -> None:
    page = page_of(stage.olivia)
    page.goto("/")
    announced = page.locator("#announce")
    call = stage.ring()
    expect(announced).to_contain_text("Jan de Vries")
    expect(announced).to_have_attribute("aria-live", "assertive")
    stage.ring(number="+31301234567")
    expect(page.locator("#slims .slim")).to_have_count(1)
    assert found_by_axe(page) == []
    call.answer()
    expect(page.locator("#cards .strip[data-state=talking]")).to_have_count(1)
    assert found_by_axe(page) == []
    call.end()
    expect(page.locator("#cards .strip[data-state=talking]")).to_have_count(0)
    assert found_by_axe(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_reports_with_figures_and_in_their_dialogs(
    language: str, boss: User, page_of: Callable[..., Page]
) -> None:
    User.objects.filter(pk=boss.pk).update(language=language)
    page, found = page_of(boss), []
    for one in all_reports() if language == "en" else all_reports()[2:7:2]:
        query = "?by=time" if "time" in one.shape.bys and not one.shape.acrosses else "?show=table&compare=no"
        for more in ("", query):
            page.goto(f"/reports/{one.code}/{more}")
            shown(page)
            found += [f"{one.code} {more} {fault}" for fault in found_by_axe(page)]
    for key in ("s", "Shift+E"):
        page.keyboard.press(key)
        expect(page.locator("#report-dialog form.form").first).to_be_visible()
        found += [f"{key} {fault}" for fault in found_by_axe(page)]
        page.keyboard.press("Escape")
    assert found == [], "\n".join(found)
