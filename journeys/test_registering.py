"""A call is registered: by keyboard, as it is ticked, and before the next call where that is forced (REG-2, REG-3)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from callwright.accounts.models import Account
from callwright.registration.models import MustRegister, PanelSettings, Registration, RegistrationChange, Topic
from callwright.registration.operations.release import release
from callwright.staff.models import User
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.staff.queries.agents import agent_now
from journeys.ground import OUTPUT, said
from journeys.stage import Stage
from journeys.test_desk import open_desk

pytestmark = [pytest.mark.browser]
REGISTER_FIRST = (
    "Register this call before the next one: tick what it was about. Until then the phone system rings you for no"
    " queue."
)


def panel(page: Page) -> Locator:
    return page.locator(".work:not([hidden]) .registration")


def box(page: Page, name: str) -> Locator:
    return panel(page).get_by_label(name, exact=True)


def choose_form(page: Page, form: str) -> None:
    page.locator("#desk-settings summary").click()
    with page.expect_response("**/desk/me/panel"):  # a card that was drawn before looks as it was
        page.locator("[data-panel-choice]").select_option(form)
    page.keyboard.press("Escape")


def words() -> list[str]:
    return sorted(word for one in Registration.objects.all() for *_, word in one.words)


def is_saved(page: Page, language: str = "en") -> None:
    expect(panel(page).locator("[data-save-state]")).to_have_text(said("Saved", language))


@pytest.mark.parametrize("language", ["en", "ar", "hu"])
def test_from_the_ring_to_ready_by_keyboard_where_registration_is_forced(
    stage: Stage, page: Page, language: str
) -> None:
    User.objects.filter(pk=stage.olivia.pk).update(language=language)
    open_desk(page)
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    Account.objects.filter(pk=stage.account.pk).update(wrap_up_s=5)
    call = stage.ring()
    expect(panel(page)).to_contain_text(said("This call must be registered before the next one.", language))
    expect(panel(page).locator("input:checked")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")  # it takes no focus
    call.answer()
    expect(page.locator("#cards .strip")).to_have_attribute("data-state", "talking")
    call.end()
    expect(page.locator("#me .me-state .pill")).to_contain_text(said("Wrapping up", language, context="agent"))
    expect(page.locator('#me [data-me="due"]')).to_be_visible()
    expect(page.locator("#cards .strip")).to_contain_text(said("To be registered first", language))
    expect(page.locator("#cards [data-dismiss-card]")).to_have_count(0)
    end_due_wrap_ups(timezone.now() + timedelta(minutes=5))
    page.screenshot(path=OUTPUT / f"desk-registration-due-{language}.png")
    page.reload()  # a crash, another tab, the next day: it stands
    expect(panel(page)).to_contain_text(said(REGISTER_FIRST, language))
    page.keyboard.press("q")
    page.keyboard.press("2")
    expect(box(page, "Delivery")).to_be_checked()
    is_saved(page, language)
    expect(page.locator("#me .me-state .pill")).to_contain_text(said("Ready", language, context="agent"))
    expect(page.locator('#me [data-me="due"]')).to_be_hidden()
    assert words() == ["Delivery"] and agent_now(stage.olivia.pk).due == ()
    page.keyboard.press("Escape")
    expect(page.locator("#cards .card")).to_have_count(0, timeout=40_000)  # it goes away by itself


def test_ticked_by_arrows_and_space_with_a_comment_and_taken_back(stage: Stage, page: Page) -> None:
    stage.ring().answer()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("q")
    page.keyboard.press(" ")
    expect(box(page, "Order")).to_be_checked()
    is_saved(page)
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    expect(box(page, "No")).to_be_checked()
    is_saved(page)
    page.keyboard.press("1")
    expect(box(page, "Yes")).to_be_checked()
    page.keyboard.press("1")
    expect(box(page, "Yes")).not_to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Two loaves")
    is_saved(page)
    assert words() == ["Order"] and Registration.objects.get().comment == "Two loaves"
    assert RegistrationChange.objects.count() >= 3
    page.keyboard.press("Escape")
    box(page, "No").check()
    panel(page).locator(".answer", has_text=re.compile("^No")).click()  # once more: back
    expect(box(page, "No")).not_to_be_checked()
    page.screenshot(path=OUTPUT / "desk-registration.png")


def test_what_cannot_be_saved_is_kept_and_sent_again(stage: Stage, page: Page) -> None:
    call = stage.ring().answer()
    page.route("**/registration/calls/*/save", lambda route: route.fulfill(status=500, body="the database is gone"))
    box(page, "Complaint").check()
    expect(panel(page).locator("[data-save-state]")).to_contain_text("Not saved yet")
    call.end()
    end_due_wrap_ups(timezone.now() + timedelta(minutes=5))
    page.wait_for_timeout(1500)
    expect(page.locator("#cards .card")).to_have_count(1)  # it stays while something is not saved
    assert not Registration.objects.exists()
    page.reload()
    page.unroute("**/registration/calls/*/save")
    expect(box(page, "Complaint")).to_be_checked(timeout=15_000)
    assert words() == ["Complaint"]


def test_two_tabs_agree_and_a_colleague_sees_what_was_registered(
    stage: Stage, page: Page, page_of: Callable[..., Page]
) -> None:
    call = stage.ring(to=("201", "202")).answer(others=("202",))
    other = open_desk(page_of(stage.olivia))
    expect(panel(other)).to_be_visible()
    box(page, "Order").check()
    expect(box(other, "Order")).to_be_checked()
    box(other, "Order").uncheck()
    expect(box(page, "Order")).not_to_be_checked()
    box(page, "Delivery").check()
    is_saved(page)
    carl = open_desk(page_of(stage.carl))
    call.ring_again("202")
    expect(panel(carl)).to_contain_text("Olivia Bell registered")
    expect(panel(carl)).to_contain_text("Delivery")


def test_a_topic_retired_while_the_panel_is_open_is_refused_with_words(
    stage: Stage, page: Page, topics: dict[str, Topic]
) -> None:
    stage.ring().answer()
    box(page, "Order").check()
    is_saved(page)
    Topic.objects.filter(name__in=["Order", "Complaint"]).update(retired_at=timezone.now())
    box(page, "Complaint").check()
    expect(panel(page).locator("[data-save-state]")).to_contain_text("no longer offered")
    expect(box(page, "Complaint")).to_have_count(0)
    expect(panel(page).locator(".question-gone")).to_contain_text("Order")
    assert words() == ["Order"]


def test_a_tab_of_its_own_and_release_by_a_supervisor(stage: Stage, page: Page) -> None:
    boss = User.objects.create_user("sofia", None, name="Sofia Marsh", role="supervisor", all_accounts=True)
    choose_form(page, "tab")
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    PanelSettings.objects.create(correct_within_s=60)
    stage.ring().answer().end()
    expect(panel(page)).to_be_visible()  # what is due is in front
    page.locator('[data-work-tab=""]:visible').click()
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(box(page, "Order")).to_be_focused()
    release(user_id=stage.olivia.pk, call_id=None, by=boss.pk, now=timezone.now())
    expect(panel(page)).to_contain_text("Sofia Marsh released you")
    expect(page.locator("#me .me-state .pill")).to_contain_text("Ready")


def test_wrap_up_is_warned_of_extended_and_takes_its_card_away(stage: Stage, page: Page) -> None:
    Account.objects.filter(pk=stage.account.pk).update(wrap_up_s=11)
    stage.ring().answer().end()
    until = page.locator('#me [data-me="until"]')
    expect(until).to_have_attribute("data-ending", "", timeout=8000)
    expect(page.locator('#me [data-me="ending"]')).to_have_text("Wrap-up ends in 10 seconds.")
    page.keyboard.press("y")
    expect(until).not_to_have_attribute("data-ending", "")
    expect(until.locator(".duration")).to_have_text(re.compile("^0:(3|4)"))
    page.locator(".note textarea:visible").fill("Half a")
    end_due_wrap_ups(timezone.now() + timedelta(minutes=5))
    expect(page.locator("#me .me-state .pill")).to_contain_text("Ready")
    page.wait_for_timeout(2500)
    expect(page.locator("#cards .card")).to_have_count(1)  # somebody writes in it
    page.locator(".note textarea:visible").blur()
    expect(page.locator("#cards .card")).to_have_count(0, timeout=15_000)
