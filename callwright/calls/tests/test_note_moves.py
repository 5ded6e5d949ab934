"""Notes, what was sent of them and what was said of them go with their call, or away with it (ACC-6, CALL-16)."""

from datetime import UTC, datetime, timedelta

import pytest

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import CallNote, NoteComment, NoteReading, NoteSending
from callwright.calls.operations.comment_note import comment_note
from callwright.calls.operations.erase_person import erase_person
from callwright.calls.operations.forget_calls import remove_calls
from callwright.calls.operations.note_copies import save_copy
from callwright.calls.operations.note_moves import move_notes
from callwright.calls.operations.save_note import save_note
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.send_note import send_note
from callwright.calls.ports import reports_of
from callwright.calls.testing import add_call
from callwright.contacts.models import Contact, ContactNumber
from callwright.messaging.models import Mail, Notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


def call_of(account, minutes=10, **more):
    return add_call(account, NOW - timedelta(minutes=minutes), from_name="Ann Smith", **more)


def write(call, by, text="Wants bread", to=()) -> CallNote:
    save_note(
        account_id=call.account_id, call_id=call.id, text=text, recipient_ids=[one.pk for one in to], by=by.pk, now=NOW
    )
    return CallNote.objects.get(call_id=call.id, by=by)


def sent_and_said(call, by, supervisor, office, text="Wants bread") -> CallNote:
    note = write(call, by, text, [office])
    known = {"account_id": note.account_id, "call_id": note.call_id, "note_id": note.pk}
    send_note(**known, by=by.pk, now=NOW)
    comment_note(viewer=supervisor, text="Well done", now=NOW, **known)
    note.refresh_from_db()
    return note


def test_a_note_follows_its_call_into_another_with_all_that_belongs_to_it(account, owner, supervisor, office):
    gone, into = call_of(account), call_of(account, 5)
    note = sent_and_said(gone, owner, supervisor, office)
    move_notes(from_account=account.pk, from_call=gone.id, account_id=account.pk, id=into.id)
    kept = CallNote.objects.get()
    assert (kept.pk, kept.call_id, kept.version, kept.state) == (note.pk, into.id, 1, "waiting")
    for model in (NoteSending, NoteComment, NoteReading):
        assert set(model.objects.values_list("call_id", "note_id")) == {(into.id, note.pk)}


def test_who_wrote_on_both_calls_has_one_note_with_both_pasts(account, owner, colleague, supervisor, office):
    gone, into = call_of(account), call_of(account, 5)
    sent_and_said(gone, owner, supervisor, office, "First")
    there = sent_and_said(into, owner, supervisor, office, "Second")
    write(gone, colleague, "Theirs")
    move_notes(from_account=account.pk, from_call=gone.id, account_id=account.pk, id=into.id)
    notes = {note.by_id: note for note in CallNote.objects.filter(call_id=into.id)}
    mine = notes[owner.pk]
    assert (mine.pk, mine.text, mine.version, mine.changed) == (there.pk, "Second\nFirst", 2, True)
    assert (notes[colleague.pk].text, notes[colleague.pk].waits_since) == ("Theirs", NOW)
    assert list(NoteSending.objects.order_by("version").values_list("note_id", "version", "text")) == [
        (mine.pk, 1, "Second"), (mine.pk, 2, "First"),
    ]  # fmt: skip
    assert NoteComment.objects.filter(note_id=mine.pk).count() == 2
    assert dict(NoteReading.objects.values_list("user_id", "unread")) == {owner.pk: 2, supervisor.pk: 0}
    assert send_due_notes(NOW + timedelta(hours=1)) == 1  # the colleague's alone: what was sent is not sent unasked


def test_in_another_account_a_note_goes_to_the_people_of_that_one(account, other_account, owner, office):
    theirs = NoteRecipient.objects.create(account=other_account, name="Theirs", email="theirs@other.example")
    gone = call_of(account)
    write(gone, owner, to=[office])
    into = add_call(other_account, NOW - timedelta(minutes=10))
    move_notes(from_account=account.pk, from_call=gone.id, account_id=other_account.pk, id=into.id)
    assert send_due_notes(NOW + timedelta(minutes=5)) == 1
    assert [one["email"] for one in NoteSending.objects.get().recipients] == [theirs.email]


def test_what_is_removed_leaves_nothing_behind_neither_mails_nor_comments(account, owner, supervisor, office):
    save_copy(
        account_id=None, email="coach@example.org", language="en", all_agents=True, agent_ids=[], by=supervisor.pk,
        now=NOW,
    )  # fmt: skip
    gone, stays = call_of(account), call_of(account, 5)
    for call in (gone, stays):
        sent_and_said(call, owner, supervisor, office)
    assert Mail.objects.count() == 4
    remove_calls(account_id=account.pk, ids=[gone.id])
    for model in (CallNote, NoteSending, NoteComment, NoteReading):
        assert set(model.objects.values_list("call_id", flat=True)) == {stays.id}, model
    assert {mail.key.split(":")[1] for mail in Mail.objects.all()} == {str(stays.id)}


def test_a_person_who_is_erased_takes_notes_versions_comments_and_mails_along(account, owner, administrator, office):
    caller = Contact.objects.create(account=account, kind="person", name="Ann Smith", surname="Smith")
    ContactNumber.objects.create(account=account, contact=caller, number="+31612345678")
    call = call_of(account, contact=caller)
    sent_and_said(call, owner, administrator, office)
    told = reports_of(account.pk, [call.id])
    assert told["note_sendings"][0]["text"] == "Wants bread" and told["note_comments"][0]["text"] == "Well done"
    erase_person(viewer=administrator, contact_id=caller.pk, reason="Asked for it", now=NOW)
    for model in (CallNote, NoteSending, NoteComment, NoteReading, Mail, Notification):
        assert not model.objects.exists(), model
