"""The note through the desk's own addresses: asked twice it is sent once, and no word goes with the card (ACC-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import Call, CallNote, NoteSending
from callwright.calls.operations.apply_events import apply_events
from callwright.desk.tests.test_card_views import answer, ring, seated, url
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


@pytest.mark.parametrize("part", ["note", "note/send", "work"])
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
