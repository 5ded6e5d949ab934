"""A note that somebody wants sent goes as it stood then, once; what is typed beside it is kept, whatever the line, the
card or the call does (ACC-6, DESK-7).
"""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from callwright.accounts.models import Account, Line, NoteRecipient
from callwright.calls.models import CallNote, NoteSending
from journeys.stage import Stage
from journeys.test_desk import Pages, front, open_desk
from journeys.test_typed_words import Gate, until_noted

pytestmark = [pytest.mark.browser]

NOTE, SAVED, STATE = ".work:visible textarea", ".note:visible [data-save-state]", ".note:visible [data-note-state]"


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def at_a_call(stage: Stage, page_of: Pages) -> Page:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    return page


def test_what_was_to_be_sent_is_sent_though_the_page_was_left_meanwhile(stage: Stage, page_of: Pages) -> None:
    page = at_a_call(stage, page_of)
    page.route("**/note/send", lambda route: route.abort())
    page.locator(NOTE).fill("Sent before the crash")
    page.keyboard.press("Control+Enter")
    expect(page.locator(SAVED)).to_contain_text("Not sent yet")
    page.unroute("**/note/send")
    page.reload()
    until(lambda: NoteSending.objects.filter(text="Sent before the crash").exists(), "sent after the reload")
    assert NoteSending.objects.count() == 1


def test_what_is_typed_while_the_answer_is_lost_is_no_correction(stage: Stage, page_of: Pages) -> None:
    page = at_a_call(stage, page_of)
    lost: list[Route] = []

    def lose(route: Route) -> None:
        route.fetch()  # the server has it, the desk does not hear of that
        lost.append(route)
        route.abort()

    page.route("**/note/send", lose, times=1)
    page.locator(NOTE).fill("Wants 40")
    page.keyboard.press("Control+Enter")
    expect(page.locator(SAVED)).to_contain_text("Not sent yet")
    page.locator(NOTE).press_sequentially(" and to be cal")
    expect(page.locator(STATE)).to_contain_text("It was changed since.", timeout=10_000)
    until_noted("Wants 40 and to be cal")
    assert (len(lost), list(NoteSending.objects.values_list("text", flat=True))) == (1, ["Wants 40"])


def test_what_is_typed_while_two_calls_become_one_is_not_forgotten(stage: Stage, page_of: Pages) -> None:
    carl = open_desk(page_of(stage.carl))
    call = stage.ring().answer()
    consultation = call.consult()
    expect(front(carl).locator(".strip")).to_have_attribute("data-state", "talking")
    gate = Gate(carl, f"**/{call.id}/**")  # the card of the call that stays comes late
    gate_of_card = Gate(carl, f"**/{call.id}/")
    call.take_in(consultation)
    with carl.expect_response(lambda answer: answer.url.endswith("/note")) as said:
        carl.locator(NOTE).fill("Half typed")
    assert said.value.status == 410
    gate_of_card.open()
    gate.open()
    expect(front(carl)).to_have_attribute("data-call", call.id)
    expect(carl.locator(NOTE)).to_have_value("Half typed")
    expect(carl.locator(SAVED)).to_have_text("Saved")
    until_noted("Half typed")


def test_what_was_left_behind_of_a_call_that_is_part_of_another_by_now_is_put_there(
    stage: Stage, page_of: Pages
) -> None:
    carl = open_desk(page_of(stage.carl))
    call = stage.ring().answer()
    consultation = call.consult()
    expect(front(carl).locator(".strip")).to_have_attribute("data-state", "talking")
    carl.route("**/note", lambda route: route.abort())
    carl.locator(NOTE).fill("Before the crash")
    expect(carl.locator(SAVED)).to_contain_text("Not saved yet")
    carl.goto("about:blank")
    call.take_in(consultation)
    carl.unroute("**/note")
    open_desk(carl)
    until_noted("Before the crash")
    assert str(CallNote.objects.get().call_id) == call.id


def test_a_call_that_finds_its_account_shows_the_people_of_that_one(stage: Stage, page_of: Pages) -> None:
    page = at_a_call(stage, page_of)
    page.locator(NOTE).fill("Wants bread")
    until_noted("Wants bread")
    other = Account.objects.create(name="Other customer")
    theirs = NoteRecipient.objects.create(account=other, name="Their office", email="office@other.example")
    assert Line.objects.exists()
    _give(CallNote.objects.get().account_id, other.pk)
    page.locator(NOTE).press_sequentially(" today")
    expect(page.locator(".recipients:visible")).to_contain_text("Their office", timeout=10_000)
    until_noted("Wants bread today")
    note = CallNote.objects.get()
    assert (note.account_id, [one["id"] for one in note.recipients]) == (other.pk, [theirs.pk])


def _give(account_id: int, to: int) -> None:
    """As the link does once the call came into the queue of another account."""
    from django.db import transaction

    from callwright.calls.models import Call, CallFacts, Leg
    from callwright.calls.operations.note_moves import move_notes

    with transaction.atomic():
        call = Call.objects.select_for_update().get(account_id=account_id)
        for model in (CallFacts, Leg):
            model.objects.filter(account_id=account_id, call_id=call.id).update(account_id=to)
        Call.objects.filter(account_id=account_id, id=call.id).update(account_id=to, contact=None)
        move_notes(from_account=account_id, from_call=call.id, account_id=to, id=call.id)
