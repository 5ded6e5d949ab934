"""Copies for coaching, and what a supervisor says of a note to its author; the account sees nothing of it (ACC-6)."""

from datetime import UTC, datetime, timedelta

import pytest

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import CallNote, NoteComment, NoteCopy, NoteReading
from callwright.calls.operations.comment_note import CommentRefused, comment_note, read_comments
from callwright.calls.operations.note_copies import CopyRefused, remove_copy, save_copy
from callwright.calls.operations.save_note import save_note
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.send_note import send_note
from callwright.calls.queries.note_comments import comments_on, unread_threads
from callwright.live.models import LiveEvent
from callwright.messaging.models import Mail, Notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


def write(call, by, text="Wants bread", to=()) -> CallNote:
    save_note(
        account_id=call.account_id, call_id=call.id, text=text, recipient_ids=[one.pk for one in to], by=by.pk, now=NOW
    )
    return CallNote.objects.get(call_id=call.id, by=by)


def of(note) -> dict:
    return {"account_id": note.account_id, "call_id": note.call_id, "note_id": note.pk}


def copy_to(email="coach@example.org", *, account=None, agents=(), language="en", by) -> int:
    return save_copy(
        account_id=account.pk if account else None, email=email, language=language, all_agents=not agents,
        agent_ids=[one.pk for one in agents], by=by.pk, now=NOW,
    )  # fmt: skip


def copies() -> list[tuple[str, str]]:
    mails = Mail.objects.filter(event="call_note_copy").order_by("pk")
    return [(mail.recipients.get().address, mail.subject) for mail in mails]


def test_copies_of_chosen_agents_are_mails_of_their_own_with_a_link_to_the_call(
    call, owner, colleague, office, supervisor, settings
):
    settings.PUBLIC_URL = "https://desk.example.org"
    copy_to(agents=[colleague], by=supervisor)
    send_note(**of(write(call, owner, to=[office])), by=owner.pk, now=NOW)
    assert copies() == []
    send_note(**of(write(call, colleague, "Theirs", to=[office])), by=colleague.pk, now=NOW)
    assert copies() == [("coach@example.org", "Copy: Note on the call from Ann Smith")]
    copy = Mail.objects.get(event="call_note_copy")
    assert f"https://desk.example.org/calls/{call.id}/" in copy.text
    assert colleague.name in copy.text and "office@baker.example" in copy.text
    for mail in Mail.objects.filter(event="call_note"):  # what the account gets says nothing of it
        assert mail.recipients.count() == 1
        assert "coach" not in mail.text + mail.html + mail.subject and "desk.example.org/calls" not in mail.html


def test_an_address_gets_one_copy_in_its_language_and_also_of_a_note_for_nobody(
    call, owner, account, other_account, supervisor
):
    copy_to(by=supervisor)
    copy_to(account=account, language="nl", by=supervisor)
    copy_to("other@example.org", account=other_account, by=supervisor)
    write(call, owner)
    assert send_due_notes(NOW + timedelta(minutes=5)) == 1
    assert copies() == [("coach@example.org", "Kopie: Notitie over het gesprek van Ann Smith")]
    assert "Verstuurd naar: niemand" in Mail.objects.get().text


def test_an_address_for_copies_is_checked_kept_once_and_removed(supervisor, owner):
    copy_to(by=supervisor)
    with pytest.raises(CopyRefused, match="twice"):
        copy_to("Coach@example.org", by=supervisor)
    with pytest.raises(CopyRefused, match="not_an_email"):
        copy_to("coach@example.org\r\nBcc: x@y.z", by=supervisor)
    with pytest.raises(CopyRefused, match="no_agents"):
        save_copy(
            account_id=None, email="a@example.org", language="en", all_agents=False, agent_ids=[], by=supervisor.pk,
            now=NOW,
        )  # fmt: skip
    remove_copy(copy_id=NoteCopy.objects.get().pk, by=supervisor.pk, now=NOW)
    assert not NoteCopy.objects.exists()


def test_a_comment_is_told_to_the_author_who_reads_and_answers_it(call, owner, colleague, supervisor):
    note = write(call, owner)
    with pytest.raises(CommentRefused, match="not_yours"):
        comment_note(viewer=owner, text="Talking to myself", now=NOW, **of(note))
    comment_note(viewer=supervisor, text="Well done", now=NOW, **of(note))
    told = Notification.objects.get()
    assert (told.user, told.event, told.path) == (owner, "note_commented", f"/calls/{call.id}/#note-{note.pk}")
    assert LiveEvent.objects.filter(topic=f"desk:{owner.pk}", name="note_comments").exists()
    (thread,) = unread_threads(owner)
    assert (thread.text, thread.caller, thread.author, thread.unread) == ("Well done", "Ann Smith", supervisor.name, 1)
    assert unread_threads(supervisor) == [] == unread_threads(colleague)
    read_comments(account_id=note.account_id, note_id=note.pk, user_id=owner.pk, now=NOW)
    assert unread_threads(owner) == []
    comment_note(viewer=owner, text="Thank you", now=NOW, **of(note))
    assert Notification.objects.filter(user=supervisor, event="note_answered").count() == 1
    assert [one.text for one in unread_threads(supervisor)] == ["Thank you"]
    for refused in (colleague,):
        with pytest.raises(CommentRefused, match="not_yours"):
            comment_note(viewer=refused, text="And I", now=NOW, **of(note))
    assert [one.text for one in comments_on(owner, note.account_id, [note.pk])[note.pk]] == ["Well done", "Thank you"]
    assert comments_on(colleague, note.account_id, [note.pk]) == {}
    assert Mail.objects.count() == 0


def test_two_supervisors_hear_of_each_other_and_the_author_of_both(call, owner, supervisor, administrator):
    note = write(call, owner)
    comment_note(viewer=supervisor, text="One", now=NOW, **of(note))
    comment_note(viewer=administrator, text="Two", now=NOW, **of(note))
    unread = dict(NoteReading.objects.values_list("user__username", "unread"))
    assert unread == {owner.username: 2, supervisor.username: 1, administrator.username: 0}


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), ("  \n ", "empty"), ("x" * 4001, "too_long")])
def test_an_empty_or_endless_comment_is_refused(call, owner, supervisor, text, reason):
    with pytest.raises(CommentRefused, match=reason):
        comment_note(viewer=supervisor, text=text, now=NOW, **of(write(call, owner)))
    assert not NoteComment.objects.exists()
