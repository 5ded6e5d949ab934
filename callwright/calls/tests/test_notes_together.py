"""Notes that two send at once, and one that is typed while it is being sent (ACC-6)."""

from datetime import UTC, datetime, timedelta

import pytest

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import CallNote, NoteSending
from callwright.calls.operations.save_note import save_note
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.send_note import NothingToSend, send_note
from callwright.calls.testing import Other, add_call, held, until_waiting
from callwright.messaging.models import Mail

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def note(account, owner):
    to = NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")
    call = add_call(account, NOW - timedelta(minutes=10))
    save_note(account_id=account.pk, call_id=call.id, text="Wants", recipient_ids=[to.pk], by=owner.pk, now=NOW)
    return CallNote.objects.get()


def test_the_worker_the_agent_and_another_tab_send_it_once(note, owner):
    known = {"account_id": note.account_id, "call_id": note.call_id, "note_id": note.pk, "by": owner.pk, "now": NOW}
    later = NOW + timedelta(minutes=5)
    row = "SELECT FROM calls_callnote WHERE id = %s FOR UPDATE"
    with held(row, [note.pk]):
        others = [Other(lambda: send_note(**known)), Other(lambda: send_note(**known))]
        others += [Other(lambda: send_due_notes(later)), Other(lambda: send_due_notes(later))]
        until_waiting(4)
    ends = [one.end() for one in others]
    refused = [one for one in ends if isinstance(one, NothingToSend)]
    assert not [one for one in ends if isinstance(one, Exception) and one not in refused]
    assert NoteSending.objects.count() == Mail.objects.count() == 1


def test_what_is_typed_while_it_is_being_sent_is_not_sent_by_itself_afterwards(note, owner):
    to = [one["id"] for one in note.recipients]
    known = {"account_id": note.account_id, "call_id": note.call_id, "recipient_ids": to, "by": owner.pk}
    with held("SELECT FROM calls_callnote WHERE id = %s FOR UPDATE", [note.pk]):
        sender = Other(lambda: send_due_notes(NOW + timedelta(minutes=5)))
        until_waiting(1)
        typist = Other(lambda: save_note(**known, text="Wants more", now=NOW + timedelta(minutes=5)))
        until_waiting(2)
    assert (sender.end(), typist.end()) in ((1, True), (0, True))
    note.refresh_from_db()
    sent = list(NoteSending.objects.values_list("text", flat=True))
    assert (sent, note.changed, note.waits_since) in (
        (["Wants"], True, None),  # sent first: the rest is a correction, by hand
        ([], False, NOW + timedelta(minutes=5)),  # typed first: it waits anew
    )
