"""Nothing that an agent ticks or types on the panel is lost, whatever happens to it meanwhile (REG-2, REG-3)."""

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from callwright.accounts.models import Account
from callwright.calls.models import CallNote
from callwright.registration.models import Category, MustRegister, PanelSettings, Registration, Topic
from callwright.registration.operations.register import register
from callwright.registration.operations.retire import retire_topic
from callwright.registration.testing import make_category
from callwright.staff.models import AgentState
from journeys.stage import STRANGER, Stage
from journeys.test_desk import front, open_desk
from journeys.test_registering import box, choose_form, is_saved, panel, words

pytestmark = [pytest.mark.browser]
SAVE = "**/registration/calls/*/save"
HELD_FOCUS = "document.activeElement?.name ?? document.activeElement?.tagName"


def retire(stage: Stage, name: str) -> None:
    topic = Topic.objects.get(name=name)
    retire_topic(
        topic_id=topic.pk, category_id=topic.category_id, retired=True, by=stage.carl.pk, now=timezone.now()
    )  # fmt: skip


def ask_at_once(page: Page) -> None:
    """Desks read what is offered anew some time within half a minute; this one soon."""
    page.evaluate("() => { Math.random = () => 0.01 }")


def comment(page: Page) -> Locator:
    return panel(page).locator("[name=comment]")


def caret(page: Page) -> int:
    place: int = page.evaluate("document.activeElement.selectionStart")
    return place


def test_the_end_of_a_forced_call_leaves_the_cursor_in_the_comment(stage: Stage, page: Page) -> None:
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    call = stage.ring().answer()
    comment(page).click()
    page.keyboard.type("wants loaves")
    for _ in "loaves":
        page.keyboard.press("ArrowLeft")
    is_saved(page)
    call.end()
    expect(panel(page)).to_contain_text("Register this call before the next one")
    assert page.evaluate(HELD_FOCUS) == "comment" and caret(page) == len("wants ")
    page.keyboard.type("two ")
    expect(comment(page)).to_have_value("wants two loaves")
    is_saved(page)


def test_the_note_is_written_on_while_a_panel_in_a_tab_becomes_due(stage: Stage, page: Page) -> None:
    choose_form(page, "tab")
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    note = page.locator(".work:not([hidden]) .note textarea")
    expect(note).to_be_visible()
    page.keyboard.press("n")
    expect(note).to_be_focused()
    page.keyboard.type("He rings ")
    call.end()
    tab = page.locator('.work:not([hidden]) [data-work-tab="registration"]')
    expect(tab).to_have_attribute("data-due", "")
    page.keyboard.type("Larry, pleased")  # L logs out of the queues, R and P are choices too
    expect(page.locator(".note:visible [data-save-state]")).to_have_text("Saved")
    assert CallNote.objects.get().text == "He rings Larry, pleased"
    assert AgentState.objects.get(user=stage.olivia).wanted == "ready"
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_visible()
    expect(tab).not_to_have_attribute("data-due", "")


def test_a_retired_topic_takes_no_word_and_no_other_tick_with_it(
    stage: Stage, page: Page, topics: dict[str, Topic]
) -> None:
    stage.ring().answer()
    expect(panel(page)).to_be_visible()
    page.route(SAVE, lambda route: route.abort())
    box(page, "Complaint").check()
    box(page, "Delivery").check()
    comment(page).click()
    page.keyboard.type("late again")
    Topic.objects.filter(name="Complaint").update(retired_at=timezone.now())
    page.unroute(SAVE)
    page.keyboard.type(" today")
    expect(panel(page).locator("[data-save-state]")).to_contain_text("no longer offered")
    expect(box(page, "Complaint")).to_have_count(0)
    expect(box(page, "Delivery")).to_be_checked()
    expect(comment(page)).to_have_value("late again today")
    assert page.evaluate(HELD_FOCUS) == "comment" and caret(page) == len("late again today")
    expect(panel(page).locator("form")).not_to_have_attribute("data-unsaved", "true")
    assert words() == ["Delivery"] and Registration.objects.get().comment == "late again today"


