"""The desk in a real browser when calls merge, come back, stand beside each other, or open another program."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from callwright.accounts.models import Account, Organisation
from callwright.calls.models import CallNote
from callwright.contacts.operations.update_contact import update_contact
from callwright.live.operations.publish import Change, publish
from callwright.staff.models import User
from callwright.staff.operations.set_state import set_state
from callwright.telephony.models import Command
from journeys.ground import OUTPUT
from journeys.stage import JAN, STRANGER, Stage, zone_where_it_is_noon
from journeys.test_desk import Pages, front, open_desk

pytestmark = [pytest.mark.browser]


def test_after_a_consultation_the_client_takes_its_place_with_the_note(stage: Stage, page_of: Pages) -> None:
    olivia, carl = open_desk(page_of(stage.olivia)), open_desk(page_of(stage.carl))
    call = stage.ring().answer()
    expect(front(olivia).locator(".strip")).to_have_attribute("data-state", "talking")
    olivia.keyboard.press("n")
    olivia.keyboard.type("Price of rye")
    expect(olivia.locator(".note:visible [data-save-state]")).to_have_text("Saved")
    consultation = call.consult()
    asked = front(carl).locator(".strip")
    expect(asked).to_have_attribute("data-state", "talking")
    carl.keyboard.press("n")
    carl.keyboard.type("Olivia says: ")
    expect(carl.locator(".note:visible [data-save-state]")).to_have_text("Saved")
    carl.keyboard.type("a discount")
    call.take_in(consultation)
    expect(front(carl)).to_have_attribute("data-call", call.id)
    expect(front(carl).locator(".who")).to_have_text("Jan de Vries")
    expect(carl.locator(".card")).to_have_count(1)
    expect(carl.locator(":focus")).to_have_attribute("id", f"note-{call.id}")
    carl.keyboard.type(" of 5 %")
    expect(carl.locator(".work:visible textarea")).to_have_value("Olivia says: a discount of 5 %")
    expect(carl.locator(".work:visible .other-note")).to_contain_text("Price of rye")
    expect(carl.locator(".note:visible [data-save-state]")).to_have_text("Saved")
    assert set(CallNote.objects.values_list("by__username", "text")) == {
        ("olivia", "Price of rye"), ("carl", "Olivia says: a discount of 5 %"),
    }  # fmt: skip
    expect(olivia.locator(".card")).to_have_count(1)
    expect(front(olivia).locator(".strip")).to_have_attribute("data-state", "transferred")
    olivia.locator(".work:visible textarea").fill("Price of rye, wants a discount")
    expect(carl.locator(".work:visible .other-note")).to_contain_text("wants a discount")


def test_a_card_that_was_put_away_comes_back_with_its_call(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring(to=("201", "202"), ago_s=10).answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    call.hand_over_to("202")
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "transferred")
    page.keyboard.press("e")
    expect(front(page)).to_have_count(0)
    open_desk(page)
    expect(page.locator(".card")).to_have_count(0)
    call.ring_again()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ringing")
    open_desk(page)
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ringing")


def test_a_talk_that_is_told_by_its_end_alone_has_its_card(stage: Stage, page_of: Pages) -> None:
    Account.objects.filter(pk=stage.account.pk).update(wrap_up_s=60)
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    page = open_desk(page_of(stage.olivia))
    with transaction.atomic():  # all of it is heard in the same moment
        call = stage.ring().answer().end()
    expect(page.locator("#me .me-state .pill")).to_contain_text("Wrapping up")
    expect(front(page)).to_have_attribute("data-call", call.id)
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")


def test_one_key_goes_round_all_calls(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    talking = stage.ring().answer()
    stage.ring(number=STRANGER)
    stage.ring(number="+4915112345678")
    expect(page.locator(".slim:visible")).to_have_count(2)
    expect(front(page)).to_have_attribute("data-call", talking.id)
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    expect(page.locator(".slim:visible kbd").nth(0)).to_have_text("V")
    expect(page.locator(".slim:visible kbd").nth(1)).to_have_text("Shift+V")
    first, second = (page.locator(".slim:visible").nth(n).get_attribute("data-call") for n in range(2))
    for key, call in (("v", first), ("v", second), ("v", talking.id), ("Shift+V", second)):
        page.keyboard.press(key)
        expect(front(page)).to_have_attribute("data-call", call)
        page.wait_for_timeout(400)  # the focus went with the card: that brings none before the chosen one
        expect(front(page)).to_have_attribute("data-call", call)


def _with_other_program(page: Page, when: str) -> list[str]:
    """The addresses that the other program's window is asked for."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body="the other program", content_type="text/plain")

    page.context.route("https://crm.example.com/**", answer)
    page.locator("#desk-settings summary").click()
    page.locator("[data-auto-pop]").select_option(when)
    page.wait_for_timeout(3100)  # a page that was just opened pops nothing
    return asked


