"""A call that passes its limit while it goes on, and its review, in two real browsers (CALL-7)."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from callwright.calls.models import Call, TooLongOutcome, TooLongReview, TooLongRule
from callwright.calls.operations.too_long_work import watch_talk_times
from callwright.staff.models import User
from journeys.ground import OUTPUT
from journeys.stage import Stage
from journeys.test_desk import Pages

pytestmark = [pytest.mark.browser]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def bea(stage: Stage) -> User:
    for code in ("justified", "talkative", "private"):
        TooLongOutcome.objects.get_or_create(code=code)
    return User.objects.create_user(
        "bea", None, name="Bea Supervisor", role="supervisor", all_accounts=True, time_zone="Europe/Amsterdam"
    )


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


def test_a_call_is_flagged_at_the_second_and_reviewed(stage: Stage, bea: User, page_of: Pages) -> None:
    supervisor, register = opened(page_of(bea), "/calls/too-long/"), opened(page_of(bea), "/calls/?period=week")
    expect(supervisor.get_by_text("Nothing to review")).to_be_visible()
    TooLongRule.objects.create(limit_s=60, name="A minute", changed_at=now())
    ringing = stage.ring(ago_s=66).answer(after_s=1)  # it has talked for 65 seconds
    desk = opened(page_of(stage.olivia), "/desk")
    watch_talk_times(now())
    call = Call.objects.get(pk=ringing.id)
    assert call.too_long and call.ended_at is None
    expect(supervisor.get_by_text("Another call has passed its limit.")).to_be_visible()
    expect(register.locator(f"#call-{call.id}").get_by_label("Too long")).to_be_visible()
    expect(desk.locator("body")).to_contain_text("Too long: 1:00 allowed")
    supervisor.get_by_role("link", name="Show it").click()
    row = supervisor.locator(f"#too-long-{call.id}")
    over = row.locator("strong [data-since]")
    first = over.inner_text()
    expect(over).not_to_have_text(first)  # it goes on
    supervisor.screenshot(path=OUTPUT / "too-long.png")
    ringing.later_s = 0
    ringing.began = now()
    ringing.end()
    watch_talk_times(now())
    expect(row.locator("[data-since]")).to_have_count(0)
    row.get_by_role("button", name="Review").click()
    dialog = supervisor.locator("#too-long-dialog")
    dialog.get_by_role("button", name="Keep the review").click()
    assert TooLongReview.objects.get().outcome is None  # without an outcome nothing is kept
    dialog.get_by_label("The customer talks long").check()
    dialog.get_by_label("Comment").fill("About the wedding cake")
    dialog.get_by_role("button", name="Keep the review").click()
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("The customer talks long")
    review = TooLongReview.objects.get()
    assert (review.outcome and review.outcome.code, review.reviewed_by, review.comment) == (
        "talkative", bea, "About the wedding cake",
    )  # fmt: skip


def test_the_second_of_two_reviewers_is_told_what_the_first_found(stage: Stage, bea: User, page_of: Pages) -> None:
    TooLongRule.objects.create(limit_s=60, changed_at=now())
    conny = User.objects.create_user("conny", None, name="Conny Control", role="controller", all_accounts=True)
    stage.ring(ago_s=300).answer().end(after_s=90)
    watch_talk_times(now())
    pages = [opened(page_of(user), "/calls/too-long/") for user in (bea, conny)]
    for page in pages:
        page.get_by_role("button", name="Review").click()
        expect(page.locator("#too-long-dialog").get_by_label("Justified")).to_be_visible()
    for page, outcome in zip(pages, ("Justified", "Private call"), strict=True):
        page.locator("#too-long-dialog").get_by_label(outcome).check()
        page.locator("#too-long-dialog").get_by_role("button", name="Keep the review").click()
    told = pages[1].locator("#too-long-dialog")
    expect(told).to_contain_text("A colleague reviewed this call meanwhile")
    expect(told).to_contain_text("Bea Supervisor: Justified")
    assert TooLongReview.objects.get().reviewed_by == bea