def test_open_panels_follow_the_offer_and_keep_what_somebody_looks_for(stage: Stage, page: Page) -> None:
    many, _ = make_category("Product", *(f"Bread {n}" for n in range(25)), position=2)
    stage.ring().answer()
    ask_at_once(page)
    find = panel(page).locator("[data-answers-find]")
    find.click()
    page.keyboard.type("bread 2")
    expect(panel(page).get_by_label("Bread 11", exact=True)).to_be_hidden()
    retire(stage, "Bread 21")
    expect(box(page, "Bread 21")).to_have_count(0)
    assert find.evaluate("field => field === document.activeElement")
    page.keyboard.type("3")
    expect(find).to_have_value("bread 23")
    expect(panel(page).locator(f".question[data-category='{many.pk}'] .answer:visible")).to_have_count(1)


def test_the_first_question_of_all_appears_on_a_card_that_stands(stage: Stage, page: Page) -> None:
    ask_at_once(page)
    Category.objects.update(retired_at=timezone.now())
    stage.ring().answer()
    expect(front(page)).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("Half a ")
    expect(panel(page)).to_have_count(0)
    Category.objects.update(retired_at=None)
    retire(stage, "Complaint")
    expect(box(page, "Order")).to_be_visible()
    page.keyboard.type("word")
    expect(page.locator(".work:visible .note textarea")).to_have_value("Half a word")
    expect(page.locator(".note:visible [data-save-state]")).to_have_text("Saved")


def test_a_comment_that_is_too_long_holds_the_card_and_lets_ticks_through(stage: Stage, page: Page) -> None:
    PanelSettings.objects.create(comment_limit=20)
    call = stage.ring().answer()
    comment(page).fill("x" * 25)
    expect(panel(page).locator("[data-save-state]")).to_contain_text("Shorten the comment")
    box(page, "Order").check()
    page.wait_for_timeout(1000)
    assert words() == ["Order"] and Registration.objects.get().comment == ""
    call.end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    front(page).get_by_role("button", name="Done").click()
    expect(comment(page)).to_be_focused()
    expect(panel(page).locator("[data-save-state]")).to_contain_text("Shorten the comment")
    page.reload()
    expect(comment(page)).to_have_value("x" * 25)  # put back, not sent and forgotten
    expect(box(page, "Order")).to_be_checked()
    expect(panel(page).locator("[data-save-state]")).to_contain_text("Shorten the comment")
    comment(page).fill("short enough")
    is_saved(page)
    front(page).get_by_role("button", name="Done").click()
    expect(page.locator("#cards .card")).to_have_count(0)
    assert Registration.objects.get().comment == "short enough"


def test_what_two_places_ticked_becomes_one(stage: Stage, page: Page, topics: dict[str, Topic]) -> None:
    call = stage.ring().answer()
    waiting: list[Route] = []
    expect(panel(page)).to_be_visible()
    page.route(SAVE, lambda route: waiting.append(route) if not waiting else route.continue_())
    box(page, "Order").check()
    page.wait_for_function("() => document.querySelector('form[data-register][data-unsaved]')")
    newer = int(timezone.now().timestamp() * 1000) + 30_000  # a clock runs ahead
    register(
        call_id=call.id, account_id=stage.account.pk, by=stage.olivia.pk, topics=[topics["Delivery"].pk],
        comment="from the other desk", revision=newer, now=timezone.now(),
    )  # fmt: skip
    box(page, "Yes").check()
    page.wait_for_timeout(300)
    waiting[0].continue_()
    for name in ("Order", "Delivery", "Yes"):
        expect(box(page, name)).to_be_checked()
    expect(comment(page)).to_have_value("from the other desk")
    is_saved(page)
    assert words() == ["Delivery", "Order", "Yes"]


def test_a_tick_that_was_saved_outlives_an_older_drawing(stage: Stage, page: Page) -> None:
    stage.ring().answer()
    expect(panel(page)).to_be_visible()
    ask_at_once(page)
    older: list[tuple[Route, str]] = []

    def hold(route: Route) -> None:
        if older:
            route.continue_()
        else:
            older.append((route, route.fetch().text()))

    page.route("**/registration/calls/*/panel", hold)
    retire(stage, "Complaint")  # panels are read again
    page.wait_for_timeout(2500)
    assert older
    box(page, "Order").check()
    is_saved(page)
    [(route, drawn)] = older
    route.fulfill(body=drawn)
    expect(box(page, "Complaint")).to_have_count(0)
    expect(box(page, "Order")).to_be_checked()
    box(page, "Delivery").check()
    is_saved(page)
    assert words() == ["Delivery", "Order"]