def test_the_other_program_opens_once_and_in_one_window(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    behind = page.context.new_page()
    behind.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")  # a tab nobody looks at
    open_desk(behind)
    asked = _with_other_program(page, "answered")
    call = stage.ring()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ringing")
    assert asked == []
    with page.context.expect_page():
        call.answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    open_desk(page)  # loaded again while the call goes on
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.wait_for_timeout(1500)
    assert len(asked) == 1 and "%2B31612345678" in asked[0]
    page.keyboard.press("o")
    page.wait_for_timeout(500)
    assert len(asked) == 2 and len(page.context.pages) == 3  # the desk twice, the other program once


def test_when_the_browser_blocks_the_window_the_card_says_so(stage: Stage, page_of: Pages) -> None:
    page = page_of(stage.olivia)
    page.add_init_script("window.open = () => null")
    open_desk(page)
    _with_other_program(page, "ringing")
    stage.ring()
    expect(front(page).locator("[data-pop-blocked]")).to_contain_text("Press O")


def test_a_bureau_calls_for_the_account_in_front_or_one_that_was_chosen(stage: Stage, page_of: Pages) -> None:
    Organisation.objects.update(kind="bureau")
    other = Account.objects.create(name="Aardvark Ltd", home_country="NL")
    page = open_desk(page_of(stage.olivia))
    account, dial = page.locator("#dial-account"), page.locator("#dial-to")
    expect(account).to_have_value("")
    dial.fill("0301234567")
    dial.press("Enter")
    expect(page.locator(".toast")).to_contain_text("For which account do you call?")
    expect(account).to_be_focused()
    assert not Command.objects.filter(verb="originate").exists()
    account.select_option("Aardvark Ltd")
    dial.press("Enter")
    expect(dial).to_have_value("")
    open_desk(page)
    expect(account).to_have_value(str(other.pk))  # the last one called for
    call = stage.ring().answer()
    expect(account).to_have_value(str(stage.account.pk))  # the one of the card in front
    call.end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    page.keyboard.press("e")
    expect(account).to_have_value(str(other.pk))
    dial.fill("vries")
    option = page.locator("#dial-found [role=option]", has_text="Jan de Vries")
    expect(option.locator(".target-account")).to_have_text("Baker & Sons")
    page.screenshot(path=OUTPUT / "desk-bureau.png")
    option.click()
    expect(account).to_have_value(str(stage.account.pk))
    expect(dial).to_have_value("")
    orders = Command.objects.filter(verb="originate").order_by("created_at")
    assert [(one.arguments["number"], one.account_id) for one in orders] == [
        (STRANGER, other.pk), (JAN, stage.account.pk),
    ]  # fmt: skip


def test_a_card_that_was_drawn_before_it_was_put_away_does_not_come_back(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer().end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    held: list[Route] = []
    page.route(f"**/desk/calls/{call.id}/", lambda route: route.continue_() if held else held.append(route))
    publish([Change(f"desk:{stage.olivia.pk}", "restored", call.id, stage.account.pk)], now=timezone.now())
    page.wait_for_timeout(1000)
    drawn = held[0].fetch()
    page.keyboard.press("e")
    expect(front(page)).to_have_count(0)
    held[0].fulfill(response=drawn)
    page.wait_for_timeout(1500)
    expect(page.locator(".card")).to_have_count(0)


def test_a_contact_changed_elsewhere_and_a_colleague_who_pauses_are_shown_at_once(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    carl = page.locator("#colleagues li", has_text="Carl Winter")
    expect(carl.locator(".pill")).to_contain_text("Ready")
    set_state(user_id=stage.carl.pk, choice="paused", reason="lunch", now=timezone.now())
    expect(carl.locator(".pill")).to_contain_text("Paused", timeout=4000)
    stage.ring()
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")
    update_contact(
        account_id=stage.account.pk, contact_id=stage.jan, values={"surname": "de Groot"}, by=None, now=timezone.now()
    )
    expect(front(page).locator(".who")).to_have_text("Jan de Groot")


def test_a_supervisor_without_an_extension_sits_down_from_the_middle(stage: Stage, page_of: Pages) -> None:
    stage.ring(number=STRANGER, to=("202",), ago_s=300).end("202", answered=False)
    boss = User.objects.create_user(
        "boss", None, name="Bo Boss", role="supervisor", all_accounts=True, time_zone=zone_where_it_is_noon()
    )
    User.objects.filter(pk=stage.carl.pk).update(name="كارل وينتر")
    page = open_desk(page_of(boss))
    expect(page.locator("#idle .to-return li")).to_have_count(1)
    expect(page.locator("#queues h2")).to_have_text("Callers waiting")
    page.screenshot(path=OUTPUT / "desk-supervisor.png")
    olivia, carl = (page.locator("#colleagues bdi", has_text=name) for name in ("Olivia", "كارل"))
    starts = [name.evaluate(_START_OF_TEXT) for name in (olivia, carl)]
    assert abs(starts[0] - starts[1]) < 2
    page.locator("#idle").get_by_role("button", name="203 Meeting room").click()
    expect(page.locator(".seat summary")).to_contain_text("Extension 203")
    expect(page.locator("#idle .sit-down")).to_have_count(0)


_START_OF_TEXT = """element => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().left;
}"""
