"""Registration that is forced, in tabs and browsers that come and go; the panel of each call by itself, in both
directions of calls and of writing (REG-2, REG-3).
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from callwright.desk.models import DeskWatch, OpenDesk
from callwright.desk.operations.watch_desks import note_open_desks, pause_without_desk
from callwright.registration.models import DueRegistration, MustRegister, PanelSettings, Registration
from callwright.registration.testing import make_category
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from journeys.ground import OUTPUT
from journeys.stage import JAN, STRANGER, Ringing, Stage
from journeys.test_desk import front, open_desk
from journeys.test_registering import box, is_saved, panel, words

pytestmark = [pytest.mark.browser]
Pages = Callable[..., Page]


@pytest.fixture
def forced(stage: Stage) -> Stage:
    """Olivia is ready, and must register each call."""
    make_category("Reason", "Order", "Delivery", "Complaint")
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    return stage


def pill(page: Page) -> Any:
    return page.locator("#me .me-state .pill")


def test_what_is_ticked_in_one_tab_frees_the_other(forced: Stage, page_of: Pages) -> None:
    one = open_desk(page_of(forced.olivia))
    two = open_desk(one.context.new_page())
    forced.ring().answer().end()
    for page in (one, two):
        expect(panel(page)).to_contain_text("Register this call before the next one")
        expect(pill(page)).to_contain_text("Wrapping up")
    box(two, "Complaint").check()
    for page in (one, two):
        expect(box(page, "Complaint")).to_be_checked()
        expect(panel(page).locator(".registration-due")).to_have_count(0)
        expect(pill(page)).to_contain_text("Ready")
        expect(page.locator('#me [data-me="due"]')).to_be_hidden()
        expect(page.locator("#cards .card .strip")).not_to_have_attribute("data-due", "")
    assert words() == ["Complaint"]


def test_the_panel_of_the_next_call_is_empty(forced: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(forced.olivia))
    first = forced.ring().answer()
    box(page, "Order").check()
    panel(page).locator("[name=comment]").fill("Two loaves")
    is_saved(page)
    page.keyboard.press("Escape")  # no call covers the card of somebody who types
    first.end()
    second = forced.ring(number=STRANGER).answer()
    expect(front(page)).to_have_attribute("data-call", second.id)
    expect(panel(page).locator("input")).to_have_count(3)
    expect(panel(page).locator("input:checked")).to_have_count(0)
    expect(panel(page).locator("[name=comment]")).to_have_value("")
    box(page, "Delivery").check()
    is_saved(page)
    by_call = {str(one.call_id): [word for *_, word in one.words] for one in Registration.objects.all()}
    assert by_call == {first.id: ["Order"], second.id: ["Delivery"]}


def dial_out(stage: Stage) -> Ringing:
    """Olivia calls somebody, who takes the call."""
    call = Ringing(stage, "call-out", datetime.now(UTC))
    at, leg = call.now(), "call-out-far"
    call.tell(
        e.CallStarted(
            **call.base, at=at, direction=e.Direction.OUTBOUND, from_number="201", to_number=JAN, extension="201"
        ),
        e.LegRinging(**call.base, at=at, leg=leg, party=JAN, kind=e.LegKind.NUMBER),
    )
    call.tell(e.LegAnswered(**call.base, at=at, leg=leg), e.TalkStarted(**call.base, at=at))
    return call


def test_the_panel_of_a_call_that_was_dialled_offers_what_is_asked_about_those(forced: Stage, page_of: Pages) -> None:
    make_category("Asked for", "Price", directions=["inbound"], position=1)
    make_category("Sold", "Subscription", "Nothing", several=False, directions=["outbound"], position=2)
    page = open_desk(page_of(forced.olivia))
    call = dial_out(forced)
    expect(front(page)).to_have_attribute("data-direction", "outbound")
    expect(panel(page).locator("legend bdi")).to_have_text(["Reason", "Sold"])
    page.keyboard.press("q")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    expect(box(page, "Subscription")).to_be_checked()
    is_saved(page)
    kept = Registration.objects.get()
    assert (kept.direction, kept.words, str(kept.call_id)) == ("outbound", [["Sold", "", "Subscription"]], call.id)


def test_a_browser_that_dies_in_wrap_up_leaves_the_call_to_be_registered_and_the_agent_paused(
    forced: Stage, page_of: Pages
) -> None:
    page = open_desk(page_of(forced.olivia))
    call = forced.ring().answer().end()
    expect(pill(page)).to_contain_text("Wrapping up")
    panel(page).locator("[name=comment]").fill("Half a")
    is_saved(page)
    note_open_desks(user_ids=[forced.olivia.pk], now=timezone.now())  # as the server told last
    with suppress(Error):
        page.goto("chrome://crash")  # it has no time to say goodbye
    page.context.close()
    died_at = timezone.now()
    wait_until_missed(forced.olivia.pk, died_at)
    assert pause_without_desk(after=timedelta(seconds=1), now=timezone.now()) == [forced.olivia.pk]
    held = agent_now(forced.olivia.pk)
    assert (held.state, held.wanted) == ("wrap_up", "paused")  # the pause holds afterwards
    back = open_desk(page_of(forced.olivia))
    expect(front(back)).to_have_attribute("data-call", call.id)
    expect(panel(back)).to_contain_text("Register this call before the next one")
    expect(panel(back).locator("[name=comment]")).to_have_value("Half a")
    expect(back.locator('#me [data-me="no_desk"]')).to_be_visible()
    box(back, "Order").check()
    expect(pill(back)).to_contain_text("Paused")
    expect(back.locator('#me [data-me="no_desk"]')).to_be_visible()
    assert not DueRegistration.objects.filter(settled_at=None).exists()
    assert agent_now(forced.olivia.pk).state == "paused"


def wait_until_missed(user_id: int, since: datetime) -> None:
    """The web server tells every half a minute whose desks are open."""
    deadline = time.monotonic() + 75
    while time.monotonic() < deadline:
        watch, desk = DeskWatch.objects.first(), OpenDesk.objects.filter(user_id=user_id).first()
        if watch and desk and watch.at > since and desk.seen_at < watch.at:
            return
        time.sleep(1)
    raise AssertionError("the web server still takes the desk for an open one")


ARABIC = {"Reason": "سبب المكالمة", "Solved?": "هل حُلّت المشكلة؟", "topics": ("طلب توصيل الخبز كل أسبوع", "شكوى")}
HUNGARIAN = {
    "Reason": "A megkeresés legfontosabb oka", "Solved?": "Megoldódott?",
    "topics": ("Megszentségteleníthetetlenségeskedéseitekért", "Reklamáció"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["side", "tab"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize(("language", "asked"), [("ar", ARABIC), ("hu", HUNGARIAN)])
def test_the_panel_fits_in_languages_of_either_direction(
    stage: Stage, page_of: Pages, language: str, asked: dict[str, Any], width: int, form: str
) -> None:
    if form == "tab" and width == 1024:
        pytest.skip("as wide as beside the card")
    stage.olivia.language = language
    stage.olivia.save()
    make_category(asked["Reason"], *asked["topics"])
    make_category(asked["Solved?"], *asked["topics"], several=False, position=1)
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    PanelSettings.objects.create(form=form)
    page = open_desk(page_of(stage.olivia, width=width, height=900))
    stage.ring().answer().end()
    expect(panel(page).locator("fieldset.question")).to_have_count(2)
    expect(panel(page).locator(".registration-due")).to_be_visible()
    tick = panel(page).locator("input[type=radio]").first
    tick.check()
    expect(panel(page).locator(".registration-due")).to_have_count(0)
    page.screenshot(path=OUTPUT / f"desk-panel-{language}-{width}-{form}.png", full_page=width < 500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = "[...document.querySelectorAll('.registration *')].filter(one => one.scrollWidth > one.clientWidth + 1"
    shown = " && one.clientWidth && !one.matches('.visually-hidden, svg *')).map(one => one.className || one.tagName)"
    assert page.evaluate(wide + shown) == []
    words_of = tick.locator("xpath=following-sibling::bdi")
    [mark, text] = [one.bounding_box() for one in (tick, words_of)]
    assert mark and text and (mark["x"] > text["x"]) == (language == "ar")
    if language == "ar" and width == 1440:
        me, work = (page.locator(zone).bounding_box() for zone in (".desk-me", ".desk-works"))
        assert me and work and me["x"] > work["x"]
