"""What the mail server said of a note is kept with the note, and its author is told when it did not arrive."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from callwright.calls.models import CallNote, NoteSending
from callwright.calls.note_rules import NOT_HAD, stands_as, state_of
from callwright.calls.operations.save_note import tell_of_note
from callwright.calls.queries.note_sendings import call_of_note, past_of
from callwright.messaging.operations.notify import notify
from callwright.messaging.operations.withdraw import tell_again
from callwright.messaging.ports import Fate, RecipientFate

NOT_SENT = "note_not_sent"
ENDED = ("sent", "failed", "refused", "withdrawn")
LATE = timedelta(minutes=1)

_UNHEARD = """
    SELECT s.mail_id FROM calls_notesending s LEFT JOIN messaging_mail m ON m.id = s.mail_id
    WHERE s.state = 'waiting' AND s.asked_at < %s AND s.mail_id IS NOT NULL
        AND (m.id IS NULL OR m.state NOT IN ('waiting', 'sending'))
    ORDER BY s.asked_at LIMIT 50
"""


def hear_of_mail(fate: Fate, now: datetime) -> None:
    """A message with a note stands differently. The message is locked here, then the sending, then the note: nobody
    takes them in another order.
    """
    sending = _locked(fate) or _locked(fate)  # its call was just given to another account, and it is written anew
    if sending is None:
        return
    known = {one.address.lower(): one for one in fate.recipients}
    for one in sending.recipients:
        if (told := known.get(one["email"].lower())) is not None:
            _note(one, told, fate)
    before = sending.state
    if sending.recipients:  # those of another account are not kept
        sending.state = state_of([one["state"] for one in sending.recipients], ended=fate.state in ENDED)
    sending.answer = fate.answer
    if sending.state in ("sent", "partly"):
        sending.sent_at = sending.sent_at or fate.sent_at or now
    NoteSending.objects.filter(account_id=sending.account_id, pk=sending.pk).update(
        state=sending.state, answer=sending.answer, sent_at=sending.sent_at, recipients=sending.recipients
    )
    author = _say_how_it_stands(sending)
    tell_of_note(sending.account_id, sending.call_id, author, now=now)
    if sending.state in ("failed", "partly") and sending.state != before:
        _tell_author(sending, author, fate, now)


def _locked(fate: Fate) -> NoteSending | None:
    return NoteSending.objects.select_for_update(no_key=True).filter(mail_id=fate.mail_id).first()


def _note(one: dict[str, Any], told: RecipientFate, fate: Fate) -> None:
    """Why a recipient did not get it stays known where the message was withdrawn afterwards."""
    if told.state != "withdrawn" or one["state"] not in NOT_HAD:
        one["state"], one["answer"] = told.state, told.answer
    if told.state in ("failed", "withdrawn"):
        one["perhaps"] = fate.perhaps_sent
    else:
        one.pop("perhaps", None)


def _say_how_it_stands(sending: NoteSending) -> int | None:
    """Of all sendings together: the note stays locked, so that who hears of another one reads this one. Its author."""
    found = CallNote.objects.filter(account_id=sending.account_id, pk=sending.note_id)
    note = found.select_for_update(no_key=True).first()
    if note is None:
        return None
    if state := stands_as(past_of(sending.account_id, sending.note_id)):
        found.update(state=state)
    return note.by_id


def _tell_author(sending: NoteSending, author: int | None, fate: Fate, now: datetime) -> None:
    call = call_of_note(sending.account_id, sending.call_id)
    missed = [one["email"] for one in sending.recipients if one["state"] in NOT_HAD and not one.get("is_past")]
    if author is None or call is None or not missed:
        return
    notify(
        event=NOT_SENT, key=f"{sending.call_id}:{fate.mail_id}:{now.isoformat()}", account_id=sending.account_id,
        path=f"{reverse('calls:call', args=[sending.call_id])}#notes-part", users=[author],
        values={
            "to": ", ".join(missed[:3]), "caller": call.caller, "number": call.number, "country": call.home_country,
        },
        now=now,
    )  # fmt: skip


def hear_what_was_missed(now: datetime) -> int:
    """Takes note of what became of messages where that failed when it was told, and of those that were removed from the
    outbox before; returns of how many.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNHEARD, [now - LATE])
        ids = [row[0] for row in cursor.fetchall()]
    for mail_id in ids:
        if not tell_again(mail_id, now=now):
            _give_up(mail_id, now)
    return len(ids)


@transaction.atomic
def _give_up(mail_id: Any, now: datetime) -> None:
    """The outbox knows nothing of it: who was still waiting for it did not get it."""
    sending = NoteSending.objects.select_for_update(no_key=True).filter(mail_id=mail_id).first()
    if sending is None:
        return
    waiting = tuple(
        RecipientFate(one["email"], "failed", one["answer"]) for one in sending.recipients if one["state"] == "waiting"
    )
    hear_of_mail(Fate(mail_id, "failed", sending.answer, sending.sent_at, waiting), now)
