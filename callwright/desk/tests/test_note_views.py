"""The note through the desk's own addresses: asked twice it is sent once, and no word goes with the card (ACC-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import Call, CallNote, NoteSending
from callwright.calls.operations.apply_events import apply_events
from callwright.desk.tests.test_card_views import answer, ring, seated, url
from callwright.live.operations.forget_old import forget_old
from callwright.messaging.models import Mail
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
__all__ = ["seated"]


@pytest.fixture
def office(account: Any) -> NoteRecipient:
    return NoteRecipient.objects.create(account=account, name="Office", email="office@baker.example")


def became_part(gone: Call, into: Call) -> None:
    now = datetime.now(UTC)
    apply_events([e.CallMerged(pbx="main", call=gone.pbx_key, at=now, into=into.pbx_key)], now=now)


def test_a_wish_that_was_met_is_not_met_again_whatever_was_typed_since(
    seated: None, owner_client: Client, office: NoteRecipient
) -> None:
    call = ring()
    asked = {"text": "Wants 40", "recipient": [office.pk], "wish": "w1"}
    assert owner_client.post(url(call, "note/send"), asked).status_code == 200
    owner_client.post(url(call, "note"), {"text": "Wants 40 and to be cal", "recipient": [office.pk]})
    again = owner_client.post(url(call, "note/send"), asked)  # the answer was lost
    assert again.status_code == 200 and "It was changed since." in again.json()["state"]
    assert (CallNote.objects.get().text, Mail.objects.count()) == ("Wants 40 and to be cal", 1)
    assert owner_client.post(url(call, "note/send"), {**asked, "text": "Wants 50", "wish": "w2"}).status_code == 200
    assert list(NoteSending.objects.order_by("version").values_list("text", "wish")) == [
        ("Wants 40", "w1"), ("Wants 50", "w2"),
    ]  # fmt: skip


def test_boxes_drawn_for_another_account_choose_nobody_and_forget_nobody(
    seated: None, owner_client: Client, office: NoteRecipient, other_account: Any
) -> None:
    foreign = NoteRecipient.objects.create(account=other_account, name="Spy", email="spy@example.com")
    call = ring()
    assert f'name="account" value="{call.account_id}"' in owner_client.get(url(call, "work")).content.decode()
    for ids in ([foreign.pk], []):
        values = {"text": f"Wants {len(ids)}", "recipient": ids, "account": other_account.pk}
        owner_client.post(url(call, "note"), values)
        assert [one["email"] for one in CallNote.objects.get().recipients] == ["office@baker.example"]
    owner_client.post(url(call, "note"), {"text": "Wants", "account": call.account_id})
    assert CallNote.objects.get().recipients == []


@pytest.mark.parametrize("part", ["note", "work"])
def test_a_call_that_became_part_of_another_says_of_which(
    seated: None, owner_client: Client, colleague_client: Client, part: str
) -> None:
    main, consult = ring(), ring(None, key="2.2")
    answer(main, "201")
    became_part(consult, main)
    ask = owner_client.get if part == "work" else owner_client.post
    said = ask(url(consult, part), {"text": "More"})
    assert (said.status_code, said["X-Became"]) == (410, str(main.id))
    ask = colleague_client.get if part == "work" else colleague_client.post
    assert ask(url(consult, part), {"text": "More"}).status_code == 404
    assert not CallNote.objects.exists()


@pytest.mark.parametrize(
    ("there", "saved", "text", "sent"),
    [
        ("Olivia asks", "Bob: 40", "Bob: 40 at most", "Olivia asks\nBob: 40 at most"),
        ("Olivia asks", "Bob: 400", "Bob: 40", "Olivia asks\nBob: 40"),
        ("", "", "Bob: 40", "Bob: 40"),
        ("Olivia asks", "Bob: 40", "Bob: 40", "Olivia asks\nBob: 40"),
    ],
)
def test_what_was_to_be_sent_of_a_call_that_is_part_of_another_is_sent_with_that(
    seated: None, owner_client: Client, colleague_client: Client, office: NoteRecipient,
    there: str, saved: str, text: str, sent: str,
) -> None:  # fmt: skip
    main, consult = ring(), ring(None, key="2.2")
    answer(main, "201")
    owner_client.post(url(main, "note"), {"text": there})
    owner_client.post(url(consult, "note"), {"text": saved})
    became_part(consult, main)
    asked = {"text": text, "saved": saved, "recipient": [office.pk], "wish": "w1"}
    assert colleague_client.post(url(consult, "note/send"), asked).status_code == 404
    for _time in range(2):  # the answer was lost
        said = owner_client.post(url(consult, "note/send"), asked)
        assert (said.status_code, said["X-Became"]) == (200, str(main.id))
        assert "Office" in said.json()["state"]
    assert [(one.text, one.call_id) for one in CallNote.objects.all()] == [(sent, main.id)]
    assert [one["email"] for one in NoteSending.objects.get().recipients] == ["office@baker.example"]
    assert (NoteSending.objects.get().text, Mail.objects.count()) == (sent, 1)


def test_what_is_too_long_with_the_other_note_is_said_and_nothing_is_lost(
    seated: None, owner_client: Client, office: NoteRecipient
) -> None:
    main, consult = ring(), ring(None, key="2.2")
    answer(main, "201")
    owner_client.post(url(main, "note"), {"text": "a" * 15_000})
    became_part(consult, main)
    said = owner_client.post(url(consult, "note/send"), {"text": "b" * 15_000, "recipient": [office.pk], "wish": "w"})
    assert (said.status_code, said["X-Became"], "state" in said.json()) == (422, str(main.id), False)
    assert (CallNote.objects.get().text, Mail.objects.count()) == ("a" * 15_000, 0)


def test_it_is_known_for_as_long_as_the_call_is_of_which_another_became_a_part(
    seated: None, owner_client: Client, colleague_client: Client
) -> None:
    first, main, consult = ring(), ring(None, key="2.2"), ring(None, key="3.3")
    answer(first, "201")
    became_part(consult, main)
    became_part(main, first)
    forget_old(now=datetime.now(UTC) + timedelta(hours=2))
    for gone in (consult, main):
        said = owner_client.post(url(gone, "note"), {"text": "Typed before lunch"})
        assert (said.status_code, said["X-Became"]) == (410, str(first.id))
        assert colleague_client.post(url(gone, "note"), {"text": "More"}).status_code == 404
    for stranger in (uuid4(), UUID(int=2**128 - 1)):
        assert owner_client.post(f"/desk/calls/{stranger}/note", {"text": "More"}).status_code == 404
    assert not CallNote.objects.exists()


def test_writing_on_and_taking_the_card_back_keep_a_note_from_going(
    seated: None, owner_client: Client, office: NoteRecipient
) -> None:
    call = ring()
    owner_client.post(url(call, "note"), {"text": "Wants", "recipient": [office.pk]})
    assert "data-waits" in owner_client.get(url(call, "work")).content.decode()
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    CallNote.objects.update(waits_since=long_ago)
    assert owner_client.post(url(call, "note"), {"writing": "1"}).status_code == 204
    note = CallNote.objects.get()
    assert note.waits_since > long_ago + timedelta(minutes=59) and note.text == "Wants"
    owner_client.post(url(call, "done"), {"by_itself": "1"})
    assert CallNote.objects.get().finished_at is None
    owner_client.post(url(call, "done"))
    assert CallNote.objects.get().finished_at is not None
    owner_client.post(url(call, "back"))
    assert CallNote.objects.get().finished_at is None
