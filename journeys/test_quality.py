"""From a rule to a registration that is put right: a controller and an agent, by keys (REG-5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from callwright.calls.testing import call_told_as
from callwright.registration.models import QualityFinding, QualityRule, Registration
from callwright.registration.operations.quality_evaluate import evaluate_due
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.staff.models import User
from journeys.ground import OUTPUT
from journeys.stage import Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def call(stage: Stage) -> Any:
    """Two hours ago Olivia ticked an order, and that it was the wrong number."""
    order, _, wrong_number = add_topics("Order", "Complaint", "Wrong number")
    stage.ring(ago_s=7200).answer().end()
    call = call_told_as("call-1")
    add_registration(call, stage.olivia, order, wrong_number)
    return call


@pytest.fixture
def controller(stage: Stage) -> User:
    return User.objects.create_user(
        "conny", None, name="Conny Wells", role="controller", all_accounts=True, time_zone="Europe/Amsterdam"
    )


def press(place: Locator, key: str) -> None:
    """On what has the focus, as somebody does who has gone there by Tab."""
    place.focus()
    expect(place).to_be_focused()
    place.press(key)


def test_a_controller_sets_up_a_rule_and_the_agent_puts_right_what_it_finds(
    stage: Stage, call: Any, controller: User, page_of: Callable[..., Page]
) -> None:
    desk = page_of(controller)
    _set_up_a_rule(desk)
    kept = QualityRule.objects.get()
    order, wrong_number = Registration.objects.get().topics
    assert (kept.topics, kept.others, kept.name) == ([order], [wrong_number], "Either or")

    desk.goto("/registration/quality/")
    press(desk.get_by_role("button", name="Evaluate now"), "Enter")
    expect(desk.locator("#quality-run")).to_contain_text("Waiting for its turn")
    evaluate_due(timezone.now())
    row = desk.locator(".list-table tbody tr")
    expect(row).to_contain_text("These topics contradict each other")  # the page reads itself again
    expect(row).to_contain_text("Olivia Bell")
    desk.screenshot(path=OUTPUT / "quality-findings.png")

    page = page_of(stage.olivia)
    page.goto("/me/")
    expect(page.locator("#bell")).to_contain_text("1 unread notification")
    page.keyboard.press("g")
    page.keyboard.press("n")
    first = page.locator(".told-one").first
    expect(first).to_be_focused()
    expect(first).to_contain_text("Registrations to be corrected: 1")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/calls/{call.id}/")
    _correct(page)
    finding = QualityFinding.objects.get()
    assert (finding.how, finding.closed_by_id) == ("corrected", stage.olivia.pk)
    assert Registration.objects.get().topics == [order]

    desk.goto("/registration/quality/")
    expect(desk.locator(".list-table tbody tr")).to_have_count(0)


def _set_up_a_rule(page: Page) -> None:
    page.goto("/registration/quality/rules/")
    press(page.get_by_role("link", name="Topics that contradict each other"), "Enter")
    page.wait_for_url("**/rules/new/**")
    press(page.locator('input[name="topics"]').first, "Space")
    press(page.locator('input[name="others"]').last, "Space")
    page.get_by_label("Name").focus()
    page.keyboard.type("Either or")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registration/quality/rules/")
    expect(page.locator(".list-table tbody tr")).to_contain_text("“Order” not together with “Wrong number”")


def _correct(page: Page) -> None:
    part = page.locator("#registration-part")
    expect(part).to_contain_text("These topics contradict each other")
    press(part.get_by_role("button", name="Correct"), "Enter")
    expect(part.locator("#registration-title")).to_be_focused()
    press(part.get_by_label("Wrong number"), "Space")
    page.screenshot(path=OUTPUT / "quality-correcting.png")
    press(part.get_by_role("button", name="Save"), "Enter")
    expect(part.locator(".finding")).to_contain_text("Corrected")
    expect(part.get_by_role("button", name="Correct")).to_have_count(0)
