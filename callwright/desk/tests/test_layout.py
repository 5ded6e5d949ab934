"""The layout of the card: who may set it, versions, and a preview that is the desk's own card (DESK-2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from callwright.accounts.models import Account, KnowledgeEntry, Line, Organisation
from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Contact, CustomField
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.desk.drawing import draw_card
from callwright.desk.queries.card import card_of
from callwright.desk.rules import (
    FIRST,
    HIDDEN,
    SECOND,
    OwnField,
    default_layout,
    layout_from,
    layout_to_store,
)
from callwright.live.models import LiveEvent
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
LINE, JAN = "+31201234567", "+31612345678"
FIELDS = [OwnField("plate", True), OwnField("shoe", False)]


@pytest.fixture
def bureau(db: None) -> Organisation:
    return Organisation.objects.create(pk=1, kind="bureau", name="Answer & Co")


@pytest.fixture
def jan(account: Any) -> int:
    Line.objects.create(account=account, number=LINE, label="Orders")
    CustomField.objects.create(code="plate", label="Number plate", kind="text", on_card=True)
    contact = create_contact(
        account_id=account.pk, kind="person", by=None, now=datetime.now(UTC), numbers=[NewNumber(JAN)],
        values={"first_name": "Jan", "surname": "de Vries", "warning": "Allergic"},
    )  # fmt: skip
    Contact.objects.filter(pk=contact).update(custom={"plate": "AB-12"})
    return contact


def a_call(key: str = "1.1", *, ended: bool = True, ago: timedelta = timedelta(minutes=5)) -> Call:
    at, base = datetime.now(UTC) - ago, {"pbx": "main", "call": key}
    number = {"from_number": JAN, "to_number": LINE, "dialled_number": LINE}
    events: list[Any] = [
        e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, **number),
        e.LegRinging(**base, at=at, leg=f"{key}-201", party="201"),
        e.LegAnswered(**base, at=at, leg=f"{key}-201"),
        e.TalkStarted(**base, at=at),
    ]
    if ended:
        at += timedelta(seconds=50)
        leg = e.LegEnded(**base, at=at, leg=f"{key}-201", result=e.LegResult.ANSWERED)
        events += [e.TalkEnded(**base, at=at), leg, e.CallEnded(**base, at=at)]
    apply_events(events, now=at)
    return Call.objects.get(pbx_key=key)


def test_only_supervisors_and_only_of_accounts_that_they_see(
    bureau: Any, supervisor_client: Client, owner_client: Client, account: Any, other_account: Any
) -> None:
    for address in ("/desk/layout/", "/desk/layout/calls", f"/desk/layout/{account.pk}/"):
        assert owner_client.get(address).status_code == 403
    assert owner_client.post("/desk/layout/preview", {}).status_code == 403
    assert supervisor_client.get(f"/desk/layout/{account.pk}/").status_code == 200
    for address in (f"/desk/layout/{other_account.pk}/", f"/desk/layout/calls?account={other_account.pk}"):
        assert supervisor_client.get(address).status_code == 404
    sent = {"first": ["name"], "version": 0}
    assert supervisor_client.post(f"/desk/layout/{other_account.pk}/", sent).status_code == 404
    assert not Account.objects.exclude(card_layout=[]).exists()


def test_what_holds_for_all_is_set_by_those_who_see_all(
    bureau: Any, supervisor: Any, browser_of: Any, account: Any
) -> None:
    browser = browser_of(supervisor)
    assert browser.get("/desk/layout/").headers["Location"] == f"/desk/layout/{account.pk}/"
    assert browser.post("/desk/layout/", {"first": ["name"], "version": 0}).status_code == 403
    assert "All accounts" not in browser.get(f"/desk/layout/{account.pk}/").content.decode()
    assert Organisation.objects.get().card_layout == []
    supervisor.all_accounts = True
    supervisor.save()
    assert browser.get("/desk/layout/").status_code == 200
    assert browser.post("/desk/layout/", {"first": ["name"], "version": 0}).status_code == 302
    assert Organisation.objects.get().card_layout == [{"part": "name", "zone": "first"}]


def test_a_supervisor_without_accounts_is_told_so(bureau: Any, make_user: Any, browser_of: Any) -> None:
    assert browser_of(make_user("sam", role="supervisor")).get("/desk/layout/").status_code == 403


def test_an_accounts_layout_is_its_own_and_goes_back_to_that_of_all(
    supervisor: Any, supervisor_client: Client, account: Any
) -> None:
    address = f"/desk/layout/{account.pk}/"
    sent = {"first": ["warning", "name"], "hidden": ["photo"], "version": 0}
    assert supervisor_client.post(address, sent).status_code == 302
    kept = Account.objects.get(pk=account.pk)
    assert kept.card_layout == [
        {"part": "warning", "zone": "first"}, {"part": "name", "zone": "first"}, {"part": "photo", "zone": "hidden"},
    ]  # fmt: skip
    assert (kept.card_layout_version, kept.card_layout_by_id) == (1, supervisor.pk) and kept.card_layout_at
    assert "Saved by Sofia" in supervisor_client.get(address).content.decode()
    assert LiveEvent.objects.filter(topic="accounts", name="layout", key=str(account.pk)).exists()
    assert supervisor_client.post(address, {"first": ["name", "name"], "version": 1}).status_code == 400
    assert supervisor_client.post(address, {"default": "1", "version": 1}).status_code == 302
    assert Account.objects.get(pk=account.pk).card_layout == []


def test_of_two_who_save_at_once_the_second_is_told_and_nothing_is_lost(
    supervisor_client: Client, account: Any, make_user: Any, browser_of: Any
) -> None:
    other = browser_of(make_user("simon", role="supervisor", accounts=[account]))
    address = f"/desk/layout/{account.pk}/"
    assert supervisor_client.post(address, {"first": ["name"], "version": 0}).status_code == 302
    second = other.post(address, {"first": ["warning"], "hidden": ["photo"], "version": 0})
    page = second.content.decode()
    assert second.status_code == 409 and "Sofia saved another layout meanwhile" in page
    assert page.index('data-part="warning"') < page.index('data-part="account"')  # theirs still stands there
    assert Account.objects.get(pk=account.pk).card_layout == [{"part": "name", "zone": "first"}]
    assert 'name="version" value="1"' in page
    assert other.post(address, {"first": ["warning"], "version": 1}).status_code == 302
    assert Account.objects.get(pk=account.pk).card_layout == [{"part": "warning", "zone": "first"}]
    for version in ("", "x", "-1", "99"):
        assert other.post(address, {"first": ["name"], "version": version}).status_code == 409


def test_the_preview_is_the_card_as_the_desk_draws_it(
    supervisor: Any, owner: Any, supervisor_client: Client, jan: int, account: Any
) -> None:
    Account.objects.filter(pk=account.pk).update(greeting="Good morning!", instructions="Ask for the order number.")
    KnowledgeEntry.objects.create(account=account, title="Opening", text="At **nine**.", pinned=True)
    a_call("0.9", ago=timedelta(days=2))
    call = a_call()
    zones = layout_from([{"part": "warning", "zone": "first"}, {"part": "photo", "zone": "hidden"}], FIELDS[:1])
    Account.objects.filter(pk=account.pk).update(card_layout=layout_to_store(zones, FIELDS[:1]))
    now = datetime.now(UTC)
    with translation.override("en"), timezone.override(owner.time_zone):
        card = card_of(owner, call.pk, language="en", now=now)
        assert card is not None
        on_desk = draw_card(card, may_edit=True, now=now)
    Account.objects.filter(pk=account.pk).update(card_layout=[])
    shown = supervisor_client.post("/desk/layout/preview", {"call": call.pk, **zones}).content.decode()
    assert _still(shown) == _still(on_desk)
    assert (
        "AB-12" in shown and "Good morning!" in shown and "<strong>nine</strong>" in shown and "Jan de Vries" in shown
    )
    assert shown.index("Allergic") < shown.index("Good morning!")
    assert Account.objects.get(pk=account.pk).card_layout == []  # nothing was saved


def _still(html: str) -> list[str]:
    return [line.strip() for line in html.splitlines() if line.strip() and "data-now" not in line]


def test_a_part_that_is_left_out_is_not_in_the_preview(supervisor_client: Client, owner: Any, jan: int) -> None:
    call = a_call()
    shown = supervisor_client.post("/desk/layout/preview", {"call": call.pk, "hidden": ["warning", "field:plate"]})
    assert b"Allergic" not in shown.content and b"AB-12" not in shown.content
    gone = supervisor_client.post("/desk/layout/preview", {"call": call.pk, "first": ["field:gone", "name"]})
    assert gone.status_code == 200 and b"Jan de Vries" in gone.content  # the field went while it stood there
    for wrong in ({"call": call.pk, "first": ["name", "name"]}, {"call": "x"}, {"first": ["name"]}):
        assert supervisor_client.post("/desk/layout/preview", wrong).status_code == 400


def test_calls_of_others_and_calls_that_go_on_are_no_preview(
    supervisor_client: Client, owner: Any, make_user: Any, browser_of: Any, other_account: Any, jan: int
) -> None:
    call, talking = a_call(), a_call("2.2", ended=False)
    elsewhere = browser_of(make_user("sam", role="supervisor", accounts=[other_account]))
    assert elsewhere.post("/desk/layout/preview", {"call": call.pk}).status_code == 404
    assert supervisor_client.post("/desk/layout/preview", {"call": talking.pk}).status_code == 404
    assert b"Jan de Vries" not in elsewhere.get("/desk/layout/calls").content
    found = supervisor_client.get("/desk/layout/calls?list=l").content.decode()
    assert str(call.pk) in found and str(talking.pk) not in found


def test_past_calls_are_found_by_name_and_number(supervisor_client: Client, owner: Any, jan: int, account: Any) -> None:
    call = a_call()
    for text, finds in (("vries", True), ("12345678", True), ("nobody", False), ("99999999", False)):
        found = supervisor_client.get(f"/desk/layout/calls?account={account.pk}&search={text}").content.decode()
        assert (str(call.pk) in found) is finds, text
    page = supervisor_client.get(f"/desk/layout/{account.pk}/").content.decode()
    assert f'value="{call.pk}"' in page


def test_own_fields_are_parts_that_can_stand_anywhere() -> None:
    zones = layout_from([{"part": "field:shoe", "zone": "first"}], FIELDS)
    assert zones[FIRST][0] == "field:shoe" and "field:plate" in zones[SECOND]
    assert "field:shoe" in layout_from([], FIELDS)[HIDDEN]
    assert "field:shoe" not in str(layout_from([{"part": "field:shoe", "zone": "first"}]))  # the field went
    assert layout_to_store({"first": ["field:gone"]}, FIELDS) == []


def test_layouts_of_earlier_versions_show_all_own_fields_where_the_block_stood() -> None:
    zones = layout_from([{"part": "custom", "zone": "first"}, {"part": "name", "zone": "first"}], FIELDS)
    assert zones[FIRST][:2] == ("field:plate", "name")
    assert sorted(part for parts in zones.values() for part in parts) == sorted(p for p, _ in default_layout(FIELDS))
