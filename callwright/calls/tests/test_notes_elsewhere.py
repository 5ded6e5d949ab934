"""Notes on a call that finds its account later, becomes part of another, or whose person is erased (ACC-6, CALL-16)."""

from datetime import UTC, datetime, timedelta

import pytest

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import Call, CallNote, NoteComment, NoteReading, NoteSending
from callwright.calls.operations.comment_note import comment_note
from callwright.calls.operations.note_moves import move_notes
from callwright.calls.operations.note_outcomes import hear_what_was_missed
from callwright.calls.operations.note_settings import save_note_settings
from callwright.calls.operations.save_note import CallMoved, save_note
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.send_note import send_note
from callwright.calls.ports import ErasedPerson, tell_erased
from callwright.calls.testing import add_call
from callwright.live.models import LiveEvent
from callwright.messaging.models import Mail, Notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


@pytest.fixture
def theirs(other_account):
    return NoteRecipient.objects.create(account=other_account, name="Theirs", email="theirs@other.example")


def call_of(account, minutes=10, **more):
    return add_call(account, NOW - timedelta(minutes=minutes), from_name="Ann Smith", **more)


def write(call, by, text="Wants bread", to=(), now=NOW) -> CallNote:
    ids = None if to is None else [one.pk for one in to]
    save_note(account_id=call.account_id, call_id=call.id, text=text, recipient_ids=ids, by=by.pk, now=now)
    return CallNote.objects.get(call_id=call.id, by=by)


def send(note) -> None:
    send_note(account_id=note.account_id, call_id=note.call_id, note_id=note.pk, by=None, now=NOW)


def move(gone, into) -> None:
    move_notes(from_account=gone.account_id, from_call=gone.id, account_id=into.account_id, id=into.id)


def sent_to() -> list[list[str]]:
    found = NoteSending.objects.exclude(recipients=[]).order_by("pk").values_list("recipients", flat=True)
    return [[one["email"] for one in recipients] for recipients in found]


def test_a_note_kept_for_nobody_goes_to_the_account_that_is_found_later(account, other_account, owner, theirs):
    gone, into = call_of(account), call_of(other_account)
    write(gone, owner)
    assert send_due_notes(LATER) == 1
    assert CallNote.objects.get().state == "nobody"
    move(gone, into)
    note = CallNote.objects.get()
    assert (note.account_id, note.state, note.waits_since) == (other_account.pk, "", NOW)
    assert send_due_notes(LATER) == 1
    assert sent_to() == [["theirs@other.example"]]


def test_what_one_account_sends_by_hand_another_sends_by_itself(account, other_account, owner, supervisor, theirs):
    save_note_settings(account_id=account.pk, by_itself=False, names_agent=False, by=supervisor.pk, now=NOW)
    gone, into = call_of(account), call_of(other_account)
    assert write(gone, owner).waits_since is None
    move(gone, into)
    assert send_due_notes(LATER) == 1
    assert sent_to() == [["theirs@other.example"]]


def test_people_of_another_account_are_no_more_written_to_nor_named(account, other_account, owner, office, theirs):
    gone, into = call_of(account), call_of(other_account)
    send(write(gone, owner, to=[office]))
    move(gone, into)
    assert Mail.objects.get().state == "withdrawn"
    assert (NoteSending.objects.get().recipients, NoteSending.objects.get().state) == ([], "withdrawn")
    assert send_due_notes(LATER) == 1
    assert sent_to() == [["theirs@other.example"]]
    assert not NoteSending.objects.get(version=2).is_correction  # they had nothing
    assert Mail.objects.get(state="waiting").subject == "Note on the call from Ann Smith"


def test_who_was_ticked_on_either_card_gets_the_note_that_both_became(account, owner, office):
    boss = NoteRecipient.objects.create(account=account, name="Boss", email="boss@baker.example")
    gone, into = call_of(account), call_of(account, 5)
    write(gone, owner, "First", [boss])
    write(into, owner, "Second", [office])
    move(gone, into)
    assert send_due_notes(LATER) == 1
    assert [sorted(one) for one in sent_to()] == [["boss@baker.example", "office@baker.example"]]


def test_words_that_waited_still_go_where_only_the_other_note_was_sent(account, owner, office):
    gone, into = call_of(account), call_of(account, 5)
    send(write(gone, owner, "First", [office]))
    write(into, owner, "Second", [office])
    move(gone, into)
    note = CallNote.objects.get()
    assert (note.state, note.changed, note.waits_since) == ("waiting", True, NOW)
    assert send_due_notes(LATER) == 1
    assert list(NoteSending.objects.order_by("version").values_list("text", flat=True)) == ["First", "Second\nFirst"]


