"""What is written of two calls that become one, or of a card that came back, is in one note, all of it (DESK-7)."""

from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.calls.models import CallNote, NoteSending
from callwright.desk.operations.dismiss_card import restore_card
from journeys.stage import Ringing, Stage
from journeys.test_desk import Pages, front, open_desk
from journeys.test_typed_words import NOTE, SAVED, Gate, until_kept_nowhere, until_noted

pytestmark = [pytest.mark.browser]


def asking(stage: Stage, page_of: Pages) -> tuple[Page, Ringing, Ringing]:
    """Olivia's page, the call of a client and the one in which she asks Carl about it."""
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    return page, call, call.consult()


def asked(stage: Stage, page_of: Pages) -> tuple[Page, Ringing, Ringing]:
    """Carl's page, the call of a client and the one in which Olivia asks him about it."""
    carl = open_desk(page_of(stage.carl))
    call = stage.ring().answer()
    consultation = call.consult()
    expect(front(carl).locator(".strip")).to_have_attribute("data-state", "talking")
    return carl, call, consultation


def test_what_was_saved_of_a_consultation_stays_where_the_other_note_is_being_written(
    stage: Stage, page_of: Pages
) -> None:
    page, call, consultation = asking(stage, page_of)
    first, second = (page.locator(f"#note-{one.id}") for one in (call, consultation))
    expect(second).to_have_count(1)
    if not second.is_visible():
        page.locator(f"[data-open-card='{consultation.id}']").click()
    second.fill("Carl: 40 at most")
    until_noted("Carl: 40 at most")
    page.locator(f"[data-open-card='{call.id}']").click()
    expect(first).to_be_visible()
    first.press_sequentially("Wants bread")
    until_noted("Wants bread")
    call.take_in(consultation)
    expect(second).to_have_count(0)
    expect(first).to_be_focused()
    page.keyboard.type(".")
    expect(first).to_have_value("Wants bread.\nCarl: 40 at most")
    until_noted("Wants bread.\nCarl: 40 at most")
    assert CallNote.objects.count() == 1


def test_what_was_typed_while_two_calls_became_one_does_not_come_back(stage: Stage, page_of: Pages) -> None:
    carl, call, consultation = asked(stage, page_of)
    carl.keyboard.press("n")
    carl.keyboard.type("Olivia: bre")
    until_noted("Olivia: bre")
    saves = Gate(carl, f"**/{consultation.id}/note")  # one is on its way, and its answer comes late
    carl.keyboard.type("g")
    call.take_in(consultation)
    expect(front(carl)).to_have_attribute("data-call", call.id)
    expect(carl.locator(NOTE)).to_have_value("Olivia: breg")
    carl.keyboard.press("Backspace")
    carl.keyboard.type("ad")
    saves.open()
    until_noted("Olivia: bread")
    carl.wait_for_timeout(1000)  # what still waited in the note that is gone has had its turn
    until_kept_nowhere(carl)
    assert CallNote.objects.get().text == "Olivia: bread"


def test_what_was_to_be_sent_of_a_consultation_is_sent_with_the_call_though_the_page_was_left(
    stage: Stage, page_of: Pages
) -> None:
    carl, call, consultation = asked(stage, page_of)
    carl.route("**/note/send", lambda route: route.abort())
    carl.locator(NOTE).fill("Tell them: 40")
    carl.keyboard.press("Control+Enter")
    expect(carl.locator(SAVED)).to_contain_text("Not sent yet")
    carl.locator(NOTE).press_sequentially(" and half typ")
    carl.goto("about:blank")
    call.take_in(consultation)
    carl.unroute("**/note/send")
    open_desk(carl)
    until_noted("Tell them: 40 and half typ")
    assert [(one.text, str(one.call_id)) for one in NoteSending.objects.all()] == [("Tell them: 40", call.id)]
    expect(carl.locator(NOTE)).to_have_value("Tell them: 40 and half typ")


def test_a_long_note_in_another_script_is_saved(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.locator(NOTE).fill("خبز " * 3750)
    expect(page.locator(SAVED)).to_have_text("Saved")
    assert len(CallNote.objects.get().text) > 14_900


def test_a_save_of_a_card_that_went_does_not_come_after_those_of_the_one_that_came_back(
    stage: Stage, page_of: Pages
) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    call.end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    saves = Gate(page, "**/note")
    page.locator(NOTE).fill("Wants bread")
    page.wait_for_timeout(800)
    assert len(saves.held) == 1
    page.keyboard.press("Escape")
    page.locator(".card:visible [data-dismiss-card]").click()
    expect(page.locator(".card")).to_have_count(0)
    restore_card(user_id=stage.olivia.pk, call_id=UUID(call.id), now=timezone.now())
    expect(front(page)).to_have_attribute("data-call", call.id)
    expect(page.locator(NOTE)).to_have_value("Wants bread")
    page.locator(NOTE).press_sequentially(" and salt")
    page.wait_for_timeout(800)
    assert len(saves.held) == 1  # the new one waits for the old
    saves.open()
    expect(page.locator(SAVED)).to_have_text("Saved")
    until_noted("Wants bread and salt")
    until_kept_nowhere(page)
