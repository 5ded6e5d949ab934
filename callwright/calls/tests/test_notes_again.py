"""A note that did not reach everybody, or was changed: who gets it then, and who does not any more (ACC-6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from callwright.accounts.models import NoteRecipient
from callwright.accounts.operations.save_recipient import remove_recipient
from callwright.calls.models import CallNote, NoteCopy, NoteSending
from callwright.calls.note_words import standing_of
from callwright.calls.operations.note_outcomes import hear_what_was_missed
from callwright.calls.operations.save_note import save_note
from callwright.calls.operations.send_note import NothingToSend, send_note
from callwright.calls.queries.notes import notes_of_call
from callwright.messaging.models import Mail, MailRecipient, Notification
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.send_again import StillUnderWay, send_again, send_all_again

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def people(account):
    """By the part of the address before the @; the server refuses never, and puts later off."""
    return {
        name: NoteRecipient.objects.create(account=account, name=name, email=f"{name}@baker.example")
        for name in ("a", "b", "never", "later")
    }


@pytest.fixture
def note(call, owner, people):
    def write(text, *to, send=True) -> CallNote:
        save_note(
            account_id=call.account_id, call_id=call.id, text=text, recipient_ids=[people[one].pk for one in to],
            by=owner.pk, now=NOW,
        )  # fmt: skip
        known = CallNote.objects.get()
        if send:
            send_note(account_id=call.account_id, call_id=call.id, note_id=known.pk, by=owner.pk, now=NOW)
            send_due(timezone.now(), patience=0.05, run_s=5)
            known.refresh_from_db()
        return known

    return write


def make_due() -> None:
    Mail.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(minutes=1), changed_at=None)
    send_due(timezone.now(), patience=0.05, run_s=5)


def got(post) -> list[tuple[str, str]]:
    return [(one.to[0].split("@")[0], one.message["Subject"].split()[0]) for one in post.received]


def shown(call):
    (one,) = notes_of_call(call.account_id, call.id)
    stands = standing_of(one)
    return stands.status, str(stands.words).replace("<bdi>", "").replace("</bdi>", ""), stands.action


def test_sent_again_it_goes_to_those_chosen_now_and_not_to_who_was_taken_out(post, account, note, people):
    post.data = "never"
    assert note("Wants bread", "a", "b").state == "failed"
    post.data = "ok"
    assert note("Wants bread", "a").state == "sent"  # b was the wrong person
    assert got(post) == [("a", "Note")]
    mails = list(Mail.objects.values_list("pk", flat=True))
    send_all_again(mail_ids=mails, by=None, now=NOW)
    make_due()
    assert got(post) == [("a", "Note")]


def test_who_was_taken_out_is_missed_no_more_and_who_comes_back_is_not_forgotten(post, call, note):
    assert note("Wants bread", "a", "never").state == "partly"
    assert note("Wants bread", "a").state == "sent"
    assert (shown(call)[2], len(post.received)) == ("", 1)
    note("Wants bread", "a", "never", send=False)
    assert shown(call)[2] == "Send"
    assert note("Wants bread", "a", "never").state == "partly"


def test_a_recipient_whom_the_account_has_no_more_gets_nothing_again(post, account, note, people):
    post.data = "never"
    note("Wants bread", "a", "b")
    remove_recipient(account_id=account.pk, recipient_id=people["b"].pk, now=NOW)
    post.data = "ok"
    assert note("Wants bread", "a", "b").state == "sent"
    assert got(post) == [("a", "Note")]


def test_who_failed_in_an_earlier_sending_can_be_sent_it_and_is_not_said_to_have_it(post, call, note):
    assert note("Wants bread", "never").state == "failed"
    assert note("Wants bread", "never", "b").state == "partly"
    status, words, action = shown(call)
    assert (status, action) == ("note_partly", "Send again")
    assert "Could not be sent to never: 550" in words and " to b." in words
    MailRecipient.objects.filter(address="never@baker.example").update(address="mended@baker.example")
    NoteRecipient.objects.filter(name="never").update(email="mended@baker.example")
    assert note("Wants bread", "never", "b").state == "sent"
    assert got(post) == [("b", "Note"), ("mended", "Note")]
    assert shown(call)[0] == "note_sent"


def test_a_correction_ends_what_the_version_before_still_had_to_bring(post, call, note):
    assert note("Wants 40", "a", "later").state == "waiting"
    assert note("Wants 50", "a").state == "sent"
    NoteRecipient.objects.filter(name="later").update(email="b2@baker.example")
    make_due()
    assert got(post) == [("a", "Note"), ("a", "Correction")]
    assert {one.state for one in Mail.objects.all()} == {"sent"}
    old = NoteSending.objects.get(version=1)
    assert [(one["email"], one["state"]) for one in old.recipients] == [
        ("a@baker.example", "sent"), ("later@baker.example", "withdrawn"),
    ]  # fmt: skip
    assert not Notification.objects.exists()


def test_nothing_of_an_old_text_comes_after_the_new_one_when_the_server_is_back(post, call, note):
    post.data = "later"
    note("Wants 40", "a")
    note("Wants 50", "a")
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]
    post.data = "ok"
    make_due()
    assert got(post) == [("a", "Note")]  # nobody has what it would correct
    assert "Wants 50" in post.received[0].message.get_body(("plain",)).get_content()
    withdrawn = Mail.objects.get(state="withdrawn")
    assert send_all_again(mail_ids=[withdrawn.pk], by=None, now=NOW) == 0
    with pytest.raises(StillUnderWay):
        send_again(mail_id=withdrawn.pk, by=None, now=NOW)


def test_who_had_nothing_gets_the_note_while_the_others_get_its_correction(post, note):
    note("Wants 40", "a")
    known = note("Wants 50", "a", "b")
    assert sorted(got(post)) == [("a", "Correction"), ("a", "Note"), ("b", "Note")]
    assert (known.state, known.version) == ("sent", 3)
    with pytest.raises(NothingToSend, match="nothing_new"):
        note("Wants 50", "a", "b")


def test_back_to_the_text_that_they_have_nobody_gets_it_twice(post, note):
    note("Wants 40", "a")
    note("Wants 50", "b")
    known = note("Wants 40", "a", "b")
    assert got(post) == [("a", "Note"), ("b", "Note"), ("b", "Correction")]
    assert (known.state, known.changed) == ("sent", False)


def test_a_copy_for_coaching_is_made_of_what_is_new_alone(post, account, note):
    NoteCopy.objects.create(email="coach@example.org", changed_at=NOW)
    note("Wants 40", "a", "never")
    note("Wants 40", "a")
    note("Wants 40", "a", "never")
    note("Wants 50", "a", "b")
    copies = [one.message for one in post.received if one.to == ("coach@example.org",)]
    assert [one["Subject"].split(" ")[1] for one in copies] == ["Note", "Correction"]
    assert "Sent to: b@baker.example, a@baker.example" in copies[1].get_body(("plain",)).get_content()


def test_what_could_not_be_taken_note_of_is_made_up_for(post, note, call, monkeypatch):
    note("Wants 40", "a", send=False)
    send_note(account_id=call.account_id, call_id=call.id, note_id=CallNote.objects.get().pk, by=None, now=NOW)
    NoteSending.objects.update(recipients=[{"wrong": True}])  # whoever hears of it stumbles
    send_due(timezone.now(), patience=0.05, run_s=5)
    assert (Mail.objects.get().state, CallNote.objects.get().state) == ("sent", "waiting")
    assert len(post.received) == 1
    NoteSending.objects.update(recipients=[{"name": "a", "email": "a@baker.example", "state": "waiting", "answer": ""}])
    assert hear_what_was_missed(NOW + timedelta(minutes=2)) == 1
    assert CallNote.objects.get().state == "sent"
    assert hear_what_was_missed(NOW + timedelta(minutes=2)) == 0


def test_a_message_that_left_the_outbox_unheard_of_did_not_arrive(note, call):
    known = note("Wants 40", "a", send=False)
    send_note(account_id=call.account_id, call_id=call.id, note_id=known.pk, by=None, now=NOW)
    Mail.objects.all().delete()
    assert hear_what_was_missed(NOW + timedelta(minutes=2)) == 1
    assert CallNote.objects.get().state == "failed"
    assert shown(call)[2] == "Send again"
