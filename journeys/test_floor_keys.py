"""The floor by keyboard, from right to left, and when it is old; an agent released from it (REP-6, REG-3)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.registration.models import MustRegister
from callwright.registration.testing import make_category
from callwright.staff.models import AgentState, Extension, PauseReason, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony.models import Command
from callwright.telephony.operations.send_command import finish_command
from journeys.ground import OUTPUT, ago
from journeys.test_floor import boss

pytestmark = pytest.mark.browser
__all__ = ["boss"]

PLACE = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
WIDE = """[...document.querySelectorAll('.floor *, .top-bar *')].filter(e => e.checkVisibility()
    && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))
    .map(e => e.className).slice(0, 5)"""


@pytest.fixture
def crowd(stage: Any, boss: User) -> list[User]:
    """Eight more agents who are ready, Ada 0 for the longest time."""
    made = []
    for n in range(8):
        user = User.objects.create(username=f"ada{n}", name=f"Ada {n}", role="agent", all_accounts=True)
        take_extension(
            user_id=user.pk, extension_id=Extension.objects.create(pbx=stage.pbx, number=f"30{n}").pk, now=ago(60)
        )
        set_state(user_id=user.pk, choice="ready", now=ago(900 - n))
        made.append(user)
    return made


def test_arrows_home_and_end_go_from_agent_to_agent(
    stage: Any, boss: User, crowd: list[User], page_of: Callable[..., Page]
) -> None:
    page = page_of(boss)
    page.goto("/floor/")
    rows = page.locator(".floor-agents [data-act]")
    expect(page.locator(".floor-agents [data-act][tabindex='0']")).to_have_count(1)
    names = [row.get_attribute("aria-label") for row in rows.all()]
    page.keyboard.press("a")
    at = page.evaluate(PLACE)
    assert at == names[0]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(PLACE) == names[2]
    page.keyboard.press("ArrowUp")
    assert page.evaluate(PLACE) == names[1]
    page.keyboard.press("End")
    assert page.evaluate(PLACE) == names[-1]
    page.keyboard.press("Home")
    assert page.evaluate(PLACE) == names[0]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(PLACE) == names[0]  # one stop of Tab, at the one that was left
    # A row that moves takes the focus along.
    page.get_by_role("button", name="Act on Ada 3").focus()
    set_state(user_id=crowd[3].pk, choice="paused", reason="lunch", now=timezone.now())
    expect(page.locator(".floor-agent").last).to_contain_text("Ada 3")
    assert page.evaluate(PLACE) == "Act on Ada 3"
    assert page.locator(".floor-agents [data-act][tabindex='0']").get_attribute("aria-label") == "Act on Ada 3"
    page.locator(".floor-agents [aria-keyshortcuts]").first.wait_for(state="detached")  # no agent is a key
    page.keyboard.press("?")
    expect(page.locator("#key-sheet")).to_contain_text("arrows, Home and End go from one to the next")


def test_the_keys_stay_in_the_panel_whatever_happens_meanwhile(
    stage: Any, boss: User, crowd: list[User], page_of: Callable[..., Page]
) -> None:
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page = page_of(boss)
    page.goto("/floor/")
    page.get_by_role("button", name="Act on Olivia").press("Enter")
    sheet = page.locator("#sheet")
    expect(sheet).to_be_focused()
    sheet.get_by_role("button", name="Pause", exact=True).press("Enter")
    expect(sheet).to_contain_text("Done. The agent sees that it was you.")
    expect(sheet.get_by_role("button", name="Pause", exact=True)).to_be_focused()
    stage.ring().answer()
    expect(sheet.get_by_role("button", name=re.compile("^Whisper"))).to_be_visible()
    assert page.evaluate(PLACE) == "act-pause"  # drawn anew under the hand
    sheet.get_by_role("button", name=re.compile("^Whisper")).press("Enter")
    expect(sheet).to_contain_text("Your phone rings: pick it up.")
    expect(sheet).to_be_focused()  # its button can do nothing now
    finish_command(Command.objects.get(verb="listen").pk, done=True, now=timezone.now())
    expect(sheet).to_contain_text("Boss whispers to the agent.")
    page.keyboard.press("Escape")
    assert page.evaluate(PLACE).startswith("Act on Olivia")


def test_the_reason_that_was_chosen_stays_while_the_agents_phone_rings(
    stage: Any, boss: User, page_of: Callable[..., Page]
) -> None:
    PauseReason.objects.get_or_create(code="training", defaults={"label": "Training", "position": 9})
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page = page_of(boss)
    page.goto("/floor/")
    page.get_by_role("button", name="Act on Olivia").press("Enter")
    sheet = page.locator("#sheet")
    sheet.get_by_label("Reason of the pause").select_option("training")
    sheet.get_by_role("button", name="Pause", exact=True).focus()
    stage.ring().answer()
    expect(sheet.get_by_role("button", name=re.compile("^Whisper"))).to_be_visible()  # drawn anew
    assert page.evaluate(PLACE) == "act-pause"
    expect(sheet.get_by_label("Reason of the pause")).to_have_value("training")
    page.keyboard.press("Enter")
    expect(sheet).to_contain_text("Done. The agent sees that it was you.")
    assert AgentState.objects.get(user=stage.olivia).reason == PauseReason.objects.get(code="training")


def test_an_agent_is_released_by_keys_and_reads_by_whom(stage: Any, boss: User, page_of: Callable[..., Page]) -> None:
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    make_category("Reason", "Order")
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page, desk = page_of(boss), page_of(stage.olivia)
    desk.goto("/")
    page.goto("/floor/")
    stage.ring().answer().end()
    row = page.locator(".floor-agent", has_text="Olivia")
    expect(row).to_contain_text("Must register")
    row.get_by_role("button").press("Enter")
    sheet = page.locator("#sheet")
    sheet.get_by_role("button", name="Release from registering").press("Enter")
    expect(sheet).to_contain_text("Released from registering 1 call.")
    expect(row).not_to_contain_text("Must register")
    expect(desk.locator("body")).to_contain_text("Boss released you")
    expect(desk.locator("#me")).to_contain_text("Ready")


def test_the_floor_says_that_it_is_old(stage: Any, boss: User, page_of: Callable[..., Page]) -> None:
    page = page_of(boss)
    page.clock.install()
    page.goto("/floor/")
    expect(page.locator(".floor-agents")).to_contain_text("Carl")
    for _ in range(20):  # what the stream tells in the very moment makes it young again
        page.evaluate("performance.now = ((now) => () => now() + 60_000)(performance.now.bind(performance))")
        page.clock.run_for(2_000)
        if says := page.evaluate("document.querySelector('#floor[data-old] [data-notes]')?.textContent"):
            break
        page.wait_for_timeout(50)
    assert "No connection since" in (says or "")
    expect(page.locator("#floor")).not_to_have_attribute("data-old", "")  # heard again
    expect(page.locator("[data-notes]")).not_to_contain_text("No connection since")


@pytest.mark.parametrize(("language", "width"), [("ar", 1440), ("ar", 390), ("hu", 1024), ("hu", 390)])
def test_the_floor_fits_in_every_language(
    stage: Any, boss: User, crowd: list[User], page_of: Callable[..., Page], language: str, width: int
) -> None:
    boss.language = language
    boss.save()
    stage.ring().answer()
    page = page_of(boss, width=width, height=900)
    page.goto("/floor/")
    expect(page.locator(".floor-agents")).to_contain_text("Olivia")
    page.locator(".floor-agent", has_text="Olivia").get_by_role("button").click()
    sheet = page.locator("#sheet")
    expect(sheet.locator("#act-take-over")).to_be_visible()
    page.screenshot(path=OUTPUT / f"floor-{language}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDE)
    if language == "ar" and width > 1000:
        rows, acts = page.locator(".floor-agents").bounding_box(), sheet.bounding_box()
        assert rows and acts and rows["x"] > acts["x"]
    page.goto("/floor/wallboards/new/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDE)
