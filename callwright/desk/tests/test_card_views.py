"""The card through its own addresses: who gets it, what it shows, what is saved (DESK-1 to 7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import Account, Line, NoteRecipient
from callwright.calls.models import Call, CallNote
from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Contact, ContactNumber
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.live.models import LiveEvent
from callwright.staff.models import PauseReason
from callwright.staff.operations.set_state import set_state
from callwright.telephony import events as e
from callwright.telephony.models import Command

pytestmark = pytest.mark.django_db
LINE, JAN = "+31201234567", "+31612345678"


@pytest.fixture
def seated(owner: Any, colleague: Any, account: Any) -> None:
    """Both sit at their extensions, and the account has a line."""
    Line.objects.create(account=account, number=LINE, label="Orders")
    Account.objects.filter(pk=account.pk).update(greeting="Good morning, bakery!")


def ring(number: str | None = JAN, to: tuple[str, ...] = ("201",), key: str = "1.1") -> Call:
    now, base = datetime.now(UTC), {"pbx": "main", "call": key}
    apply_events(
        [
            e.CallStarted(
                **base, at=now, direction=e.Direction.INBOUND, from_number=number, to_number=LINE, dialled_number=LINE
            ),
            *(e.LegRinging(**base, at=now, leg=f"{key}-{one}", party=one) for one in to),
        ],
        now=now,
    )
    return Call.objects.get(pbx_key=key)


def answer(call: Call, extension: str, *others: str) -> None:
    now, base = datetime.now(UTC), {"pbx": "main", "call": call.pbx_key}
    lost = [
        e.LegEnded(**base, at=now, leg=f"{call.pbx_key}-{one}", result=e.LegResult.ANSWERED_ELSEWHERE) for one in others
    ]
    leg = e.LegAnswered(**base, at=now, leg=f"{call.pbx_key}-{extension}")
    apply_events([leg, e.TalkStarted(**base, at=now), *lost], now=now)


def hang_up(call: Call, extension: str) -> None:
    now, base = datetime.now(UTC) + timedelta(seconds=30), {"pbx": "main", "call": call.pbx_key}
    leg = e.LegEnded(**base, at=now, leg=f"{call.pbx_key}-{extension}", result=e.LegResult.ANSWERED)
    apply_events([e.TalkEnded(**base, at=now), leg, e.CallEnded(**base, at=now)], now=now)


def make_jan(account: Any, **values: str) -> int:
    return create_contact(
        account_id=account.pk, kind="person", by=None, now=datetime.now(UTC), numbers=[NewNumber(JAN)],
        values={"first_name": "Jan", "surname": "de Vries", **values},
    )  # fmt: skip


def url(call: Call, part: str = "") -> str:
    return f"/desk/calls/{call.id}/{part}"


def test_whose_phone_rings_gets_the_card_and_nobody_else(
    seated: None, owner_client: Client, colleague_client: Client, outsider_client: Client,
    customer_client: Client, stranger_client: Client,
) -> None:  # fmt: skip
    call = ring()
    shown = owner_client.get(url(call)).content.decode()
    assert "Baker &amp; Sons" in shown and "Good morning, bakery!" in shown and "INBOUND CALL" in shown
    for part in ("", "state", "body", "work", "find?q=x"):
        assert owner_client.get(url(call, part)).status_code == 200, part
        assert colleague_client.get(url(call, part)).status_code == 404, part
        assert outsider_client.get(url(call, part)).status_code == 404, part
        assert customer_client.get(url(call, part)).status_code == 403, part
        assert stranger_client.get(url(call, part)).status_code == 302, part


@pytest.mark.parametrize("part", ["contact", "caller", "note", "done", "back", "order/hangup"])
def test_nobody_else_may_change_it(
    seated: None, part: str, colleague_client: Client, outsider_client: Client, stranger_client: Client
) -> None:
    call = ring()
    values = {"text": "x", "first_name": "x", "contact": "1"}
    assert colleague_client.post(url(call, part), values).status_code == 404
    assert outsider_client.post(url(call, part), values).status_code == 404
    assert stranger_client.post(url(call, part), values).status_code == 302
    assert not CallNote.objects.exists() and not Contact.objects.exists() and not Command.objects.exists()


def test_the_card_takes_a_fixed_number_of_queries(
    seated: None, owner_client: Client, account: Any, django_assert_max_num_queries: Any
) -> None:
    make_jan(account, warning="Allergic")
    for number in range(3):
        hang_up_after_talk(ring(key=f"old-{number}"))
    call = ring()
    owner_client.get(url(call))
    with django_assert_max_num_queries(23):
        assert b"Allergic" in owner_client.get(url(call)).content
    with django_assert_max_num_queries(9):
        assert b"data-state" in owner_client.get(url(call, "state")).content


def hang_up_after_talk(call: Call) -> None:
    answer(call, "201")
    hang_up(call, "201")


def test_a_colleague_took_it(seated: None, owner_client: Client, colleague_client: Client) -> None:
    call = ring(to=("201", "202"))
    assert owner_client.get(url(call)).status_code == colleague_client.get(url(call)).status_code == 200
    answer(call, "202", "201")
    taken = owner_client.get(url(call, "state")).content.decode()
    assert 'data-state="taken" data-closes' in taken and "Taken by Carl" in taken
    assert owner_client.get(url(call)).status_code == 204
    assert 'data-state="talking"' in colleague_client.get(url(call, "state")).content.decode()
    assert owner_client.get("/desk/open").json() == {"calls": []}
    assert colleague_client.get("/desk/open").json() == {"calls": [str(call.id)]}


def test_an_ended_call_stays_until_it_is_put_away_and_can_come_back(
    seated: None, owner: Any, owner_client: Client
) -> None:
    call = ring()
    hang_up_after_talk(call)
    assert owner_client.get("/desk/open").json() == {"calls": [str(call.id)]}
    assert owner_client.post(url(call, "done")).status_code == 204
    assert owner_client.get("/desk/open").json() == {"calls": []}
    assert owner_client.get(url(call)).status_code == 204
    assert LiveEvent.objects.filter(topic=f"desk:{owner.pk}", name="dismissed", key=str(call.id)).exists()
    owner_client.post(url(call, "back"))
    assert owner_client.get("/desk/open").json() == {"calls": [str(call.id)]}


def test_a_note_is_saved_as_it_is_typed_with_the_accounts_recipients(
    seated: None, owner: Any, owner_client: Client, account: Any, other_account: Any
) -> None:
    mine = NoteRecipient.objects.create(account=account, name="Mr Baker", email="baker@example.com")
    foreign = NoteRecipient.objects.create(account=other_account, name="Spy", email="spy@example.com")
    call = ring()
    for text in ("Wants", "Wants 40 breads", "Wants 40 breads"):
        values = {"text": text, "recipient": [mine.pk, foreign.pk]}
        saved = owner_client.post(url(call, "note"), values).json()
        assert saved["saved"] and "It is sent by itself after the call, to <bdi>Mr Baker</bdi>." in saved["state"]
    note = CallNote.objects.get()
    assert (note.text, note.by_id, note.account_id) == ("Wants 40 breads", owner.pk, account.pk)
    assert [one["name"] for one in note.recipients] == ["Mr Baker"]
    assert "Wants 40 breads" in owner_client.get(url(call, "work")).content.decode()
    assert owner_client.post(url(call, "note"), {"text": "x" * 20_001}).status_code == 422


def test_what_is_typed_of_an_unknown_caller_makes_one_contact(seated: None, owner_client: Client) -> None:
    call = ring()
    shown = owner_client.get(url(call)).content.decode()
    assert "06 12345678" in shown and "Netherlands" in shown and 'name="first_name"' in shown
    owner_client.post(url(call, "caller"), {"first_name": "J"})
    owner_client.post(url(call, "caller"), {"first_name": "Jan", "surname": "de Vries"})
    contact = Contact.objects.get()
    call.refresh_from_db()
    assert (contact.name, call.contact_id) == ("Jan de Vries", contact.pk)
    hang_up_after_talk(call)
    assert "Jan de Vries" in owner_client.get(url(ring(key="2.2"))).content.decode()


def test_what_is_typed_of_a_caller_is_not_written_into_a_contact_chosen_meanwhile(
    seated: None, owner_client: Client, account: Any
) -> None:
    call = ring()
    eva = create_contact(
        account_id=account.pk, kind="person", by=None, now=datetime.now(UTC) - timedelta(days=1),
        numbers=[NewNumber("+31201112233")], values={"first_name": "Eva", "warning": "Pays late"},
    )  # fmt: skip
    Contact.objects.filter(pk=eva).update(created_at=datetime.now(UTC) - timedelta(days=1))
    owner_client.post(url(call, "contact"), {"contact": eva, "attach": "1"})
    answer = owner_client.post(url(call, "caller"), {"first_name": "Pe", "surname": "", "warning": "", "contact": ""})
    assert (answer.status_code, Contact.objects.get().warning) == (422, "Pays late")
    saved = owner_client.post(url(call, "caller"), {"first_name": "Eva", "warning": "Paid", "contact": eva})
    assert saved.json() == {"saved": True, "contact": eva} and Contact.objects.get().warning == "Paid"


@pytest.mark.parametrize(("policy", "number"), [("never", JAN), ("offer", None), ("offer", "12")])
def test_nobody_is_kept_who_must_not_or_cannot_be(
    seated: None, owner_client: Client, account: Any, policy: str, number: str | None
) -> None:
    Account.objects.filter(pk=account.pk).update(unknown_callers=policy)
    call = ring(number)
    assert 'name="first_name"' not in owner_client.get(url(call)).content.decode()
    assert owner_client.post(url(call, "caller"), {"first_name": "Jan"}).status_code == 422
    assert not Contact.objects.exists()


def test_a_known_client_on_a_new_number_is_found_and_the_number_added(
    seated: None, owner_client: Client, account: Any
) -> None:
    jan = make_jan(account)
    call = ring("+31301112222")
    assert "Add this number" in owner_client.get(url(call, "find?q=vries")).content.decode()
    assert owner_client.post(url(call, "contact"), {"contact": jan, "attach": "1"}).status_code == 204
    call.refresh_from_db()
    assert call.contact_id == jan
    assert ContactNumber.objects.filter(contact_id=jan, number="+31301112222").exists()
    assert LiveEvent.objects.filter(topic__startswith="desk:", name="contact", key=str(call.id)).exists()


def test_another_accounts_contact_cannot_be_put_on_the_call(
    seated: None, owner_client: Client, other_account: Any
) -> None:
    foreign = make_jan(other_account)
    call = ring()
    assert "Add this number" not in owner_client.get(url(call, "find?q=vries")).content.decode()
    assert owner_client.post(url(call, "contact"), {"contact": foreign, "attach": "1"}).status_code == 404
    call.refresh_from_db()
    assert call.contact_id is None


def test_several_contacts_on_one_number_are_offered_and_the_choice_is_kept(
    seated: None, owner_client: Client, account: Any
) -> None:
    jan = make_jan(account)
    piet = make_jan(account, first_name="Piet")
    ContactNumber.objects.filter(contact_id=piet).update(last_spoken_at=datetime.now(UTC))
    call = ring()
    shown = owner_client.get(url(call)).content.decode()
    assert call.contact_id == piet
    assert shown.index(f'"contact": "{piet}"') < shown.index(f'"contact": "{jan}"')
    owner_client.post(url(call, "contact"), {"contact": jan})
    answer(call, "201")
    call.refresh_from_db()
    assert call.contact_id == jan and not Command.objects.exists()


def test_a_call_that_rings_or_is_over_is_handed_to_nobody(seated: None, owner_client: Client) -> None:
    call = ring()
    for step in (lambda: None, lambda: (answer(call, "201"), hang_up(call, "201"))):
        step()
        refused = owner_client.post(url(call, "order/blind_transfer"), {"to": "202"})
        assert "There is nobody to transfer" in refused.headers["HX-Trigger"]
    assert not Command.objects.exists()


def test_html_in_a_callers_name_stays_text(seated: None, owner_client: Client, account: Any) -> None:
    make_jan(account, surname="<script>alert(1)</script>", warning="<b>x</b>")
    shown = owner_client.get(url(ring())).content.decode()
    assert "<script>" not in shown and "<b>x</b>" not in shown and "&lt;script&gt;" in shown


def test_call_controls_become_orders_for_this_leg(seated: None, owner_client: Client, pbx: Any) -> None:
    call = ring()
    answer(call, "201")
    for verb in ("hold", "hangup"):
        assert owner_client.post(url(call, f"order/{verb}")).status_code == 204
    owner_client.post(url(call, "order/blind_transfer"), {"to": "020 765 43 21"})
    assert list(Command.objects.order_by("id").values_list("verb", "arguments")) == [
        ("hold", {"call": "1.1", "leg": "1.1-201"}),
        ("hangup", {"call": "1.1", "leg": "1.1-201"}),
        ("blind_transfer", {"call": "1.1", "leg": "1.1-201", "to": "+31207654321"}),
    ]
    refused = owner_client.post(url(call, "order/blind_transfer"), {"to": "rubbish"})
    assert "no number that can be called" in refused.headers["HX-Trigger"]
    assert "Answer at the phone" in owner_client.post(url(call, "order/answer")).headers["HX-Trigger"]
    assert owner_client.post(url(call, "order/explode")).status_code == 404


def test_asking_before_a_transfer_is_shown_until_it_is_done(seated: None, owner_client: Client) -> None:
    call = ring()
    answer(call, "201")
    owner_client.post(url(call, "order/attended_transfer"), {"to": "202"})
    assert "You are asking" not in owner_client.get(url(call, "state")).content.decode()
    Command.objects.update(state="done")
    asking = owner_client.get(url(call, "state")).content.decode()
    assert "You are asking" in asking and "complete_transfer" in asking and "cancel_transfer" in asking
    for verb in ("attended_transfer", "blind_transfer"):
        refused = owner_client.post(url(call, f"order/{verb}"), {"to": "203"})
        assert "Somebody is being asked already" in refused.headers["HX-Trigger"]
    owner_client.post(url(call, "order/cancel_transfer"))
    Command.objects.update(state="done")
    assert "You are asking" not in owner_client.get(url(call, "state")).content.decode()


def test_the_slim_form_keeps_the_name_and_wrap_up_is_counted_down(
    seated: None, owner: Any, owner_client: Client, account: Any
) -> None:
    make_jan(account)
    PauseReason.objects.create(code="lunch", label="Lunch")
    set_state(user_id=owner.pk, choice="ready", now=datetime.now(UTC))
    call = ring()
    apply_events(
        [e.QueueJoined(pbx="main", call=call.pbx_key, at=call.started_at, queue="orders")], now=datetime.now(UTC)
    )
    assert "<bdi>Jan de Vries</bdi>" in owner_client.get(url(call, "state")).content.decode()
    answer(call, "201")
    hang_up(call, "201")
    ended = owner_client.get(url(call, "state")).content.decode()
    assert 'data-state="ended"' in ended and "Wrap-up ends in" in ended and "data-until" in ended
    assert "Wrap-up ends in" in owner_client.get("/desk/me").content.decode()
