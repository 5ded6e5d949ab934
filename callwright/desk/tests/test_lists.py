"""The desk's lists of calls: the agent's own of today, and the missed ones to return."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Category, Contact, ContactNumber
from callwright.desk.tests.test_card_views import answer, hang_up, ring, seated
from callwright.staff.models import AccountRight, User
from callwright.staff.queries.rights import account_scope, sees_all_accounts, visible_account_ids
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
__all__ = ["seated"]


@pytest.fixture
def vera(account: Any) -> Any:
    category = Category.objects.create(name="VIP", colour="violet", icon="star")
    vera = Contact.objects.create(account=account, name="Vera Vip", category=category, photo="photos/a/b.jpg")
    ContactNumber.objects.create(account=account, contact=vera, number="+31301234567")
    return vera


def call(key: str, *, answered: bool, number: str | None = "+31301234567") -> None:
    rung = ring(number=number, key=key)
    if answered:
        answer(rung, "201")
        return hang_up(rung, "201")
    now, base = datetime.now(UTC), {"pbx": "main", "call": key}
    leg = e.LegEnded(**base, at=now, leg=f"{key}-201", result=e.LegResult.CANCELLED)
    apply_events([leg, e.CallEnded(**base, at=now, hangup_by=e.Side.CALLER)], now=now)


def test_a_missed_call_shows_who_it_was(seated: None, owner_client: Client, vera: Any) -> None:
    call("1.1", answered=False)
    shown = owner_client.get("/desk/lists").content.decode()
    assert "1 missed call to return" in shown and shown.count("Vera Vip") == 2
    assert "VIP" in shown and 'data-tone="violet"' in shown and f"/contacts/{vera.pk}/photo" in shown
    assert "No calls yet today" in shown


def test_own_calls_carry_the_names_of_their_contacts(seated: None, owner_client: Client, vera: Any) -> None:
    call("1.1", answered=True)
    shown = owner_client.get("/desk/lists").content.decode()
    assert "Vera Vip" in shown[shown.index('data-for="today"') : shown.index('data-for="idle"')]
    assert "Nothing to return" in shown


def test_a_line_of_own_calls_is_written_for_whoever_reads_it(
    seated: None, owner: Any, owner_client: Client, vera: Any
) -> None:
    call("1.1", answered=True, number=None)
    call("1.2", answered=True)
    Contact.objects.filter(pk=vera.pk).update(name="<b>Vera</b> & Co")
    shown = owner_client.get("/desk/lists").content.decode()
    assert "Number withheld" in shown and "&lt;b&gt;Vera&lt;/b&gt; &amp; Co" in shown and "<b>Vera" not in shown
    assert f'<li data-listed-contact="{vera.pk}">' in shown and "Inbound call, answered" in shown and "(UTC)" in shown
    User.objects.filter(pk=owner.pk).update(language="nl", time_zone="Asia/Riyadh")
    shown = owner_client.get("/desk/lists").content.decode()
    assert "Number withheld" not in shown
    assert "(Asia/Riyadh)" in shown and "(UTC)" not in shown and "Inbound call, answered" not in shown


def test_the_lists_take_one_query_each(
    seated: None, owner_client: Client, vera: Any, django_assert_num_queries: Any
) -> None:
    call("1.1", answered=True)
    call("1.2", answered=False)
    # The session, its user, where they sit, and the two lists; that one of them is planned once takes two words more.
    with django_assert_num_queries(7):
        owner_client.get("/desk/lists")


@pytest.mark.parametrize("answered", [True, False])
def test_calls_of_an_account_that_one_may_no_longer_see_are_gone(
    seated: None, owner: Any, owner_client: Client, vera: Any, answered: bool
) -> None:
    call("1.1", answered=answered)
    assert "Vera Vip" in owner_client.get("/desk/lists").content.decode()
    AccountRight.objects.filter(user=owner).delete()
    assert "Vera Vip" not in owner_client.get("/desk/lists").content.decode()
    User.objects.filter(pk=owner.pk).update(all_accounts=True)
    assert "Vera Vip" in owner_client.get("/desk/lists").content.decode()


def test_a_statement_sees_what_the_viewer_sees(make_user: Any, account: Any) -> None:
    agent = make_user("ada", accounts=[account])
    assert account_scope(agent) == {"viewer": agent.pk, "all_accounts": False}
    chief = make_user("bea", role="administrator", all_accounts=True)
    assert account_scope(chief)["all_accounts"] and visible_account_ids(chief) is None
    customer = make_user("cem", role="customer", all_accounts=True, accounts=[account])
    assert not sees_all_accounts(customer) and visible_account_ids(customer) == {account.pk}
    chief.is_active = False
    assert account_scope(chief) == {"viewer": None, "all_accounts": False} and visible_account_ids(chief) == frozenset()