def test_desks_hear_that_their_card_was_drawn_for_another_account(account, other_account, owner):
    now = datetime.now(UTC)
    into = add_call(other_account, now - timedelta(minutes=3), employee_id=owner.pk)
    move_notes(from_account=account.pk, from_call=into.id, account_id=other_account.pk, id=into.id)
    told = LiveEvent.objects.filter(topic=f"desk:{owner.pk}", key=str(into.id)).order_by("id")
    assert list(told.values_list("name", flat=True)) == ["note", "contact"]


def test_those_ticked_for_another_account_leave_the_choice_as_it_was(other_account, owner, office, theirs):
    call = call_of(other_account)
    note = write(call, owner, to=[office])  # the card still shows the people of the account that it had before
    assert [one["email"] for one in note.recipients] == ["theirs@other.example"]
    assert [one["email"] for one in write(call, owner, "More", None).recipients] == ["theirs@other.example"]
    assert write(call, owner, "More", []).recipients == []  # somebody took them out


def test_notes_among_colleagues_are_sent_by_nobody_unasked(account, owner, office):
    call = call_of(account, direction="internal")
    note = write(call, owner, to=[office])
    assert note.waits_since is None
    assert send_due_notes(LATER) == 0
    into = call_of(account, 5)
    move(call, into)  # it was a consultation
    assert send_due_notes(LATER) == 1


@pytest.mark.parametrize("fields", [{"anonymous": True}, None])
def test_nothing_is_kept_of_a_call_that_is_gone(account, other_account, owner, fields):
    call = call_of(account)
    if fields:
        Call.objects.filter(id=call.id).update(**fields)
    else:
        Call.objects.filter(id=call.id).update(account_id=other_account.pk)
    with pytest.raises(CallMoved):
        write(call, owner)
    assert not CallNote.objects.exists()


def test_an_erased_person_is_taken_out_of_notes_on_calls_of_others(account, owner, supervisor, office):
    named, other = call_of(account), call_of(account, 5)
    for call, text in ((named, "Handed to Wilhelmina Zwartkruis, 06 1234-9876"), (other, "Wants bread")):
        note = write(call, owner, text, [office])
        send(note)
        comment_note(
            viewer=supervisor, account_id=account.pk, call_id=call.id, note_id=note.pk, text=f"Why? {text}", now=NOW
        )
    assert NoteReading.objects.count() == 4
    texts = ["Wilhelmina Zwartkruis", "+31612349876"]
    tell_erased(ErasedPerson(account.pk, [], texts, touched_ids=[named.id, other.id]), NOW)
    kept = [("", named.id), ("Wants bread", other.id)]
    for model in (CallNote, NoteSending):
        assert list(model.objects.order_by("pk").values_list("text", "call_id")) == kept
    assert [comment.call_id for comment in NoteComment.objects.all()] == [other.id]
    assert set(NoteReading.objects.values_list("call_id", flat=True)) == {other.id}


def test_a_recipient_who_is_erased_is_named_no_more(account, owner):
    one = NoteRecipient.objects.create(account=account, name="Wilhelmina Zwartkruis", email="w@baker.example")
    call = call_of(account)
    send(write(call, owner, to=[one]))
    tell_erased(ErasedPerson(account.pk, [], ["w@baker.example"], touched_ids=[call.id]), NOW)
    note = CallNote.objects.get()
    assert (note.recipients, NoteSending.objects.get().recipients, note.text) == ([], [], "Wants bread")


def test_what_was_on_its_way_to_an_erased_person_alone_waits_for_nobody(account, owner):
    one = NoteRecipient.objects.create(account=account, name="Wilhelmina Zwartkruis", email="w@baker.example")
    call = call_of(account)
    send(write(call, owner, to=[one]))
    tell_erased(ErasedPerson(account.pk, [], ["w@baker.example"], touched_ids=[call.id]), NOW)
    Mail.objects.all().delete()  # as the outbox does in the same erasure
    assert (CallNote.objects.get().state, NoteSending.objects.get().state) == ("withdrawn", "withdrawn")
    assert hear_what_was_missed(LATER) == 0


def test_nobody_hears_that_what_was_said_of_an_erased_person_did_not_arrive(account, owner, office):
    call = call_of(account)
    send(write(call, owner, "Handed to Wilhelmina Zwartkruis", [office]))
    tell_erased(ErasedPerson(account.pk, [], ["Wilhelmina Zwartkruis"], touched_ids=[call.id]), NOW)
    Mail.objects.all().delete()
    assert hear_what_was_missed(LATER) == 0
    assert not Notification.objects.exists()
    assert [one["state"] for one in NoteSending.objects.get().recipients] == ["withdrawn"]
    assert CallNote.objects.get().state == "withdrawn"
