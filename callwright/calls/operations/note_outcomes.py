"""What the mail server said of a note is kept with the note, and its author is told when it did not arrive."""

from datetime import datetime

from django.urls import reverse

from callwright.calls.models import CallNote, NoteSending
from callwright.calls.note_rules import state_of
from callwright.calls.operations.save_note import tell_of_note
from callwright.calls.queries.note_sendings import call_of_note
from callwright.messaging.operations.notify import notify
from callwright.messaging.ports import Fate

NOT_SENT = "note_not_sent"
ENDED = ("sent", "failed", "refused")


def hear_of_mail(fate: Fate, now: datetime) -> None:
    """A message with a note stands differently. The message is locked here, then the sending, then the note: nobody
    takes them in another order.
    """
    found = NoteSending.objects.select_for_update(no_key=True).filter(mail_id=fate.mail_id)
    sending = found.first()
    if sending is None:
        return
    known = {one.address.lower(): one for one in fate.recipients}
    for one in sending.recipients:
        if (told := known.get(one["email"].lower())) is not None:
            one["state"], one["answer"] = told.state, told.answer
    before = sending.state
    sending.state = state_of([one["state"] for one in sending.recipients], ended=fate.state in ENDED)
    sending.answer = fate.answer
    if sending.state in ("sent", "partly"):
        sending.sent_at = sending.sent_at or fate.sent_at or now
    found.update(state=sending.state, answer=sending.answer, sent_at=sending.sent_at, recipients=sending.recipients)
    latest = CallNote.objects.filter(account_id=sending.account_id, pk=sending.note_id, version=sending.version)
    latest.update(state=sending.state)
    tell_of_note(sending.account_id, sending.call_id, _author(sending), now=now)
    if sending.state in ("failed", "partly") and sending.state != before:
        _tell_author(sending, fate, now)


def _author(sending: NoteSending) -> int | None:
    notes = CallNote.objects.filter(account_id=sending.account_id, pk=sending.note_id)
    return notes.values_list("by_id", flat=True).first()


def _tell_author(sending: NoteSending, fate: Fate, now: datetime) -> None:
    author, call = _author(sending), call_of_note(sending.account_id, sending.call_id)
    if author is None or call is None:
        return
    missed = [one["email"] for one in sending.recipients if one["state"] != "sent"]
    notify(
        event=NOT_SENT, key=f"{sending.call_id}:{fate.mail_id}:{now.isoformat()}", account_id=sending.account_id,
        path=f"{reverse('calls:call', args=[sending.call_id])}#notes-part", users=[author],
        values={
            "to": ", ".join(missed[:3]), "caller": call.caller, "number": call.number, "country": call.home_country,
        },
        now=now,
    )  # fmt: skip
