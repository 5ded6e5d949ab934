"""Notes on calls of the demonstration: sent, waiting, one that did not arrive, a correction, and comments on them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from callwright.accounts.models import NoteRecipient
from callwright.calls.models import CallNote, NoteCopy, NoteSending
from callwright.calls.operations.comment_note import comment_note
from callwright.config.demo.base import Base

_TEXTS = (
    "Would like to be called back about the last invoice, preferably before noon.",
    "Asks whether the appointment of Thursday can move to the week after. Any morning suits.",
    "The delivery came, but one box is missing.\nOrder number is on the label; photos will follow by mail.",
    "New enquiry: wants a quote for twelve people, vegetarian, on the 14th.",
    "Says thank you for the quick repair yesterday. No need to call back.",
    "The heating makes a noise again since the weekend. Not urgent, but please come by before it freezes.",
    "Wants to speak to the manager about the terms. Would not say more.",
    "Has moved: new address is on its way by mail. Please change it before the next letter goes out.",
    "Complaint: was promised a call back last week and nobody called.\n\nI said that somebody would call today.",
)
_MOST, _DAYS = 48, 14
_CALLS = """
    SELECT account_id, id, employee_id, ended_at FROM calls_call
    WHERE status = 'answered' AND direction <> 'internal' AND employee_id IS NOT NULL AND talk_s > 40
        AND started_at > %s
    ORDER BY md5(id::text) LIMIT %s
"""


@dataclass(frozen=True)
class _Made:
    note: CallNote
    at: datetime


def load_notes(base: Base, random: Random, *, now: datetime) -> int:
    """Notes on some calls of the last two weeks; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, [now - timedelta(days=_DAYS), _MOST])
        calls = cursor.fetchall()
    made = [_note(random.choice(_TEXTS), *call) for call in calls]
    made.sort(key=lambda one: one.at, reverse=True)
    for n, one in enumerate(made):
        _become(one, n)
    _comment(base, made, now)
    coach = NoteCopy.objects.create(email="coaching@example.com", all_agents=False, changed_at=now)
    coach.agents.set([user for user in base.users.values() if user.role == "agent"][:2])
    return len(made)


def _note(text: str, account_id: int, call_id: UUID, employee_id: int, ended_at: datetime) -> _Made:
    recipients = [
        {"id": one.pk, "name": one.name, "email": one.email, "phone": one.phone}
        for one in NoteRecipient.objects.filter(account_id=account_id, by_default=True).order_by("name")
    ]
    note = CallNote.objects.create(
        account_id=account_id, call_id=call_id, text=text, recipients=recipients, by_id=employee_id,
        created_at=ended_at, updated_at=ended_at,
    )  # fmt: skip
    return _Made(note, ended_at)


def _become(made: _Made, n: int) -> None:
    """Of the latest one was not sent, one refused, one changed since, one corrected; the rest arrived."""
    if n == 1 or not made.note.recipients:
        return
    if n == 2:
        _sent(made, "failed", answer="550 5.1.1 The mailbox does not exist")
    elif n == 4:
        _sent(made, "sent")
        made.note.text += "\nCorrection: it is the 15th."
        CallNote.objects.filter(pk=made.note.pk).update(text=made.note.text, changed=True)
    elif n == 6:
        first = made.note.text
        _sent(made, "sent")
        made.note.text = f"{first} The number to call is the one on file."
        CallNote.objects.filter(pk=made.note.pk).update(text=made.note.text)
        _sent(made, "sent", version=2)
    else:
        _sent(made, "sent")


def _sent(made: _Made, state: str, *, answer: str = "250 2.0.0 OK", version: int = 1) -> None:
    at = made.at + timedelta(minutes=1 + 9 * (version - 1))
    reached = "sent" if state == "sent" else "refused"
    to: list[dict[str, Any]] = [
        {"name": one["name"], "email": one["email"], "state": reached, "answer": answer}
        for one in made.note.recipients
        if one["email"]
    ]
    NoteSending.objects.create(
        account_id=made.note.account_id, call_id=made.note.call_id, note_id=made.note.pk, version=version,
        text=made.note.text, recipients=to, is_correction=version > 1, by_itself=version == 1, asked_at=at, state=state,
        answer=answer, sent_at=at + timedelta(seconds=2) if state == "sent" else None,
    )  # fmt: skip
    CallNote.objects.filter(pk=made.note.pk).update(state=state, version=version)


def _comment(base: Base, made: list[_Made], now: datetime) -> None:
    supervisor = next(user for user in base.users.values() if user.role == "supervisor")
    authors = {user.pk: user for user in base.users.values()}
    said = (
        (0, "Good note: who, what and until when. That is all the account needs.", ""),
        (
            3,
            "Please add the number to call back, even where it is the one on file.",
            "I will. It was the usual number.",
        ),
        (5, "Friendly and short. Well done.", ""),
    )
    for n, text, answer in said:
        if n >= len(made):
            continue
        note = made[n].note
        known: dict[str, Any] = {"account_id": note.account_id, "call_id": note.call_id, "note_id": note.pk}
        at = min(made[n].at + timedelta(hours=2), now)
        comment_note(viewer=supervisor, text=text, now=at, **known)
        if answer and note.by_id in authors:
            comment_note(viewer=authors[note.by_id], text=answer, now=min(at + timedelta(minutes=20), now), **known)
