"""The kit's scripts in a real browser: one live stream for all tabs, keys on any layout, order by hand (DESK-11)."""

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from callwright.kit.tests.live_server import LiveServer

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>x</title>
<meta name="live-stream" content="/live/stream" data-worker="/static/kit/js/live-worker.js"
 data-viewer="7" data-since-id="40">
<meta name="htmx-config" content='{"includeIndicatorCSS": false}'>
<script defer src="/static/vendor/htmx/htmx.min.js"></script>
<script type="module" src="/static/kit/js/live.js"></script>
<script type="module" src="/static/kit/js/keys.js"></script>
<script type="module" src="/static/kit/js/sortable.js"></script>
<script type="module" src="/static/kit/js/clock.js"></script>
<script type="module" src="/static/kit/js/folds.js"></script></head><body>
<div data-connection="lost" hidden>lost</div><div data-connection="refused" hidden>refused</div>
<div id="calls" data-live="calls" hx-get="/part?calls" hx-trigger="live">drawn</div>
<div id="one" data-live="calls" data-live-key="9" hx-get="/part?one" hx-trigger="live">drawn</div>
<textarea id="note"></textarea><input id="search" data-key="/" aria-label="Search">
<a id="n" href="#n" data-key="n" data-key-label="New note">N</a><a id="gc" href="#gc" data-key="g c">Calls</a>
<a id="alt" href="#alt" data-key="alt+h">Hold</a>
<ol data-sortable><li>a<button class="drag-handle">a</button></li><li>b<button class="drag-handle">b</button></li></ol>
<bdi id="clock" data-since="2026-01-01T00:00:00Z" data-now="2026-01-01T00:01:23Z"></bdi>
<dialog id="key-sheet" data-group-page="Page" data-group-go="Go" data-then="then"><div data-sheet></div></dialog>
</body></html>"""


@pytest.fixture
def server() -> Iterator[LiveServer]:
    live = LiveServer(PAGE)
    thread = threading.Thread(target=live.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield live
    live.stopping.set()
    live.shutdown()
    thread.join()
    live.server_close()


@pytest.fixture
def tabs(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    yield context
    context.close()


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def opened(tabs: BrowserContext, server: LiveServer) -> Page:
    page = tabs.new_page()
    page.goto(server.url)
    expect(page.locator("html[data-connection=connected]")).to_have_count(1)
    return page


def test_two_tabs_share_one_stream_and_both_refresh(tabs: BrowserContext, server: LiveServer) -> None:
    first = opened(tabs, server)
    second = opened(tabs, server)
    assert len(server.open_streams()) == 1
    server.tell("41", "calls")
    for page in (first, second):
        expect(page.locator("#calls")).to_contain_text("read")
        expect(page.locator("#one")).to_have_text("drawn")
    server.tell("42", "calls", key="9")
    expect(second.locator("#one")).to_contain_text("read")


def test_a_page_hears_what_happened_since_it_was_drawn(tabs: BrowserContext, server: LiveServer) -> None:
    opened(tabs, server)
    assert server.streams[0].last_event_id == "40"


def test_a_broken_stream_continues_after_the_last_event(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    server.tell("55", "calls")
    expect(page.locator("#calls")).to_contain_text("read")
    server.break_streams()
    until(lambda: len(server.streams) == 2)
    assert server.streams[1].last_event_id == "55"
    expect(page.locator("[data-connection=lost]").last).to_be_hidden()


def test_a_lost_connection_is_shown_and_mends_itself(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.locator("#note").fill("half a note")
    server.stream_status = 503
    server.break_streams()
    bar = page.locator("div[data-connection=lost]")
    expect(bar).to_be_visible()
    server.stream_status = 200
    expect(bar).to_be_hidden(timeout=20_000)
    assert page.locator("#note").input_value() == "half a note"


def test_a_session_that_ended_is_told_and_not_tried_again(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    server.stream_status = 401
    server.break_streams()
    expect(page.locator("div[data-connection=refused]")).to_be_visible()


def test_an_id_too_old_re_reads_the_parts_and_keeps_the_note(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.locator("#note").fill("half a note")
    server.streams[0].sent.put("id: 900\nevent: reload\ndata: {}\n\n")
    expect(page.locator("#calls")).to_contain_text("read")
    expect(page.locator("#one")).to_contain_text("read")
    assert page.locator("#note").input_value() == "half a note"


def test_another_user_in_the_same_browser_ends_the_tabs_of_the_first(tabs: BrowserContext, server: LiveServer) -> None:
    first = opened(tabs, server)
    server.page = PAGE.replace('data-viewer="7"', 'data-viewer="8"')
    second = opened(tabs, server)
    expect(first.locator("div[data-connection=refused]")).to_be_visible()
    server.tell("41", "calls")
    expect(second.locator("#calls")).to_contain_text("read")
    expect(first.locator("#calls")).to_have_text("drawn")


def test_what_was_unfolded_stays_so_when_its_part_is_drawn_anew(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    server.tell("41", "calls")
    page.locator("#calls").get_by_text("More").click()
    expect(page.locator("#calls details[open]")).to_contain_text("unfolded 1")
    server.tell("42", "calls", key="9")
    expect(page.locator("#calls details[open]")).to_contain_text(re.compile("unfolded [23]"))
    expect(page.locator("#one")).to_contain_text("read")
    expect(page.locator("#one details[open]")).to_have_count(0)


def test_a_new_topic_joins_the_stream(tabs: BrowserContext, server: LiveServer) -> None:
    opened(tabs, server)
    server.page = PAGE.replace('data-live="calls"', 'data-live="desk:7"')
    opened(tabs, server)
    until(lambda: len(server.open_streams()) == 1 and server.open_streams()[0].topics == ["calls", "desk:7"])


def test_tabs_without_a_shared_worker_choose_a_leader(tabs: BrowserContext, server: LiveServer) -> None:
    tabs.add_init_script("delete window.SharedWorker")
    first = opened(tabs, server)
    second = opened(tabs, server)
    assert len(server.open_streams()) == 1
    server.tell("41", "calls")
    expect(first.locator("#calls")).to_contain_text("read")
    expect(second.locator("#calls")).to_contain_text("read")
    first.close()
    until(lambda: len(server.streams) == 2 and len(server.open_streams()) == 1)
    server.tell("43", "calls", key="9")
    expect(second.locator("#one")).to_contain_text("read")


def at(page: Page) -> str:
    return str(page.evaluate("location.hash"))


def test_keys_act_and_rest_while_somebody_types(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.keyboard.press("n")
    assert at(page) == "#n"
    page.keyboard.press("g")
    page.keyboard.press("c")
    assert at(page) == "#gc"
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("#note").press_sequentially("n?")
    assert at(page) == "#gc" and page.locator("#note").input_value() == "n?"
    page.keyboard.press("Alt+h")
    assert at(page) == "#alt"


def test_keys_go_by_their_place_on_a_cyrillic_layout(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))")
    assert at(page) == "#n"


def test_the_sheet_lists_what_is_on_the_page(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.keyboard.press("?")
    sheet = page.locator("#key-sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("dt")).to_have_text(["Search", "New note", "Calls", "Hold"])
    expect(sheet.locator("dd").nth(2)).to_have_text("G then C")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_list_is_ordered_by_arrow_keys(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.locator(".drag-handle").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("li")).to_have_text(["bb", "aa"])


def test_a_list_is_ordered_by_pointer(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    page.locator(".drag-handle").last.hover()
    page.mouse.down()
    page.mouse.move(60, page.locator("li").first.bounding_box()["y"] - 2, steps=4)
    page.mouse.up()
    expect(page.locator("li")).to_have_text(["bb", "aa"])


def test_a_clock_goes_by_the_servers_time(tabs: BrowserContext, server: LiveServer) -> None:
    page = opened(tabs, server)
    expect(page.locator("#clock")).to_have_text("1:24", timeout=5000)
