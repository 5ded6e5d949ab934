"""Who sees some accounts sets up the recordings of these, not of all (CALL-9)."""

from typing import Any

import pytest

from callwright.accounts.models import Line, Organisation
from callwright.recordings.models import NeverRule, Policy
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(make_user: Any, browser_of: Any, account: Any) -> Any:
    """An administrator of one of a bureau's accounts."""
    Organisation.objects.create(pk=1, kind="bureau", name="Bureau")
    return browser_of(make_user("ada", role="administrator", accounts=[account]))


def test_what_holds_for_all_is_shown_but_not_changed(browser: Any) -> None:
    Policy.objects.create(account=None, keep_days=30, consent="We record.")
    page = browser.get("/recordings/").content.decode()
    assert "Recordings are kept for 30 days." in page and "We record." in page
    assert browser.post("/recordings/", {"keep_days": "1", "consent": ""}).status_code == 403
    assert Policy.objects.get().keep_days == 30


def test_rules_of_other_accounts_are_neither_seen_nor_removed_nor_made(
    browser: Any, pbx: Any, account: Any, other_account: Any
) -> None:
    line = Line.objects.create(account=other_account, number="+31207654321", label="Secret line")
    shared = Queue.objects.create(pbx=pbx, name="shared")
    own = Queue.objects.create(pbx=pbx, name="own", account=account)
    hidden = [NeverRule.objects.create(line=line), NeverRule.objects.create(queue=shared)]
    mine = NeverRule.objects.create(queue=own)
    page = browser.get("/recordings/").content.decode()
    assert "Secret line" not in page and f"/recordings/rules/{mine.pk}/" in page
    for rule in hidden:
        assert f"/recordings/rules/{rule.pk}/" not in page
        assert browser.post(f"/recordings/rules/{rule.pk}/delete/").status_code == 404
    for about in (f"queue:{shared.pk}", f"line:{line.pk}", f"account:{other_account.pk}"):
        assert browser.post("/recordings/rules/", {"about": about}).status_code == 404
    assert browser.post(f"/recordings/rules/{mine.pk}/delete/").status_code == 302
    assert NeverRule.objects.count() == 2


def test_who_sees_all_accounts_changes_what_holds_for_all(
    make_user: Any, browser_of: Any, pbx: Any, account: Any
) -> None:
    everybody = browser_of(make_user("eva", role="administrator", all_accounts=True))
    shared = Queue.objects.create(pbx=pbx, name="shared")
    assert everybody.post("/recordings/", {"keep_days": "7", "consent": ""}).status_code == 302
    assert everybody.post("/recordings/rules/", {"about": f"queue:{shared.pk}"}).status_code == 302
    assert (Policy.objects.get().keep_days, NeverRule.objects.get().queue_id) == (7, shared.pk)


def test_in_a_house_what_holds_for_all_holds_for_its_one_account(make_user: Any, browser_of: Any, account: Any) -> None:
    Organisation.objects.create(pk=1, kind="house", name="House")
    browser = browser_of(make_user("ada", role="administrator", accounts=[account]))
    assert browser.post("/recordings/", {"keep_days": "7", "consent": ""}).status_code == 302
    assert Policy.objects.get().keep_days == 7
