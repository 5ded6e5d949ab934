"""Supervisors set up how calls are registered and where they must be, and release who is held (REG-2, REG-3)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account, Organisation
from callwright.registration.models import DueRegistration, MustRegister, PanelChoice, PanelSettings
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AuditEntry
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
PAGE = "/registration/settings/"


@pytest.fixture
def boss(make_user: Any, browser_of: Any) -> Client:
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Bureau", "kind": "bureau"})
    return browser_of(make_user("bea", role="supervisor", all_accounts=True))


def test_the_panel_and_the_extension_of_wrap_up_are_set_for_all(boss: Client, owner: Any, owner_client: Client) -> None:
    wish = {
        "form": "tab", "comment_limit": "300", "correct_within_h": "2", "wrap_up_times": "1", "wrap_up_more_s": "45",
    }  # fmt: skip
    assert boss.post(PAGE + "save/", wish).status_code == 302
    kept, ours = PanelSettings.objects.get(), Organisation.objects.get()
    assert (kept.form, kept.comment_limit, kept.correct_within_s) == ("tab", 300, 7200)
    assert (ours.wrap_up_times, ours.wrap_up_more_s) == (1, 45)
    assert boss.post(PAGE + "save/", {**wish, "comment_limit": "0"}).status_code == 422
    assert AuditEntry.objects.filter(action="registration_panel_changed").count() == 1
    assert 'value="300"' in boss.get(PAGE).content.decode()
    assert owner_client.post("/desk/me/panel", {"form": "side"}).json() == {"form": "side"}
    assert PanelChoice.objects.get().user_id == owner.pk
    assert owner_client.post("/desk/me/panel", {"form": ""}).json() == {"form": "tab"}
    assert owner_client.post("/desk/me/panel", {"form": "x"}).status_code == 400


def test_it_is_demanded_for_an_account_and_a_queue_and_no_longer(boss: Client, account: Any, pbx: Any) -> None:
    queue = Queue.objects.create(pbx=pbx, name="sales", label="Sales")
    both = {"account": account.pk, "queue": queue.pk, "directions": ["inbound"]}
    assert boss.post(PAGE + "forced/", both).status_code == 302
    [must] = MustRegister.objects.all()
    assert (must.account_id, must.queue_id, must.directions) == (account.pk, queue.pk, ["inbound"])
    boss.post(PAGE + "forced/", {**both, "directions": ["inbound", "outbound"]})
    must = MustRegister.objects.get()
    assert must.directions == []
    shown = boss.get(PAGE).content.decode()
    assert "Baker &amp; Sons" in shown and "Sales" in shown
    boss.post(f"{PAGE}forced/{must.pk}/remove/")
    assert not MustRegister.objects.exists()
    told = list(AuditEntry.objects.values_list("action", flat=True))
    assert told.count("registration_forced") == 2 and "registration_not_forced" in told


def test_a_supervisor_of_some_accounts_sets_up_those_alone(
    boss: Client, supervisor_client: Client, account: Any, other_account: Any
) -> None:
    assert supervisor_client.post(PAGE + "forced/", {"account": ""}).status_code == 422
    assert supervisor_client.post(PAGE + "forced/", {"account": other_account.pk}).status_code == 422
    assert supervisor_client.post(PAGE + "wrap-up/", {"account": other_account.pk, "seconds": "9"}).status_code == 422
    assert supervisor_client.post(PAGE + "save/", {}).status_code == 404
    assert supervisor_client.post(PAGE + "forced/", {"account": account.pk}).status_code == 302
    theirs = MustRegister.objects.create(account=other_account, changed_at=timezone.now())
    of_all = MustRegister.objects.create(changed_at=timezone.now())
    for one in (theirs, of_all):
        assert supervisor_client.post(f"{PAGE}forced/{one.pk}/remove/").status_code == 404
    shown = supervisor_client.get(PAGE).content.decode()
    assert "Other Ltd" not in shown and "All accounts" in shown and MustRegister.objects.count() == 3


def test_the_wrap_up_of_an_account_is_set_and_taken_back(boss: Client, account: Any) -> None:
    boss.post(PAGE + "wrap-up/", {"account": account.pk, "seconds": "75"})
    assert Account.objects.get(pk=account.pk).wrap_up_s == 75
    assert "1:15" in boss.get(PAGE).content.decode()
    boss.post(PAGE + "wrap-up/", {"account": account.pk, "seconds": ""})
    assert Account.objects.get(pk=account.pk).wrap_up_s is None


def test_who_is_held_is_listed_and_released_once(
    boss: Client, supervisor_client: Client, owner: Any, owner_client: Client, account: Any
) -> None:
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    make_category("Reason", "Order")
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    call = Conversation("201").answer("201").hang_up("201").call
    card = owner_client.get(f"/desk/calls/{call.id}/").content.decode()
    assert "Register this call before the next one" in card and "To be registered first" in card
    assert "Register this call first" in owner_client.post(f"/desk/calls/{call.id}/done").headers["HX-Trigger"]
    assert str(call.id) in owner_client.get("/desk/open").json()["calls"]
    assert "Olivia" in boss.get(PAGE).content.decode()
    first = supervisor_client.post(PAGE + "release/", {"user": owner.pk}, follow=True).content.decode()
    second = boss.post(PAGE + "release/", {"user": owner.pk}, follow=True).content.decode()
    assert "Released." in first and "Sofia has released them already." in second
    assert agent_now(owner.pk).due == () and DueRegistration.objects.get().outcome == "released"
    assert "Sofia released you" in owner_client.get(f"/registration/calls/{call.id}/panel").content.decode()


def test_a_save_is_answered_with_what_stands_or_why_not(
    owner: Any, owner_client: Client, colleague_client: Client, account: Any
) -> None:
    _, [order] = make_category("Reason", "Order")
    talk = Conversation("201").answer("201")
    call = talk.call
    url = f"/registration/calls/{call.id}/save"
    done = owner_client.post(url, {"topic": [order.pk], "comment": "Two", "revision": "5"}).json()
    assert done["topics"] == [str(order.pk)] and done["comment"] == "Two" and done["revision"] == 5
    assert colleague_client.post(url, {"topic": [order.pk]}).status_code == 404  # was not at the call
    for hostile in ("x", "-1", "9" * 30, "1; DROP TABLE"):
        refused = owner_client.post(url, {"topic": [hostile], "revision": hostile})
        assert refused.status_code == 422 and refused.json()["reason"] == "not_offered"
    PanelSettings.objects.create(correct_within_s=0, comment_limit=20)
    too_long = owner_client.post(url, {"topic": [order.pk], "comment": "x" * 21})
    assert too_long.status_code == 422 and "at most 20 characters" in too_long.json()["error"]
    talk.hang_up("201")
    closed = owner_client.post(url, {"topic": [], "comment": ""})
    assert closed.status_code == 409 and "Ask a supervisor" in closed.json()["error"]
