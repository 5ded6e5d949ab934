"""Notes, their calls and the messages with them are taken in one order, and nothing that is said meanwhile is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import Call, CallNote, NoteSending
from callwright.calls.operations.note_moves import move_notes
from callwright.calls.operations.note_outcomes import hear_of_mail
from callwright.calls.operations.save_note import CallMoved, save_note
from callwright.calls.operations.send_note import send_note
from callwright.calls.testing import Other, add_call, held, until_waiting
from callwright.messaging import ports
from callwright.messaging.models import Mail, MailRecipient

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


@pytest.fixture
def note(account, owner, office):
    call = add_call(account, NOW - timedelta(minutes=10))
    save_note(account_id=account.pk, call_id=call.id, text="Wants", recipient_ids=[office.pk], by=owner.pk, now=NOW)
    note = CallNote.objects.get()
    send_note(account_id=account.pk, call_id=call.id, note_id=note.pk, by=owner.pk, now=NOW)
    return note


def delivered() -> None:
    """As whoever sent the message says it: the message is locked."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update(no_key=True).get()
        MailRecipient.objects.update(state="sent")
        Mail.objects.update(state="sent", sent_at=NOW)
        ports.tell_fate(mail.pk, now=NOW)


def moved(note, account_id, call_id) -> None:
    with transaction.atomic():
        Call.objects.select_for_update().get(id=note.call_id)
        move_notes(from_account=note.account_id, from_call=note.call_id, account_id=account_id, id=call_id)


def test_who_types_into_a_call_that_moves_this_moment_is_told_so(note, other_account, owner):
    known = {"account_id": note.account_id, "call_id": note.call_id, "recipient_ids": [], "by": owner.pk, "now": NOW}
    give = "UPDATE calls_call SET account_id = %s WHERE id = %s"
    with held(give, [other_account.pk, note.call_id]):
        typist = Other(lambda: save_note(**known, text="Wants more"))
        until_waiting(1)
    assert isinstance(typist.end(), CallMoved)
    assert list(CallNote.objects.values_list("text", flat=True)) == ["Wants"]


def test_a_call_that_moves_takes_what_was_sent_before_the_note_as_who_hears_of_the_mail(note, account):
    into = add_call(account, NOW - timedelta(minutes=5))
    with held("SELECT FROM calls_notesending WHERE note_id = %s FOR UPDATE", [note.pk]):
        mover = Other(lambda: moved(note, account.pk, into.id))
        until_waiting(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM calls_callnote WHERE id = %s FOR UPDATE NOWAIT", [note.pk])
    assert mover.end() is None
    assert NoteSending.objects.get().call_id == into.id


def test_what_became_of_the_mail_is_heard_though_its_call_moves_this_moment(note, account):
    into = add_call(account, NOW - timedelta(minutes=5))
    with held("SELECT FROM calls_callnote WHERE id = %s FOR UPDATE", [note.pk]):
        mover = Other(lambda: moved(note, account.pk, into.id))
        until_waiting(1)  # it has what was sent
        postman = Other(delivered)
        until_waiting(2)
    assert (mover.end(), postman.end()) == (None, None)
    kept = CallNote.objects.get()
    assert (kept.call_id, kept.state, NoteSending.objects.get().state) == (into.id, "sent", "sent")


def test_what_a_listener_stumbles_over_undoes_nothing_of_what_the_server_said(note, monkeypatch):
    calls = []

    def stumble(*given):
        calls.append(given)
        if len(calls) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        hear_of_mail(*given)

    monkeypatch.setitem(ports._listeners, "call_note", stumble)
    delivered()
    assert (Mail.objects.get().state, CallNote.objects.get().state, len(calls)) == ("sent", "sent", 2)
