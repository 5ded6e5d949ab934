"""The floor and a wallboard in a browser: what happens is seen at once, acts are told, withdrawn links stop (REP-6)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from callwright.floor.models import Wallboard
from callwright.floor.operations.screens import make_screen
from callwright.staff.models import Extension, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Command, Pbx
from callwright.telephony.operations.send_command import finish_command
from journeys.ground import OUTPUT, ago, said

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(stage: Any) -> User:
    user = User.objects.create(username="boss", name="Boss", role="supervisor", all_accounts=True, language="en")
    place = Extension.objects.create(pbx=stage.pbx, number="210")
    take_extension(user_id=user.pk, extension_id=place.pk, now=ago(60))
    Pbx.objects.update(state="up")
    return user


@pytest.fixture
def screen(chromium: Browser, web: Any) -> Any:
    """A browser that nobody logged in to, as it stands behind a television."""
    context = chromium.new_context(base_url=web.url, viewport={"width": 1920, "height": 1080})
    yield context.new_page()
    context.close()


def test_a_screen_without_a_login_shows_its_wallboard_until_the_link_is_withdrawn(
    stage: Any, boss: User, screen: Page, page_of: Callable[..., Page], web: Any
) -> None:
    board = Wallboard.objects.create(name="The room", all_accounts=True, changed_at=ago(0))
    _, token = make_screen(viewer=boss, wallboard_id=board.pk, name="Reception", expires_at=None, now=ago(0))
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    screen.goto(f"/floor/screen/#{token}")
    expect(screen.locator(".wall-agents")).to_contain_text("Olivia", timeout=30_000)
    assert "#" not in screen.url
    call = stage.ring()
    call.tell(e.QueueJoined(**call.base, at=call.now(), queue="support"))
    expect(screen.locator(".wall-figure[data-row=waiting] .wall-value")).to_have_text("1")
    expect(screen.locator(".wall-tile[data-state=ringing]")).to_contain_text("Olivia")
    call.answer()
    expect(screen.locator(".wall-tile[data-state=talking]")).to_contain_text("Olivia")
    screen.screenshot(path=OUTPUT / "wallboard.png")
    assert not screen.evaluate("document.documentElement.scrollHeight > innerHeight")
    web.stop()
    expect(screen.locator("[data-notes]")).to_contain_text("No connection since", timeout=40_000)
    web.start()
    expect(screen.locator("[data-notes]")).not_to_contain_text("No connection", timeout=40_000)
    page = page_of(boss)
    page.goto(f"/floor/wallboards/{board.pk}/")
    page.get_by_role("button", name="Withdraw the link of Reception").click()
    expect(screen.locator("[data-notes]")).to_contain_text("This link does not open the wallboard any more.")
    expect(screen.locator("body")).not_to_contain_text("Olivia")


def test_a_screen_that_went_dark_shows_its_wallboard_again_by_itself(
    stage: Any, boss: User, screen: Page, page_of: Callable[..., Page]
) -> None:
    board = Wallboard.objects.create(name="The room", all_accounts=True, changed_at=ago(0))
    _, token = make_screen(viewer=boss, wallboard_id=board.pk, name="Reception", expires_at=None, now=ago(0))
    screen.goto(f"/floor/screen/#{token}")
    expect(screen.locator("[data-board]")).to_be_visible(timeout=30_000)
    User.objects.filter(pk=boss.pk).update(role="agent")
    screen.clock.install()
    screen.reload()
    expect(screen.locator("h1")).to_have_text("This screen shows no wallboard")
    screen.clock.fast_forward(61_000)
    expect(screen.locator("h1")).to_have_text("This screen shows no wallboard")
    User.objects.filter(pk=boss.pk).update(role="supervisor")
    screen.clock.fast_forward(61_000)
    expect(screen.locator("[data-board]")).to_be_visible(timeout=30_000)


def test_a_supervisor_whispers_and_both_see_it(stage: Any, boss: User, page_of: Callable[..., Page]) -> None:
    page, desk = page_of(boss), page_of(stage.olivia)
    desk.goto("/")
    page.goto("/floor/")
    stage.ring().answer()
    row = page.locator(".floor-agent", has_text="Olivia")
    expect(row).to_contain_text("Talking")
    expect(row).to_contain_text("Jan")
    heads = ["Queue", "Waiting", "Longest", "Free", "Talking", "Paused", "Level"]
    expect(page.locator(".floor-queues thead th")).to_have_text(heads)
    row.get_by_role("button", name="Act on Olivia").press("Enter")
    sheet = page.locator("#sheet")
    sheet.get_by_role("button", name=re.compile("^Whisper")).click()
    expect(sheet).to_contain_text("Your phone rings: pick it up.")
    order = Command.objects.get(verb="listen")
    finish_command(order.pk, done=True, now=ago(0))
    expect(sheet).to_contain_text("You are connected; only the agent hears you.")
    expect(row).to_contain_text("Boss whispers")
    expect(desk.locator("#told")).to_contain_text("Boss speaks to you. The client does not hear it.")
    page.screenshot(path=OUTPUT / "floor.png")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "ar", "hu"])
def test_an_agent_is_paused_from_the_floor_with_the_keyboard(
    stage: Any, boss: User, page_of: Callable[..., Page], language: str
) -> None:
    User.objects.filter(pk__in=[boss.pk, stage.olivia.pk]).update(language=language)
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page, desk = page_of(boss, width=390, height=844), page_of(stage.olivia)
    desk.goto("/")
    page.goto("/floor/")
    page.get_by_role("button", name=said("Act on {name}", language).format(name="Olivia")).press("Enter")
    page.locator("#sheet").get_by_role("button", name=said("Pause", language), exact=True).press("Enter")
    expect(page.locator("#sheet")).to_contain_text(said("Done. The agent sees that it was you.", language))
    paused = said("%(name)s paused you: %(reason)s.", language).partition("%(reason)s")[0] % {"name": "Boss"}
    expect(desk.locator("#told")).to_contain_text(paused.rstrip(": "))
    expect(desk.locator("#me")).to_contain_text(said("Paused", language, context="agent"))
    desk.locator("#told").get_by_role("button", name=said("Read", language, context="mark a notice")).click()
    expect(desk.locator("#told")).not_to_contain_text("Boss")


def test_another_link_asks_before_it_puts_a_wallboard_away(stage: Any, boss: User, screen: Page) -> None:
    tokens = []
    for name in ("The room", "The canteen"):
        board = Wallboard.objects.create(name=name, all_accounts=True, changed_at=ago(0))
        tokens.append(make_screen(viewer=boss, wallboard_id=board.pk, name="TV", expires_at=None, now=ago(0))[1])
    screen.goto(f"/floor/screen/#{tokens[0]}")
    expect(screen.locator("h1")).to_have_text("The room", timeout=30_000)
    for answer, shown in (("Keep this one", "The room"), ("Show the other one", "The canteen")):
        screen.evaluate(f"location.hash = '{tokens[1]}'")
        expect(screen.get_by_role("dialog")).to_contain_text(
            "This screen shows “The room”. Show “The canteen” instead?"
        )
        screen.get_by_role("button", name=answer).click()
        expect(screen.get_by_role("dialog")).to_be_hidden()
        expect(screen.locator("h1")).to_have_text(shown)
        assert "#" not in screen.url


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_a_wallboard_is_as_wide_as_the_screen(
    stage: Any, boss: User, language: str, page_of: Callable[..., Page]
) -> None:
    board = Wallboard.objects.create(name="The room", all_accounts=True, language=language, changed_at=ago(0))
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page = page_of(boss, width=390, height=844)
    page.goto(f"/floor/wallboards/{board.pk}/show/")
    name = page.locator(".wall-queues tbody th bdi").first
    expect(name).to_have_text("Orders")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = name.bounding_box()
    assert box and box["width"] > 60 and box["x"] >= 0 and box["x"] + box["width"] <= 390
