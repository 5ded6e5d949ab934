"""A supervisor lays the card out by keys and sees it on a past call; an agent finds what is known of the account and
hands a caller over (DESK-2, DESK-7, ACC-5).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from callwright.accounts.models import Organisation
from callwright.accounts.operations.save_forwarding import RuleWish, save_rule
from callwright.accounts.operations.save_knowledge import save_entry
from callwright.accounts.operations.save_person import add_absence, save_person
from callwright.staff.models import User
from callwright.telephony.models import Command
from journeys.ground import OUTPUT
from journeys.stage import Stage

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


@pytest.fixture
def known(stage: Stage) -> Stage:
    """The house has two people, one of them away, a rule, and entries."""
    now, of = datetime.now(UTC), stage.account.pk
    paula = save_person(
        account_id=of,
        name="Paula Baker",
        role="Owner",
        numbers=["0201112233"],
        advice="Only what cannot wait.",
        now=now,
    )
    add_absence(
        account_id=of, person_id=paula, begins_on=now.date() - timedelta(days=1),
        ends_on=now.date() + timedelta(days=3), reason="travelling", now=now,
    )  # fmt: skip
    peter = save_person(account_id=of, name="Peter Flour", role="Oven", numbers=["202"], now=now)
    save_rule(account_id=of, wish=RuleWish(topic="Large orders", people=[paula, peter]), now=now)
    for title, text, pinned in (
        ("Opening hours", "From **seven** to five.\n\n- Sunday: closed", True),
        ("What is in the rye bread", "Rye, water, salt. **May hold traces of nuts.**", False),
        ("Parking", "Behind the house.", False),
    ):
        save_entry(account_id=of, title=title, text=text, pinned=pinned, by=stage.carl.pk, now=now)
    return stage


def open_desk(page: Page) -> Page:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


def test_a_layout_is_made_by_keys_seen_at_once_and_stands_at_the_next_call(known: Stage, page_of: Pages) -> None:
    known.olivia.role = "supervisor"
    known.olivia.save()
    known.ring(ago_s=4000).answer().end()
    page = page_of(known.olivia)
    page.goto("/desk/layout/")
    shown, said = page.locator("[data-shown] .card"), page.locator("[data-moved]")
    expect(shown.locator(".who")).to_have_text("Jan de Vries")
    expect(shown.locator(".part-photo")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("button", name="Move Photo").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Photo: Not shown, place 1 of 1")
    expect(shown.locator(".part-photo")).to_have_count(0)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(shown.locator(".part-photo")).to_be_visible()
    page.get_by_role("button", name="Leave out Photo").click()
    page.get_by_role("button", name="Move Note or warning").focus()
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    expect(said).to_have_text("Note or warning: First glance, place 1 of 9")
    expect(shown.locator(".part").first).to_have_class("part part-warning notice")
    expect(page.locator("[data-saved-state]")).to_have_text("Not saved yet")
    page.screenshot(path=OUTPUT / "layout-preview.png")
    assert Organisation.objects.get().card_layout == []
    page.keyboard.press("Alt+s")
    expect(page.locator("[data-saved-state]")).to_contain_text("Saved by Olivia Bell")
    open_desk(page)
    known.ring().answer()
    card = page.locator(".card:visible")
    expect(card.locator(".part").first).to_have_class("part part-warning notice")
    expect(card.locator(".part-photo")).to_have_count(0)


def test_what_is_not_saved_is_not_left_by_accident(known: Stage, page_of: Pages) -> None:
    known.olivia.role = "supervisor"
    known.olivia.save()
    page = page_of(known.olivia)
    page.goto("/desk/layout/")
    expect(page.locator(".layout-preview")).to_contain_text("No call to show yet")
    page.get_by_role("button", name="Leave out Photo").click()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator(".shell-nav a").first.click()
    page.wait_for_url(lambda url: "layout" not in url)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_entry_is_found_by_key_beside_the_card(known: Stage, page_of: Pages, language: str) -> None:
    User.objects.filter(pk=known.olivia.pk).update(language=language)
    page = open_desk(page_of(known.olivia))
    known.ring().answer()
    card = page.locator(".card:visible")
    expect(card.locator(".part-knowledge")).to_contain_text("From seven to five.")
    expect(card.locator(".part-forwarding")).to_contain_text("Peter Flour")
    page.keyboard.press("k")
    panel = page.locator(".lookup")
    field = panel.locator("input[name=q]")
    expect(field).to_be_focused()
    expect(panel.locator(".entry")).to_have_count(3)
    page.keyboard.type("nuts")
    expect(panel.locator(".entry")).to_have_count(1)
    expect(panel.locator(".entry .written strong")).to_have_text("May hold traces of nuts.")
    page.screenshot(path=OUTPUT / f"look-up-{language}.png")
    of_card, of_panel = card.bounding_box(), panel.bounding_box()
    assert of_card and of_panel
    beside = (
        of_panel["x"] + of_panel["width"] <= of_card["x"]
        if language == "ar"
        else (of_panel["x"] >= of_card["x"] + of_card["width"])
    )
    assert beside
    field.fill("paula")
    expect(panel.locator(".person")).to_contain_text("travelling")
    page.keyboard.press("Escape")
    expect(panel.locator("input[name=q]")).to_be_hidden()


def test_a_caller_is_handed_to_who_is_there_with_one_key(known: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(known.olivia))
    call = known.ring()
    way = page.locator(".card:visible .part-forwarding")
    expect(way).to_contain_text("Paula Baker")
    expect(way).to_contain_text("travelling")
    expect(way.locator(".forward-acts").first).to_be_hidden()  # nobody talks yet
    call.answer()
    expect(way.locator(".forward-acts").first).to_be_visible()
    page.keyboard.press("w")
    page.wait_for_timeout(800)
    order = Command.objects.get(verb="attended_transfer")  # another keeps the agent's queues in step
    assert order.arguments["to"] == "202"
