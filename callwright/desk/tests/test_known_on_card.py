"""What the card says of the account called: hours, people, entries, instructions, topics (DESK-2, ACC-5)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from callwright.accounts.models import Account, KnowledgeEntry, Line
from callwright.accounts.operations.save_forwarding import RuleWish, save_rule
from callwright.accounts.operations.save_hours import save_hours
from callwright.accounts.operations.save_knowledge import save_entry
from callwright.accounts.operations.save_person import add_absence, save_person
from callwright.calls.models import Call
from callwright.desk.tests.test_card_views import JAN, LINE, answer, hang_up, make_jan, ring, url
from callwright.registration.models import Registration
from callwright.registration.queries.last_words import words_of

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def line(owner: Any, colleague: Any, account: Any) -> Line:
    """Both sit at their extensions."""
    return Line.objects.create(account=account, number=LINE, label="Orders")


def card_of(browser: Client, call: Call) -> str:
    return browser.get(url(call)).content.decode()


def a_person(account: Any, name: str, number: str = "202", **more: Any) -> int:
    return save_person(account_id=account.pk, name=name, numbers=[number], now=NOW, **more)


def away(account: Any, person: int, reason: str = "ill") -> None:
    day = NOW.date()
    days = {"begins_on": day - timedelta(days=1), "ends_on": day + timedelta(days=2)}
    add_absence(account_id=account.pk, person_id=person, **days, reason=reason, now=NOW)


def test_the_next_who_is_there_can_be_called_with_a_key(line: Any, account: Any, owner_client: Client) -> None:
    paula, peter = a_person(account, "Paula", "0201112233"), a_person(account, "Peter")
    away(account, paula)
    save_rule(
        account_id=account.pk,
        wish=RuleWish(topic="Large orders", people=[paula, peter], otherwise="<i>Mail</i>"),
        now=NOW,
    )
    shown = card_of(owner_client, ring())
    part = shown[shown.index("part-forwarding") : shown.index("</section>", shown.index("part-forwarding"))]
    assert part.index("Large orders") < part.index("Peter") < part.index("Paula") < part.index("ill")
    assert part.count('data-key="w"') == part.count('data-key="shift+w"') == 1
    assert "otherwise: <bdi>&lt;i&gt;Mail&lt;/i&gt;</bdi>" in part
    assert """hx-vals='{"to": "202"}'""" in part and "+31201112233" not in part
    save_rule(account_id=account.pk, wish=RuleWish(people=[paula]), now=NOW)
    assert "Nobody can take the call now: take a note." in card_of(owner_client, ring(key="2.2"))


def test_what_an_account_has_not_set_takes_no_room(line: Any, account: Any, owner_client: Client) -> None:
    shown = card_of(owner_client, ring())
    for part in ("part-forwarding", "part-knowledge", "part-people", "part-hours", "part-instructions", "data-lookup"):
        assert part not in shown


def test_hours_and_the_instructions_of_the_line_stand_on_the_card(
    line: Line, account: Any, owner_client: Client
) -> None:
    Account.objects.filter(pk=account.pk).update(instructions="Be kind.")
    Line.objects.filter(pk=line.pk).update(instructions="Ask for the order number.", greeting="Orders, good day!")
    save_hours(account_id=account.pk, spans={}, call_back_within_s=None, holidays_country="NL", now=NOW)
    shown = card_of(owner_client, ring())
    assert shown.index("Ask for the order number.") < shown.index("Be kind.")
    assert "Orders, good day!" in shown and ("Open around the clock" in shown or "Closed until" in shown)
    weekday = datetime.now().astimezone().weekday()
    never = {(weekday + 3) % 7: [(60, 120)]}
    save_hours(account_id=account.pk, spans=never, call_back_within_s=None, now=NOW)
    assert "Closed until" in card_of(owner_client, ring(key="2.2"))


def test_last_calls_say_what_they_were_about(
    line: Any, account: Any, owner: Any, colleague: Any, owner_client: Client, django_assert_num_queries: Any
) -> None:
    make_jan(account)
    before = ring(key="0.9")
    answer(before, "201")
    hang_up(before, "201")
    known = {"account": account, "call_id": before.pk, "direction": "inbound", "started_at": before.started_at}
    known |= {"local_day": before.started_at.date(), "created_at": NOW, "updated_at": NOW}
    for by, words, comment in (
        (owner, [["Reason", "", "Order"], ["Reason", "Complaint", "<b>Late</b>"]], "Wants it on Friday"),
        (colleague, [["Reason", "", "Order"]], ""),
    ):
        Registration.objects.create(id=uuid4(), by=by, words=words, comment=comment, **known)
    with django_assert_num_queries(1):
        about = words_of(account.pk, [before.pk])[before.pk]
    assert (about.topics, about.comments) == (("Order", "Complaint: <b>Late</b>"), ("Wants it on Friday",))
    shown = card_of(owner_client, ring())
    assert "Complaint: &lt;b&gt;Late&lt;/b&gt;" in shown and "Wants it on Friday" in shown and "<b>Late" not in shown


def test_entries_are_looked_up_by_those_on_whose_desk_the_call_stands(
    line: Any, account: Any, owner: Any, owner_client: Client, colleague_client: Client, outsider_client: Client,
    customer_client: Client,
) -> None:  # fmt: skip
    for title in ("Opening hours", "Prices"):
        save_entry(account_id=account.pk, title=title, text="<i>From</i> nine.", pinned=False, by=owner.pk, now=NOW)
    a_person(account, "Paula Baker", role="Owner")
    call = ring()
    found = owner_client.get(url(call, "look-up?q=opening")).content.decode()
    assert "Opening hours" in found and "Prices" not in found and "&lt;i&gt;From" in found and " open>" in found
    assert "Paula Baker" in owner_client.get(url(call, "look-up?q=owner")).content.decode()
    assert owner_client.get(url(call, "look-up")).content.decode().count("data-entry") == 2
    assert "Nothing found" in owner_client.get(url(call, "look-up?q=zebra")).content.decode()
    entry = KnowledgeEntry.objects.get(title="Prices").pk
    assert owner_client.get(url(call, f"look-up?entry={entry}")).content.decode().index("Prices") < 400
    for browser, status in ((colleague_client, 404), (outsider_client, 404), (customer_client, 403)):
        assert browser.get(url(call, "look-up?q=opening")).status_code == status


def test_entries_of_other_accounts_are_never_shown(
    line: Any, account: Any, other_account: Any, owner: Any, owner_client: Client
) -> None:
    save_entry(account_id=account.pk, title="Ours", text="", pinned=True, by=owner.pk, now=NOW)
    foreign = save_entry(account_id=other_account.pk, title="Theirs", text="", pinned=True, by=owner.pk, now=NOW)
    call = ring()
    assert "Theirs" not in card_of(owner_client, call)
    for query in ("", "?q=theirs", f"?entry={foreign}"):
        assert b"Theirs" not in owner_client.get(url(call, f"look-up{query}")).content


def test_all_that_is_known_of_an_account_costs_no_statement_more(
    line: Any, account: Any, owner: Any, owner_client: Client
) -> None:
    make_jan(account)
    for number in range(3):
        before = ring(key=f"0.{number}")
        answer(before, "201")
        hang_up(before, "201")
    few = _statements(owner_client, ring(key="1.1"))
    ids = [a_person(account, f"Person {number}") for number in range(12)]
    for person in ids:
        away(account, person)
        save_rule(account_id=account.pk, wish=RuleWish(topic=f"Topic {person}", people=ids), now=NOW)
    for number in range(30):
        save_entry(account_id=account.pk, title=f"Entry {number}", text="x", pinned=True, by=owner.pk, now=NOW)
    assert _statements(owner_client, ring(key="1.2", number=JAN)) == few


def _statements(browser: Client, call: Call) -> int:
    browser.get(url(call))
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url(call)).status_code == 200
    return len(caught)
