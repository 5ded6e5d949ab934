"""A note is typed, sent by a key and arrives; a supervisor comments on it, and the agent reads that (ACC-6)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.calls.models import CallNote, NoteSending
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.testing import Post, mailing
from callwright.staff.models import User
from journeys.ground import OUTPUT, said
from journeys.stage import Stage
from journeys.test_desk import front, open_desk

pytestmark = [pytest.mark.browser]

NOTE, STATE, SAVED = ".work:visible textarea", ".note:visible [data-note-state]", ".note:visible [data-save-state]"


@pytest.fixture
def post(stage: Stage) -> Iterator[Post]:
    with mailing(Post()) as post:
        yield post


def deliver() -> None:
    send_due(datetime.now(UTC), patience=0.5, run_s=5)


@pytest.mark.parametrize("language", ["en", "ar", "hu"])
def test_a_note_is_sent_by_a_key_and_what_the_supervisor_says_comes_back(
    stage: Stage, page_of: Callable[..., Page], post: Post, language: str
) -> None:
    User.objects.filter(pk=stage.olivia.pk).update(language=language)
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer().end()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "ended")
    page.keyboard.press("n")
    page.keyboard.type("Wants 40 rye breads")
    expect(page.locator(STATE)).to_contain_text(begun("It is sent by itself after the call, to %(names)s.", language))
    page.keyboard.press("Control+Enter")
    expect(page.locator(STATE)).to_contain_text(begun("Being sent to %(names)s.", language))
    page.screenshot(path=OUTPUT / f"note-being-sent-{language}.png")
    deliver()
    expect(page.locator(STATE)).to_contain_text(
        begun("Sent at %(time)s to %(names)s.", language)
    )  # told, without reading the page again
    assert "Wants 40 rye breads" in post.received[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    page.keyboard.type(", and a cake")
    expect(page.locator(STATE)).to_contain_text(said("It was changed since.", language))
    page.keyboard.press("Alt+s")
    expect(page.locator(STATE)).to_contain_text(begun("Being sent to %(names)s.", language))
    deliver()
    expect(page.locator(STATE)).to_contain_text(begun("Correction sent at %(time)s to %(names)s.", language))
    page.screenshot(path=OUTPUT / f"note-sent-{language}.png")
    assert len(post.received) == 2
    _comment_and_answer(stage, page, page_of, language)


def _comment_and_answer(stage: Stage, page: Page, page_of: Callable[..., Page], language: str) -> None:
    boss: Any = User.objects.create(username="boss", name="Boss", role="supervisor", all_accounts=True, language="en")
    other = page_of(boss)
    other.goto("/calls/notes/")
    expect(other.locator(".note-row")).to_contain_text("Wants 40 rye breads, and a cake")
    other.locator(".note-row a").first.click()
    other.get_by_label("Comment for the agent").fill("Well noted")
    other.get_by_role("button", name="Comment", exact=True).click()
    expect(other.locator(".note-comments")).to_contain_text("Well noted")
    expect(other.get_by_label("Comment for the agent")).to_have_value("")
    expect(page.locator("#note-comments")).to_contain_text("Well noted")  # on the desk, at once
    expect(page.locator("#bell .bell-number")).to_have_text("1")
    page.screenshot(path=OUTPUT / "note-comment-on-desk.png")
    page.locator("#note-comments a").click()
    page.get_by_label(said("Your answer", language)).fill("Thank you")
    page.get_by_role("button", name=said("Answer", language, context="comment")).click()
    expect(page.locator(".note-comments")).to_contain_text("Thank you")
    other.get_by_label("Comment for the agent").fill("Half ty")
    expect(other.locator(".note-comments")).to_contain_text("Thank you")
    expect(other.get_by_label("Comment for the agent")).to_have_value("Half ty")  # what came in disturbed nothing
    page.goto("/")
    expect(page.locator("#note-comments")).not_to_contain_text("Well noted")


def begun(text: str, language: str) -> str:
    """What stands before the first thing that a text names."""
    return said(text, language).partition("%(")[0].strip()


def test_a_note_that_is_sent_while_the_line_is_down_goes_once_it_is_back(
    stage: Stage, page_of: Callable[..., Page]
) -> None:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    page.route("**/note", lambda route: route.abort())
    page.route("**/note/send", lambda route: route.abort())
    page.locator(NOTE).fill("Sent into nowhere")
    page.keyboard.press("Control+Enter")
    expect(page.locator(SAVED)).to_contain_text("Not sent yet", timeout=10_000)
    page.unroute("**/note")
    assert not CallNote.objects.exists()
    page.unroute("**/note/send")
    expect(page.locator(STATE)).to_contain_text("Being sent to", timeout=10_000)
    assert NoteSending.objects.get().text == "Sent into nowhere"