def test_what_is_typed_in_a_consultation_goes_on_in_the_call_it_became_part_of(stage: Stage, page: Page) -> None:
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    other = stage.ring(number=STRANGER).answer()
    slim = page.locator(".slim:visible .slim-open")
    slim.click()
    expect(front(page)).to_have_attribute("data-call", other.id)
    comment(page).click()
    page.keyboard.type("asked the baker")
    is_saved(page)
    page.route(SAVE, lambda route: route.abort())
    box(page, "Delivery").check()
    comment(page).click()
    page.keyboard.press("End")
    page.keyboard.type(": no")
    call.take_in(other)
    expect(front(page)).to_have_attribute("data-call", call.id)
    page.keyboard.type(" eggs")
    expect(comment(page)).to_have_value("asked the baker: no eggs")
    expect(box(page, "Delivery")).to_be_checked()
    page.unroute(SAVE)
    expect(panel(page).locator("form")).not_to_have_attribute("data-unsaved", "true")
    assert words() == ["Delivery"] and Registration.objects.get().comment == "asked the baker: no eggs"


def test_what_was_left_behind_of_a_call_goes_on_in_the_one_it_became_part_of(stage: Stage, page: Page) -> None:
    call = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    other = stage.ring(number=STRANGER).answer()
    page.locator(".slim:visible .slim-open").click()
    expect(front(page)).to_have_attribute("data-call", other.id)
    page.route(SAVE, lambda route: route.abort())
    box(page, "Delivery").check()
    comment(page).fill("no eggs")
    expect(panel(page).locator("[data-save-state]")).to_contain_text("Not saved yet")
    page.goto("about:blank")
    call.take_in(other)
    page.unroute(SAVE)
    open_desk(page)
    expect(front(page)).to_have_attribute("data-call", call.id)
    expect(box(page, "Delivery")).to_be_checked()
    is_saved(page)
    assert words() == ["Delivery"] and Registration.objects.get().comment == "no eggs"
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('registration-draft'))") == []


def test_the_draft_of_a_tab_that_died_joins_what_was_ticked_since(
    stage: Stage, page: Page, topics: dict[str, Topic]
) -> None:
    stage.ring().answer()
    box(page, "Delivery").check()
    box(page, "No").check()
    is_saved(page)
    page.evaluate(LEFT, [str(topics["Order"].pk), str(topics["Yes"].pk)])
    page.reload()
    for name in ("Order", "Delivery", "No"):  # of one question that both answered, the newer answer
        expect(box(page, name)).to_be_checked()
    expect(comment(page)).to_have_value("of the tab that died")
    is_saved(page)
    assert words() == ["Delivery", "No", "Order"]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('registration-draft'))") == []


LEFT = """topics => {
  const { user, register, panel } = document.querySelector("form[data-register]").dataset;
  const [base, mine] = [{ topics: [], comment: "" }, { topics, comment: "of the tab that died" }];
  const draft = { base, mine, revision: 1, panel, at: Date.now() - 60_000 };
  localStorage.setItem(`registration-draft:${user}:another:${register}`, JSON.stringify(draft));
}"""


def test_the_card_that_is_written_up_stays_while_a_colleague_rings(stage: Stage, page: Page) -> None:
    Account.objects.filter(pk=stage.account.pk).update(wrap_up_s=60)
    written_up = stage.ring().answer().end()
    expect(page.locator("#me .me-state .pill")).to_contain_text("Wrapping up")
    expect(page.locator(f"#cards .card[data-call='{written_up.id}']")).to_have_count(1)
    page.wait_for_timeout(5500)  # nobody touches it
    stage.ring(number=STRANGER)
    expect(page.locator("#me .me-state .pill")).to_contain_text("Ringing")
    page.wait_for_timeout(2500)
    expect(page.locator(f"#cards .card[data-call='{written_up.id}']")).to_have_count(1)
