"""A supervisor sets up what agents are asked about calls: by keys, by pointer, in either direction of writing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from callwright.registration.models import Category, Topic
from callwright.registration.tests.offer import told
from callwright.staff.models import User
from journeys.ground import OUTPUT

pytestmark = pytest.mark.browser


@pytest.fixture
def boss(stage: Any) -> User:
    reason = Category.objects.create(name="Reason", position=0)
    mood = Category.objects.create(name="Mood", several=True, position=1)
    for position, name in enumerate(("Order", "Complaint", "Question")):
        Topic.objects.create(category=reason, name=name, position=position)
    Topic.objects.create(category=mood, name="Angry", wants_comment=True)
    return User.objects.create_user("boss", None, name="Boss", role="supervisor", all_accounts=True)


def opened(page_of: Callable[..., Page], boss: User) -> Page:
    page = page_of(boss)
    page.goto("/registration/topics/")
    page.wait_for_selector("html[data-connection=connected]", state="attached")
    return page


def handle(page: Page, name: str) -> Locator:
    return page.locator(f'[data-name="{name}"] > :first-child .drag-handle').first


def names(page: Page) -> list[str]:
    """As the agent would see them: of the preview."""
    return page.locator("#preview .answer > bdi").all_inner_texts()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_topics_are_put_in_order_and_under_each_other_by_keys(
    language: str, boss: User, page_of: Callable[..., Page]
) -> None:
    User.objects.filter(pk=boss.pk).update(language=language)
    inwards, outwards = ("ArrowRight", "ArrowLeft") if language == "en" else ("ArrowLeft", "ArrowRight")
    page = opened(page_of, boss)
    handle(page, "Question").press("ArrowUp")
    expect(page.locator("#preview .answer > bdi")).to_have_text(["Order", "Question", "Complaint", "Angry"])
    expect(handle(page, "Question")).to_be_focused()
    page.keyboard.press(inwards)
    expect(page.locator("#preview .under .answer > bdi")).to_have_text(["Question"])
    page.screenshot(path=OUTPUT / f"topics-{language}.png")
    assert told()[0] == ("Reason", ["Order", "Order > Question", "Complaint"])
    expect(handle(page, "Question")).to_be_focused()
    page.keyboard.press(outwards)
    expect(page.locator("#preview .under")).to_have_count(0)
    handle(page, "Mood").press("ArrowUp")
    expect(page.locator("#preview .answer > bdi").first).to_have_text("Angry")
    assert told() == [("Mood", ["Angry"]), ("Reason", ["Order", "Question", "Complaint"])]


def test_an_answer_that_was_on_its_way_does_not_undo_a_move(boss: User, page_of: Callable[..., Page]) -> None:
    page = opened(page_of, boss)
    page.wait_for_timeout(500)
    asked: list[Route] = []
    page.route("**/registration/topics/", lambda route: route.continue_() if asked else asked.append(route))
    page.evaluate("document.getElementById('topic-lists').dispatchEvent(new CustomEvent('live'))")
    page.wait_for_timeout(300)
    drawn = asked[0].fetch()
    handle(page, "Question").press("ArrowUp")
    asked[0].fulfill(response=drawn)
    expect(page.locator("#preview .answer > bdi")).to_have_text(["Order", "Question", "Complaint", "Angry"])
    expect(page.locator(".topic .topic-name > bdi")).to_have_text(["Order", "Question", "Complaint", "Angry"])
    assert told()[0] == ("Reason", ["Order", "Question", "Complaint"])


def drag(page: Page, what: Locator, to: Locator, *, below: float, inwards: float = 0) -> None:
    start, box = what.bounding_box(), to.bounding_box()
    assert start and box
    what.hover()
    page.mouse.down()
    page.mouse.move(start["x"] + 8 + inwards, box["y"] + below, steps=6)
    page.mouse.up()


def test_topics_are_dragged_under_others_and_into_other_categories(boss: User, page_of: Callable[..., Page]) -> None:
    page = opened(page_of, boss)
    drag(page, handle(page, "Question"), page.locator('[data-name="Order"]'), below=24, inwards=40)
    expect(page.locator("#preview .under .answer > bdi")).to_have_text(["Question"])
    drag(page, handle(page, "Complaint"), page.locator('[data-name="Angry"]'), below=2)
    expect(page.locator("#preview .question").last.locator("bdi")).to_have_text(["Mood", "Complaint", "Angry"])
    assert told() == [("Reason", ["Order", "Order > Question"]), ("Mood", ["Complaint", "Angry"])]
    drag(page, handle(page, "Mood"), page.locator('[data-name="Reason"]'), below=4)
    expect(page.locator("#preview .question legend bdi")).to_have_text(["Mood", "Reason"])


def test_topics_are_added_changed_and_retired_without_leaving_the_page(
    boss: User, page_of: Callable[..., Page]
) -> None:
    page = opened(page_of, boss)
    field = page.get_by_label("New topic in Reason")
    for name in ("Praise", "Other"):
        field.fill(name)
        field.press("Enter")
        expect(page.locator("#preview .question").first.locator(".answer > bdi").last).to_have_text(name)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
    field.fill("praise")
    field.press("Enter")
    expect(page.locator(".toast")).to_contain_text("offered there already")
    expect(field).to_have_value("praise")
    page.get_by_role("button", name="Change Order", exact=True).click()
    dialog = page.locator("#topic-dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.screenshot(path=OUTPUT / "topics-dialog.png")
    dialog.get_by_label("Name").fill("Complaint")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("offered there already")
    dialog.get_by_label("Name").fill("Purchase")
    dialog.get_by_label("Where it stands").select_option(label="Under Complaint")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#preview .under .answer > bdi")).to_have_text(["Purchase"])
    page.get_by_role("button", name="Retire Complaint").click()
    expect(page.locator("#preview .under")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#preview .under .answer > bdi")).to_have_text(["Purchase"])


def test_one_supervisor_sees_what_another_does_and_keeps_what_is_half_typed(
    boss: User, page_of: Callable[..., Page]
) -> None:
    other = User.objects.create_user("other", None, name="Other", role="supervisor", all_accounts=True)
    here, there = opened(page_of, boss), opened(page_of, other)
    here.get_by_label("New topic in Reason").fill("half ty")
    here.locator("#topics-of-" + str(Category.objects.get(name="Mood").pk) + " > summary").click()
    there.get_by_role("button", name="Retire Order").click()
    expect(here.locator('.topic[data-name="Order"]')).to_have_count(0)
    expect(here.get_by_label("New topic in Reason")).to_have_value("half ty")
    expect(here.locator('[data-name="Angry"]')).to_be_hidden()  # folded, as it was left


def test_one_among_hundreds_is_found(boss: User, page_of: Callable[..., Page]) -> None:
    mood = Category.objects.get(name="Mood")
    Topic.objects.bulk_create(Topic(category=mood, name=f"Überraschung {n}", position=n) for n in range(1, 300))
    page = opened(page_of, boss)
    expect(page.locator('[data-name="Angry"]')).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("uberraschung 299")
    expect(page.locator(".topic:visible")).to_have_count(1)
    page.locator("#preview [data-answers-find]").fill("UBERRASCHUNG 28")
    expect(page.locator("#preview .question").last.locator(".answer:visible")).to_have_count(11)
    page.screenshot(path=OUTPUT / "topics-many.png")
    page.locator("#preview [data-answers-find]").press("Enter")
    expect(page.locator("#preview input:focus")).to_have_attribute("type", "checkbox")
