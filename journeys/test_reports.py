"""Reports in a real browser: asked by keys, sorted, narrowed, followed to their calls, saved, fetched; on a phone and
from right to left (REP-5, REP-7).
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.reports.testing import add_random_calls, live_random_days, register_random_calls
from callwright.staff.models import User
from callwright.telephony.models import Queue
from journeys.ground import OUTPUT, ago

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(stage: Any) -> User:
    """Somebody who asks, in a house with two months of calls, registrations and working days."""
    people, queue, now = [stage.olivia, stage.carl], Queue.objects.get(name="orders"), ago(0)
    add_random_calls([stage.account], people, queue, now=now, seed=7)
    register_random_calls(people, now=now, seed=7)
    live_random_days(people, now=now, seed=7)
    return User.objects.create(
        username="boss", name="Boss", role="supervisor", all_accounts=True, language="en", time_zone="Europe/Amsterdam"
    )


def shown(page: Page) -> Any:
    """The report, when its figures are there, those of the period before among them."""
    report = page.locator("#report")
    expect(report).not_to_have_attribute("hx-trigger", "load")
    expect(report.locator("tbody tr").first).to_be_attached()
    return report


def test_a_report_is_asked_by_keys_and_says_so_in_its_address(boss: User, page_of: Callable[..., Page]) -> None:
    page = page_of(boss)
    page.goto("/reports/queues/?by=time")
    expect(shown(page).locator(".report-chart")).to_be_visible()
    page.screenshot(path=OUTPUT / "report.png", full_page=True)
    page.keyboard.press("t")
    expect(page.locator("#report[data-show=table]")).to_be_attached()
    expect(shown(page).locator(".report-chart")).to_be_hidden()
    assert "show=table" in page.url
    page.keyboard.press("t")
    expect(page.locator("#report[data-show=chart]")).to_be_attached()
    expect(shown(page).locator(".report-table")).to_be_hidden()
    assert "show=chart" in page.url
    expect(page.locator(".was-days")).to_have_count(1)
    page.keyboard.press("v")
    expect(page.locator(".was-days")).to_have_count(0)
    assert "compare=no" in page.url
    page.keyboard.press("p")
    expect(page.locator("[data-period]")).to_be_focused()
    page.locator("[data-period]").select_option("last_month")
    page.wait_for_url(re.compile("period=last_month"))
    page.keyboard.press("Alt+s")  # a key for somebody who is in a field
    dialog = page.locator("#report-dialog")
    dialog.get_by_label("Name").fill("Queues of last month")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"saved=\d+"))
    expect(page.locator(".top-bar, header").first).to_contain_text("Queues of last month")
    page.goto("/reports/")
    page.get_by_role("link", name="Queues of last month").first.click()
    page.wait_for_url(re.compile("show=chart.*saved="))
    page.keyboard.press("u")
    page.wait_for_url(re.compile(r"/reports/$"))


def test_a_report_is_fetched_in_each_format_by_a_key(boss: User, page_of: Callable[..., Page]) -> None:
    page = page_of(boss)
    page.goto("/reports/crossed/?by=topic&across=user")
    expect(shown(page)).to_contain_text("Complaint")
    for form, begin in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfTopic,")):
        page.keyboard.press("Shift+E")
        dialog = page.locator("#report-dialog")
        dialog.locator(f"label:has(input[value={form}])").click()
        with page.expect_download() as waiting:
            dialog.get_by_role("button", name="Get the file").click()
        assert waiting.value.suggested_filename.endswith(f".{form}")
        assert waiting.value.path().read_bytes().startswith(begin)
        expect(dialog).to_be_hidden()


def test_a_figure_leads_to_its_calls_and_back(boss: User, page_of: Callable[..., Page]) -> None:
    page = page_of(boss)
    page.goto("/reports/calls/?by=user&show=table&compare=no")
    heads = shown(page).locator("thead a")
    heads.filter(has_text=re.compile("^Missed$")).click()
    expect(page.locator("thead th[aria-sort=descending]")).to_have_text("Missed")
    counts = [int(text) for text in page.locator("tbody tr td:nth-child(5)").all_text_contents()]
    assert counts == sorted(counts, reverse=True) and counts[0] > 0
    page.locator("select[name=queue]").select_option(label="Orders")
    chip = page.locator("#report .chip", has_text="Queue: Orders")
    expect(chip).to_be_visible()
    page.wait_for_url(re.compile("queue="))
    figure = shown(page).locator("tbody tr").first.locator("td a").first
    number, address = figure.text_content(), page.url
    assert number
    figure.click()
    page.wait_for_url(re.compile("/calls/"))
    expect(page.locator("#register-summary")).to_contain_text(f"{number} call")
    page.go_back()
    page.wait_for_url(address)
    expect(shown(page).locator("tbody tr").first.locator("td a").first).to_have_text(number)
    chip.get_by_role("link").click()
    page.wait_for_url(lambda url: "queue=" not in url)
    expect(shown(page).locator(".chip", has_text="Queue: Orders")).to_have_count(0)
    page.goto("/reports/resolution/?by=user&compare=no&show=table&again=1")
    figure = shown(page).locator("tfoot td a").nth(1)
    number = figure.text_content()
    figure.click()
    page.wait_for_url(re.compile("again=repeat_1"))
    expect(page.locator("#register-summary")).to_contain_text(f"{number} call")
    expect(page.locator(".chip", has_text="had called within 1 day before")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("en", 390), ("ar", 390), ("ar", 1024)])
def test_reports_fit_a_phone_and_run_from_right_to_left(
    language: str, width: int, boss: User, page_of: Callable[..., Page]
) -> None:
    User.objects.filter(pk=boss.pk).update(language=language)
    page = page_of(boss, width=width)
    for query in ("calls/?by=time", "agents/?by=user", "calls_crossed/?by=queue&across=time", "topics/"):
        page.goto(f"/reports/{query}")
        shown(page)
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth, document.dir]")
        assert wide[0] <= wide[1] and (wide[2] == "rtl") == (language == "ar"), query
    page.screenshot(path=OUTPUT / f"report-{language}-{width}.png", full_page=True)
