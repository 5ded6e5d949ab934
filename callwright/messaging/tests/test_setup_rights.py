"""Who sees some accounts says who is told of their events, not of everybody's (MSG-5)."""

import pytest

from callwright.accounts.models import Organisation
from callwright.messaging.models import EventAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(too_loud, make_user, browser_of, account, other_account):
    """An administrator of two of a bureau's accounts, so that one has to be chosen."""
    Organisation.objects.create(pk=1, kind="bureau", name="Bureau")
    return browser_of(make_user("ada", role="administrator", accounts=[account, other_account]))


def add(browser, **more) -> str:
    return browser.post(
        "/messages/events/too_loud/", {"email": "spy@example.org", **more}, follow=True
    ).content.decode()


def test_an_address_for_all_accounts_is_set_by_those_who_see_all(browser, account, administrator_client):
    assert "only who sees all accounts" in add(browser)
    assert not EventAddress.objects.exists()
    assert "The address is added." in add(browser, account=account.pk)
    assert "The address is added." in add(administrator_client)
    assert set(EventAddress.objects.values_list("account", flat=True)) == {account.pk, None}


def test_an_address_for_all_accounts_is_seen_but_not_changed_by_others(browser, account, administrator_client):
    for_all = EventAddress.objects.create(event="too_loud", email="boss@example.org")
    own = EventAddress.objects.create(event="too_loud", email="office@example.org", account=account)
    page = browser.get("/messages/events/").content.decode()
    assert "boss@example.org" in page and "For all accounts" in page
    assert page.count('value="remove"') == 1
    for do in ("off", "remove", "test"):
        assert browser.post(f"/messages/addresses/{for_all.pk}/", {"do": do}).status_code == 404
    assert EventAddress.objects.get(pk=for_all.pk).is_on
    assert browser.post(f"/messages/addresses/{own.pk}/", {"do": "off"}).status_code == 302
    assert not EventAddress.objects.get(pk=own.pk).is_on
    assert administrator_client.post(f"/messages/addresses/{for_all.pk}/", {"do": "remove"}).status_code == 302


def test_where_there_is_one_account_it_is_meant(too_loud, make_user, browser_of, account):
    Organisation.objects.create(pk=1, kind="bureau", name="Bureau")
    browser = browser_of(make_user("ada", role="administrator", accounts=[account]))
    assert "The address is added." in add(browser)
    assert EventAddress.objects.get().account_id == account.pk


def test_in_a_house_addresses_for_all_are_set_by_its_administrators(too_loud, make_user, browser_of, account):
    Organisation.objects.create(pk=1, kind="house", name="House")
    browser = browser_of(make_user("ada", role="administrator", accounts=[account]))
    assert "The address is added." in add(browser)
    made = EventAddress.objects.get()
    assert made.account_id is None
    assert browser.post(f"/messages/addresses/{made.pk}/", {"do": "remove"}).status_code == 302
    assert not EventAddress.objects.exists()
