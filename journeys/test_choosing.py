"""Choosing an account among thousands, and a contact's marker, by keys alone, in either direction of writing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.accounts.models import Account, Organisation
from callwright.calls.models import Marker
from callwright.contacts.models import Contact
from callwright.staff.models import User
from journeys.ground import OUTPUT

pytestmark = pytest.mark.browser


@pytest.fixture
def bureau(stage: Any) -> Any:
    Organisation.objects.update_or_create(pk=1, defaults={"kind": "bureau", "name": "Answer & Co"})
    Account.objects.bulk_create([Account(name=f"Customer {n:04}") for n in range(2000)])
    User.objects.filter(pk=stage.olivia.pk).update(all_accounts=True)
    return stage


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_account_is_found_and_chosen_by_keys(language: str, bureau: Any, page_of: Callable[..., Page]) -> None:
    User.objects.filter(pk=bureau.olivia.pk).update(language=language)
    page = page_of(bureau.olivia)
    page.goto("/contacts/new/person/")
    field = page.locator("#pick-account")
    field.click()
    expect(page.locator("#pick-account-options [data-value]")).to_have_count(12)
    field.fill("mer 1234")
    option = page.locator("#pick-account-options [data-value]")
    expect(option).to_have_count(1)
    expect(option).to_have_text("Customer 1234")
    expect(option).to_have_attribute("aria-selected", "true")
    page.screenshot(path=OUTPUT / f"choosing-{language}.png")
    field.press("Enter")
    expect(field).to_have_value("Customer 1234")
    expect(page.locator("#pick-account-options")).to_be_hidden()
    field.fill("nothing like it")
    field.press("Tab")  # half a name chooses nothing new
    expect(field).to_have_value("Customer 1234")
    page.locator("[name=surname]").fill("Jansen")
    page.locator("[name=surname]").press("Enter")
    expect(page.locator("#contact-name")).to_have_text("Jansen")
    assert Contact.objects.get(surname="Jansen").account.name == "Customer 1234"


def test_the_register_is_narrowed_to_an_account_and_widened_again(bureau: Any, page_of: Callable[..., Page]) -> None:
    bureau.ring(name="Jan").end()
    page = page_of(bureau.olivia)
    page.goto("/calls/")
    expect(page.locator(".call-row")).to_have_count(1)
    page.keyboard.press("f")
    field = page.locator("#pick-account")
    field.fill("Customer 0042")
    expect(page.locator("#pick-account-options [aria-selected=true]")).to_have_text("Customer 0042")
    expect(page.locator(".call-row")).to_have_count(1)  # typing alone searches nothing
    field.press("Enter")
    expect(page.locator(".call-row")).to_have_count(0)
    field = page.locator("#pick-account")
    field.fill("")
    field.press("Enter")
    expect(page.locator(".call-row")).to_have_count(1)


def test_a_contact_gets_its_marker_with_two_keys(bureau: Any, page_of: Callable[..., Page]) -> None:
    Marker.objects.create(name="Complaint", icon="flag", position=1)
    contact = Contact.objects.first()
    page = page_of(bureau.olivia)
    page.goto(f"/contacts/{contact.pk}/")
    page.wait_for_selector("html[data-connection=connected]", state="attached")
    page.wait_for_timeout(800)  # what changed meanwhile is read
    expect(page.locator(".contact-marker summary")).to_contain_text("Set a marker")
    page.keyboard.press("m")
    expect(page.locator(".contact-marker .menu-body")).to_be_visible()
    page.screenshot(path=OUTPUT / "contact-marker.png")
    page.keyboard.press("1")
    expect(page.locator(".contact-marker summary")).to_contain_text("Complaint")
    page.goto("/contacts/")
    expect(page.locator(".marker-cell .marker-icon").first).to_be_visible()
    page.locator(".marker-cell button").first.click()
    page.screenshot(path=OUTPUT / "contact-marker-list.png")
    page.get_by_role("button", name="No marker").click()
    expect(page.locator(".marker-cell .marker-icon")).to_have_count(0)
    assert Contact.objects.get(pk=contact.pk).marker_id is None
