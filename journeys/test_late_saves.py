"""A card on whose panel something is not saved yet: it waits for the save, keeps what comes too late in sight, and goes
then (REG-2).
"""

from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from callwright.desk.operations.dismiss_card import dismiss_card
from callwright.registration.models import PanelSettings, Registration, Topic
from callwright.registration.testing import make_category
from callwright.staff.operations.set_state import set_state
from journeys.stage import Stage
from journeys.test_desk import front
from journeys.test_registering import box, is_saved, panel, words
from journeys.test_typing_while_registering import HELD_FOCUS, SAVE, comment

pytestmark = [pytest.mark.browser]
CARDS = "#cards .card"
DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('registration-draft'))"
FORM = "() => ({ ...document.querySelector('form[data-register]').dataset })"
# By a tab that is gone.
LEAVE = """([{ user, register, panel }, topics, comment]) => {
  const [base, mine, at] = [{ topics: [], comment: "" }, { topics, comment }, Date.now() - 60_000];
  const draft = { base, mine, revision: 1, panel, at };
  localStorage.setItem(`registration-draft:${user}:another:${register}`, JSON.stringify(draft));
}"""


@pytest.fixture
def topics(stage: Stage) -> dict[str, Topic]:
    _, reasons = make_category("Reason", "Order", "Delivery")
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    return {one.name: one for one in reasons}


def put_away(page: Page) -> None:
    front(page).get_by_role("button", name="Done").click()
    expect(page.locator(CARDS)).to_have_count(0)


def leave_behind(page: Page, comment: str, *topics: Topic) -> None:
    """Somebody's browser died over the panel of a call whose card was put away meanwhile."""
    expect(panel(page)).to_be_visible()
    form = page.evaluate(FORM)
    put_away(page)
    page.evaluate(LEAVE, [form, [str(one.pk) for one in topics], comment])
    page.reload()


def test_done_waits_for_the_save_that_is_on_its_way(stage: Stage, page: Page) -> None:
    stage.ring().answer().end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    sent: list[Route] = []
    page.route(SAVE, lambda route: sent.append(route))
    comment(page).click()
    page.keyboard.type("asks for rye")
    front(page).get_by_role("button", name="Done").click()
    page.wait_for_timeout(400)
    assert len(sent) == 1 and page.evaluate(HELD_FOCUS) != "comment"
    expect(page.locator(CARDS)).to_have_count(1)
    sent[0].continue_()
    expect(page.locator(CARDS)).to_have_count(0)
    assert len(sent) == 1 and Registration.objects.get().comment == "asks for rye"


def test_a_tick_and_the_key_of_done_right_after_it(stage: Stage, page: Page) -> None:
    stage.ring().answer().end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    sent: list[Route] = []
    page.route(SAVE, lambda route: sent.append(route))
    box(page, "Order").check()
    page.keyboard.press("e")
    page.keyboard.press("e")
    page.wait_for_timeout(400)
    assert len(sent) == 1 and page.evaluate(HELD_FOCUS) != "comment"
    sent[0].continue_()
    expect(page.locator(CARDS)).to_have_count(0)
    assert words() == ["Order"] and Registration.objects.get().comment == ""


def test_what_comes_too_late_is_shown_until_its_card_is_put_away(
    stage: Stage, page: Page, topics: dict[str, Topic]
) -> None:
    stage.ring(ago_s=60).answer().end()
    PanelSettings.objects.create(correct_within_s=1)
    leave_behind(page, "asks for rye", topics["Order"])
    for _ in range(2):
        expect(comment(page)).to_have_value("asks for rye")
        expect(box(page, "Order")).to_be_checked()
        expect(panel(page).locator("[data-save-state]")).to_contain_text("It could be corrected until")
        page.reload()
    expect(comment(page)).to_have_value("asks for rye")
    expect(panel(page).locator("[data-save-state]")).to_contain_text("It could be corrected until")
    put_away(page)
    assert page.evaluate(DRAFTS) == [] and not Registration.objects.exists()


def test_a_comment_that_is_shortened_after_its_card_came_back_stays_short(stage: Stage, page: Page) -> None:
    PanelSettings.objects.create(comment_limit=20)
    stage.ring().answer().end()
    leave_behind(page, "x" * 25)
    expect(comment(page)).to_have_value("x" * 25)
    comment(page).fill("short enough")
    is_saved(page)
    put_away(page)
    page.wait_for_timeout(8500)  # by then drafts are written again
    assert page.evaluate(DRAFTS) == [] and Registration.objects.get().comment == "short enough"


def test_a_card_put_away_elsewhere_goes_as_soon_as_nothing_is_unsaved(stage: Stage, page: Page) -> None:
    """Also where it was typed back to what stood there, and nothing is saved."""
    PanelSettings.objects.create(comment_limit=20)
    call = stage.ring(ago_s=60).answer().end()
    comment(page).fill("x" * 25)
    dismiss_card(user_id=stage.olivia.pk, call_id=UUID(call.id), now=timezone.now())
    page.wait_for_timeout(1500)
    expect(page.locator(CARDS)).to_have_count(1)
    comment(page).fill("")
    expect(page.locator(CARDS)).to_have_count(0)
    assert page.evaluate(DRAFTS) == []
