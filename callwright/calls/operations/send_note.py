"""Sends a note to the people of the account (ACC-6): by hand, or by itself once its author is done with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from callwright.accounts.queries.accounts import note_recipients
from callwright.calls.models import CallNote, NoteSending
from callwright.calls.note_rules import NOT_HAD, Plan, plan_of
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.note_copies import queue_copies
from callwright.calls.operations.note_mail import Letter, queue_note
from callwright.calls.operations.save_note import save_note, tell_of_note
from callwright.calls.queries.note_sendings import call_of_note, how_sent, past_of
from callwright.messaging.operations.send_again import StillUnderWay, send_again
from callwright.messaging.operations.send_email import To
from callwright.messaging.rules import AddressRefused, clean_address

SENT, GONE = "sent", "gone"
"""What became of the wish to have a message sent again: it goes on, or the outbox has it no longer."""


class NoteMissing(Exception):
    """There is no such note any more: it, or its call, was removed."""


class NothingToSend(Exception):
    """`reason`: no_text, nobody (no recipient with an e-mail address is chosen), nothing_new (all have this text)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Recipient:
    name: str
    email: str


@transaction.atomic
def send_note(*, account_id: int, call_id: UUID, note_id: int, by: int, now: datetime) -> None:
    """A person has the note sent: a first time, as a correction where its text is another than the one sent before, or
    once more to those who did not get it. Asked twice, nobody gets it twice. Raises NoteMissing, NothingToSend.
    """
    hold_calls(account_id, [call_id])  # as whoever removes the call does: afterwards there is nothing left of it
    resent = _sent_again(account_id, note_id, by=by, now=now)
    note = _locked(account_id, call_id, note_id)
    if not note.text:
        raise NothingToSend("no_text")
    chosen = _chosen(note)
    plan = plan_of(note.text, [one.email for one in chosen], past_of(account_id, note_id))
    if resent == GONE:  # they get a message of their own
        plan = replace(plan, to=(*plan.to, *plan.missed))
    if plan.to:
        _send(note, plan, chosen, by=by, now=now)
    elif resent != SENT:
        raise NothingToSend("nobody" if not chosen else "nothing_new")
    tell_of_note(account_id, call_id, note.by_id, now=now)


def send_own_note(
    *, account_id: int, call_id: UUID, text: str, recipient_ids: Sequence[int], by: int, now: datetime
) -> None:
    """What `send_note` does, of the author's own note as it stands on their card: it is saved first, and stays saved
    where there is nothing to send. The caller has checked that `by` may see the call. Raises NoteTooLong,
    NoteMissing, NothingToSend.
    """
    save_note(account_id=account_id, call_id=call_id, text=text, recipient_ids=recipient_ids, by=by, now=now)
    mine = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by).order_by("id")
    note_id = mine.values_list("pk", flat=True).first()
    if note_id is None:
        raise NothingToSend("no_text")
    send_note(account_id=account_id, call_id=call_id, note_id=note_id, by=by, now=now)


@transaction.atomic
def send_by_itself(*, account_id: int, call_id: UUID, note_id: int, as_of: datetime, now: datetime) -> bool:
    """Sends a note that waits since `as_of`; returns whether. Not where it was written on, sent or removed meanwhile,
    or the account wants it by hand by now. One for whom nobody is chosen is kept as finished, and goes to coaching
    alone.
    """
    hold_calls(account_id, [call_id])
    try:
        note = _locked(account_id, call_id, note_id)
    except NoteMissing:
        return False
    if note.waits_since != as_of:
        return False
    if not note.text or not how_sent(account_id).by_itself:
        CallNote.objects.filter(account_id=account_id, pk=note_id).update(waits_since=None)
        return False
    chosen = _chosen(note)
    _send(note, Plan(tuple(one.email for one in chosen)), chosen, by=None, now=now)
    tell_of_note(account_id, call_id, note.by_id, now=now)
    return True


def _locked(account_id: int, call_id: UUID, note_id: int) -> CallNote:
    found = CallNote.objects.filter(account_id=account_id, call_id=call_id, pk=note_id)
    note = found.select_for_update(no_key=True).first()
    if note is None:
        raise NoteMissing(note_id)
    return note


def _sent_again(account_id: int, note_id: int, *, by: int, now: datetime) -> str:
    """Where the last message did not reach everybody and the text is the same, it goes on. The message is locked before
    the note: so does whoever hears what became of it.
    """
    last = NoteSending.objects.filter(account_id=account_id, note_id=note_id).order_by("-version").first()
    if last is None or last.state not in ("failed", "partly"):
        return ""
    note = CallNote.objects.filter(account_id=account_id, pk=note_id, text=last.text).first()
    missed = {one["email"].lower() for one in last.recipients if one["state"] in NOT_HAD}
    if note is None or missed.isdisjoint(one.email.lower() for one in _chosen(note)):
        return ""
    with connection.cursor() as cursor:  # kept shorter than the note: then a message of its own goes to those left
        cursor.execute("SELECT FROM messaging_mail WHERE id = %s", [last.mail_id])
        if cursor.fetchone() is None:
            return GONE
    assert last.mail_id is not None
    try:
        send_again(mail_id=last.mail_id, by=by, now=now)
    except StillUnderWay:
        return ""
    return SENT


def _chosen(note: CallNote) -> list[_Recipient]:
    """Those chosen for the note who are recipients of the account still, under the addresses that they have now."""
    wanted = {one.get("id") for one in note.recipients}
    found: dict[str, _Recipient] = {}
    for one in note_recipients(note.account_id):
        if one.id not in wanted or not one.email:
            continue
        try:
            found.setdefault(clean_address(one.email).lower(), _Recipient(one.name, clean_address(one.email)))
        except AddressRefused:  # kept before addresses were checked: nobody can be written to there
            continue
    return list(found.values())


def _send(note: CallNote, plan: Plan, chosen: list[_Recipient], *, by: int | None, now: datetime) -> None:
    """One more version: the mail and its copies, queued in this transaction."""
    call = call_of_note(note.account_id, note.call_id)
    if call is None:
        raise NoteMissing(note.pk)
    author, version = note.by.name if note.by else "", note.version + 1
    letter = Letter(
        note.account_id, note.call_id, note.pk, version, call, note.text,
        author if how_sent(note.account_id).names_agent else "", plan.is_correction,
    )  # fmt: skip
    to = [one for one in chosen if one.email in plan.to]
    mail_id = queue_note(letter, [To(one.email, one.name) for one in to], now=now) if to else None
    state = "waiting" if to else "nobody"
    recipients: list[dict[str, Any]] = [
        {"name": one.name, "email": one.email, "state": "waiting", "answer": ""} for one in to
    ]
    NoteSending.objects.create(
        account_id=note.account_id, call_id=note.call_id, note_id=note.pk, version=version, text=note.text,
        recipients=recipients, is_correction=plan.is_correction, by_itself=by is None, by_id=by, asked_at=now,
        state=state, mail_id=mail_id,
        copy_ids=queue_copies(letter, author_id=note.by_id, author=author, to=[one.email for one in to], now=now),
    )  # fmt: skip
    CallNote.objects.filter(account_id=note.account_id, pk=note.pk).update(
        version=version, state=state, changed=False, waits_since=None
    )
