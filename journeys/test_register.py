"""The register in a real browser: live rows, the pill of new calls, markers and keys (CALL-5)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.calls.models import Call, ColumnChoice, Marker
from journeys.ground import OUTPUT

pytestmark = pytest.mark.browser
LAST_DAYS = "/calls/?period=week"  # where calls of some minutes ago must be seen, also shortly after midnight


def row(page: Page, call: Any) -> Any:
    return page.locator(f"#call-{call.id}")


def listening(page: Page) -> None:
    page.wait_for_selector("html[data-connection=connected]", state="attached")


def test_a_call_appears_changes_and_ends_without_a_reload(stage: Any, page_of: Callable[..., Page]) -> None:
    page = page_of(stage.olivia)
    page.goto("/calls/")
    expect(page.get_by_text("No calls yet today")).to_be_visible()
    listening(page)
    page.evaluate("window.same = true")
    call = stage.ring(name="Jan on the phone")
    expect(row(page, call)).to_contain_text("Jan de Vries")
    expect(row(page, call).locator("[data-status=ringing]")).to_be_visible()
    expect(page.get_by_text("No calls yet today")).to_have_count(0)
    call.answer()
    expect(row(page, call).locator("[data-status=talking]")).to_be_visible()
    clock = row(page, call).locator(".cell-talk [data-since]")
    before = clock.text_content()
    expect(clock).not_to_have_text(str(before))  # it runs
    call.end(after_s=75)
    expect(row(page, call).locator("[data-status=answered]")).to_be_visible()
    expect(row(page, call).locator(".cell-talk")).to_have_text("1:15")
    expect(page.locator("#register-summary")).to_contain_text("1 call", timeout=10_000)
    assert page.evaluate("window.same") is True
    page.screenshot(path=OUTPUT / "register.png")


def test_who_reads_further_down_is_not_moved(stage: Any, page_of: Callable[..., Page]) -> None:
    for n in range(45):
        stage.ring(number=f"+3161100{n:04}", ago_s=3000 - n * 10).end(answered=False)
    page = page_of(stage.olivia, height=600)
    page.goto(LAST_DAYS)
    listening(page)
    page.evaluate("scrollTo(0, 700)")
    page.wait_for_timeout(300)
    seen = page.evaluate("document.elementFromPoint(600, 300).closest('.call-row')?.id")
    assert seen
    place = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", seen)
    first, second = stage.ring(number="+31612000001"), stage.ring(number="+31612000002")
    expect(page.locator("#new-calls")).to_have_text("2 new calls")
    assert page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", seen) == place
    expect(row(page, first)).to_have_count(0)
    page.locator("#new-calls").click()
    expect(row(page, second)).to_be_visible()
    expect(row(page, first)).to_be_visible()
    expect(page.locator("#new-calls")).to_be_hidden()
    ids = page.locator("[data-rows] .call-row").evaluate_all("rows => rows.map(row => row.dataset.callId)")
    assert ids == sorted(ids, reverse=True) and len(ids) == len(set(ids)) == 47


def test_a_call_further_down_comes_with_its_page_and_once(stage: Any, page_of: Callable[..., Page]) -> None:
    long = stage.ring(number="+31611000000", ago_s=4000).answer()
    first = stage.ring(number="+31611000001", ago_s=3900).answer()
    for n in range(75):
        stage.ring(number=f"+3161200{n:04}", ago_s=3000 - n * 10).end(answered=False)
    page = page_of(stage.olivia, height=600)
    page.goto(LAST_DAYS)
    listening(page)
    shown = page.locator("[data-rows] .call-row")
    expect(shown).to_have_count(60)
    long.end()
    newer = stage.ring(number="+31612000006")
    expect(row(page, newer)).to_be_visible()  # what was told before it is read by now
    expect(shown).to_have_count(61)
    expect(row(page, long)).to_have_count(0)
    expect(page.locator("#new-calls")).to_be_hidden()
    page.locator("[data-rows] .more").scroll_into_view_if_needed()
    expect(row(page, first)).to_have_count(1)
    expect(row(page, long).locator("[data-status=answered]")).to_have_count(1)
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(5, 5)
    before = stage.ring(number="+31612000007", ago_s=3950)  # told late: it belongs among the last rows
    expect(row(page, before)).to_have_count(1)
    ids = shown.evaluate_all("rows => rows.map(row => row.dataset.callId)")
    assert ids == sorted(ids, reverse=True) and len(ids) == len(set(ids)) == 79
    assert ids[-2:] == [before.id, long.id]


def test_a_search_shows_only_what_fits_live_too(stage: Any, page_of: Callable[..., Page]) -> None:
    lost = stage.ring(number="+31612000003").end(answered=False)
    page = page_of(stage.olivia)
    page.goto("/calls/")
    page.keyboard.press("/")
    page.keyboard.type("000003")
    expect(page).to_have_url(re.compile("number=000003"))
    expect(page.locator("[data-rows] .call-row")).to_have_count(1)
    listening(page)
    other = stage.ring(number="+31612000004")
    again = stage.ring(number="+31698000003")
    page.mouse.move(5, 5)
    expect(row(page, again)).to_be_visible()
    expect(row(page, other)).to_have_count(0)
    expect(row(page, lost)).to_be_visible()
    page.reload()
    expect(page.locator("input[name=number]")).to_have_value("000003")
    expect(page.locator("[data-rows] .call-row")).to_have_count(2)


def test_keys_mark_open_and_go_back_and_colleagues_see_it(stage: Any, page_of: Callable[..., Page]) -> None:
    Marker.objects.create(name="Complaint", icon="flag", position=1)
    Marker.objects.create(name="Call back", icon="phone-call", position=2)
    older, newer = stage.ring(ago_s=60).answer().end(), stage.ring(number="+31612000005").answer().end()
    page, colleague = page_of(stage.olivia), page_of(stage.carl)
    colleague.goto(LAST_DAYS)
    listening(colleague)
    page.goto(LAST_DAYS)
    page.keyboard.press("j")
    expect(row(page, newer)).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, older)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("2")
    expect(row(page, older).locator("[data-marker-button]")).to_have_attribute("aria-label", "Marker: Call back")
    expect(row(page, older)).to_be_focused()
    expect(row(colleague, older).locator("[data-marker-button]")).to_have_attribute("aria-label", "Marker: Call back")
    assert Call.objects.get(id=older.id).marker_id
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Path of the call")).to_be_visible()
    listening(page)
    page.keyboard.press("t")
    expect(page.locator(".path-table")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("Wants his money back")
    expect(page.locator("#comment-state")).to_have_text("Saved")
    expect(row(colleague, older)).to_contain_text("Wants his money back")
    page.locator("h1").click()
    page.keyboard.press("m")
    page.keyboard.press("1")
    expect(page.locator(".call-state [data-marker-button]")).to_have_text("Complaint")


def test_columns_are_moved_by_keyboard(stage: Any, page_of: Callable[..., Page]) -> None:
    stage.ring().answer().end()
    page = page_of(stage.olivia)
    page.goto("/calls/")
    listening(page)
    page.keyboard.press("v")
    handle = page.get_by_role("button", name="Move Talk")
    expect(handle).to_be_visible()
    for _ in range(3):
        handle.press("ArrowUp")  # gives it the focus first, which the opening sheet may just have taken
    page.get_by_role("checkbox", name="Category").check()
    page.get_by_role("button", name="Show these columns").click()
    expect(page.locator("th.cell-category")).to_be_visible()
    columns = ColumnChoice.objects.get(user=stage.olivia).columns
    assert columns.index("talk") < columns.index("employee") and "category" in columns


def test_an_unknown_caller_becomes_a_contact_with_one_click(stage: Any, page_of: Callable[..., Page]) -> None:
    call = stage.ring(number="+31687654321", name="Eva Smit").answer().end()
    page = page_of(stage.olivia)
    page.goto("/calls/")
    row(page, call).get_by_role("button", name="Make a contact of this caller").click()
    expect(row(page, call).get_by_role("link", name="Eva Smit")).to_be_visible()
    expect(page.get_by_text("The caller is a contact now.")).to_be_visible()


def test_groups_open_to_their_calls(stage: Any, page_of: Callable[..., Page]) -> None:
    for _ in range(3):
        stage.ring().answer().end()
    stage.ring(number="+31612000009").end(answered=False)
    page = page_of(stage.olivia)
    page.goto("/calls/?group=status")
    page.get_by_text("Missed or no answer").last.click()
    expect(page.locator(".groups .call-row")).to_have_count(1)
