"""Sends a note to the people of the account (ACC-6): by hand, or by itself once its author is done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from callwright.accounts.queries.accounts import note_recipients
from callwright.calls.models import CallNote, NoteSending
from callwright.calls.note_rules import NOT_HAD, Plan, plan_of, stands_as, was_sent
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.note_copies import queue_copies
from callwright.calls.operations.note_mail import Letter, queue_note
from callwright.calls.operations.save_note import (
    CallMoved,
    add_to_note,
    goes_by_itself,
    save_note,
    tell_of_note,
)
from callwright.calls.queries.note_sendings import call_of_note, how_sent, past_of
from callwright.kit.texts import clean_lines
from callwright.messaging.operations.send_email import To
from callwright.messaging.operations.withdraw import hold_mails, withdraw
from callwright.messaging.rules import AddressRefused, clean_address


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
def send_note(*, account_id: int, call_id: UUID, note_id: int, by: int, wish: str = "", now: datetime) -> None:
    """A person has the note sent: to whom it is new, as a correction to those who had another text, and once more to
    those whom it did not reach; always to those who are chosen now, and nobody else. What an earlier version still had
    to bring to anybody is withdrawn. Asked twice, nobody gets it twice; a `wish` that was met is passed over. Raises
    NoteMissing, NothingToSend.
    """
    hold_calls(account_id, [call_id])  # as whoever removes the call does: afterwards there is nothing left of it
    if wish and is_met(account_id, note_id, wish):
        return
    note = _locked(account_id, call_id, note_id)
    if not note.text:
        raise NothingToSend("no_text")
    chosen = _chosen(note)
    is_settled = _withdraw(note, chosen, now=now)
    plan = plan_of(note.text, [one.email for one in chosen], past_of(account_id, note_id))
    if not plan.is_empty:
        _send_all(note, plan, chosen, by=by, wish=wish, now=now)
    elif is_settled:  # those whom it did not reach were taken out
        CallNote.objects.filter(account_id=account_id, pk=note_id).update(
            state=stands_as(past_of(account_id, note_id)), changed=False
        )
    else:
        raise NothingToSend("nobody" if not chosen else "nothing_new")
    tell_of_note(account_id, call_id, note.by_id, now=now)


def is_met(account_id: int, note_id: int, wish: str) -> bool:
    """Whether the note was sent because of this wish; its desk did not hear of it, and asks again."""
    return NoteSending.objects.filter(account_id=account_id, note_id=note_id, wish=wish).exists()


def send_own_note(
    *, account_id: int, call_id: UUID, text: str, recipient_ids: Sequence[int] | None, by: int, wish: str = "",
    after: str | None = None, now: datetime,
) -> None:  # fmt: skip
    """What `send_note` does, of the author's own note as it stands on their card: it is saved first, and stays saved
    where there is nothing to send. `after`: it was written on a call that became part of this one, where so much of it
    had been saved. The caller has checked that `by` may see the call. Raises NoteTooLong, CallMoved, NothingToSend.
    """
    mine = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by).order_by("id")
    mine_ids = mine.values_list("pk", flat=True)
    if wish and (before := mine_ids.first()) is not None and is_met(account_id, before, wish):
        return  # what was typed since stays
    keep: Callable[..., bool] = save_note if after is None else partial(add_to_note, saved=after)
    keep(account_id=account_id, call_id=call_id, text=text, recipient_ids=recipient_ids, by=by, now=now)
    note_id = mine_ids.first()
    if note_id is None:
        raise CallMoved if clean_lines(text) else NothingToSend("no_text")
    try:
        send_note(account_id=account_id, call_id=call_id, note_id=note_id, by=by, wish=wish, now=now)
    except NoteMissing:
        raise CallMoved from None  # between the two: its note went with it


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
    chosen = _chosen(note)
    past = past_of(account_id, note_id)
    is_wanted = bool(note.text) and goes_by_itself(account_id, call_id)
    if not is_wanted or (past and plan_of(note.text, [one.email for one in chosen], past).is_empty):
        CallNote.objects.filter(account_id=account_id, pk=note_id).update(waits_since=None)
        return False
    _withdraw(note, chosen, now=now)
    plan = plan_of(note.text, [one.email for one in chosen], past_of(account_id, note_id))
    _send_all(note, plan, chosen, by=None, wish="", now=now)
    tell_of_note(account_id, call_id, note.by_id, now=now)
    return True


def _locked(account_id: int, call_id: UUID, note_id: int) -> CallNote:
    """The note, after the messages with it: so takes them whoever hears what became of one."""
    sent = NoteSending.objects.filter(account_id=account_id, note_id=note_id)
    hold_mails([id for id in sent.values_list("mail_id", flat=True) if id is not None])
    found = CallNote.objects.filter(account_id=account_id, call_id=call_id, pk=note_id)
    note = found.select_for_update(no_key=True).first()
    if note is None:
        raise NoteMissing(note_id)
    return note


def _withdraw(note: CallNote, chosen: Sequence["_Recipient"], *, now: datetime) -> bool:
    """Ends what earlier versions would still bring: to anybody where the text is another by now, to those who are not
    chosen any more, and, by somebody who sends the message again, to those whom it did not reach, since they get this
    version. Returns whether there was anybody.
    """
    wanted: dict[UUID, list[str]] = {}
    addresses = {one.email.lower() for one in chosen}
    for sending in NoteSending.objects.filter(account_id=note.account_id, note_id=note.pk):
        if sending.mail_id is None:
            continue
        for one in sending.recipients:
            is_wrong = sending.text != note.text or one["email"].lower() not in addresses
            is_missed = one["state"] in NOT_HAD and not one.get("is_past")
            if is_missed or (one["state"] == "waiting" and is_wrong):
                one["is_past"] = True
                wanted.setdefault(sending.mail_id, []).append(one["email"])
        if sending.mail_id in wanted:
            _of(sending).update(recipients=sending.recipients)
    withdraw(wanted, now=now)
    return bool(wanted)


def _of(sending: NoteSending) -> QuerySet[NoteSending]:
    return NoteSending.objects.filter(account_id=sending.account_id, pk=sending.pk)


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


def _send_all(
    note: CallNote, plan: Plan, chosen: list[_Recipient], *, by: int | None, wish: str, now: datetime
) -> None:
    """One more version; two, where some get a correction and others the note for the first time."""
    asked = [(plan.notes, False), (plan.corrections, True)]
    parts = [part for part in asked if part[0]] or asked[:1]
    past = past_of(note.account_id, note.pk)
    is_repeat = bool(past) and all(was_sent(one, note.text, past) for one in (*plan.notes, *plan.corrections))
    for addresses, is_correction in parts:
        to = [one for one in chosen if one.email in addresses]
        is_last = (addresses, is_correction) == parts[-1]
        copied = None if is_repeat or not is_last else [one for part, _kind in parts for one in part]
        _send(note, to, is_correction=is_correction, copied=copied, by=by, wish=wish, now=now)
        note.version += 1
    state = stands_as(past_of(note.account_id, note.pk)) or "nobody"
    CallNote.objects.filter(account_id=note.account_id, pk=note.pk).update(
        version=note.version, state=state, changed=False, waits_since=None
    )


def _send(
    note: CallNote, to: list[_Recipient], *, is_correction: bool, copied: list[str] | None, by: int | None, wish: str,
    now: datetime,
) -> None:  # fmt: skip
    """The mail, queued in this transaction, and its copies for coaching, which name those in `copied` (None: none)."""
    call = call_of_note(note.account_id, note.call_id)
    if call is None:
        raise NoteMissing(note.pk)
    author, version = note.by.name if note.by else "", note.version + 1
    letter = Letter(
        note.account_id, note.call_id, note.pk, version, call, note.text,
        author if how_sent(note.account_id).names_agent else "", is_correction,
    )  # fmt: skip
    mail_id = queue_note(letter, [To(one.email, one.name) for one in to], now=now) if to else None
    recipients: list[dict[str, Any]] = [
        {"name": one.name, "email": one.email, "state": "waiting", "answer": ""} for one in to
    ]
    NoteSending.objects.create(
        account_id=note.account_id, call_id=note.call_id, note_id=note.pk, version=version, text=note.text,
        recipients=recipients, is_correction=is_correction, by_itself=by is None, by_id=by, asked_at=now,
        state="waiting" if to else "nobody", mail_id=mail_id, wish=wish,
        copy_ids=[]
        if copied is None
        else queue_copies(letter, author_id=note.by_id, author=author, to=copied, now=now),
    )  # fmt: skip
