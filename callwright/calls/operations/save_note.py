"""What an agent writes of a call, saved as it is typed (DESK-7)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from callwright.accounts.queries.accounts import note_recipients
from callwright.calls.models import Call, CallNote, Leg
from callwright.calls.note_rules import LONGEST_NOTE, is_changed, joined
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.queries.note_sendings import past_of, sends_by_itself
from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish

__all__ = ["LONGEST_NOTE", "CallMoved", "NoteTooLong", "add_to_note", "finish_note", "go_on_with_note", "save_note"]


class NoteTooLong(Exception):
    """A note has at most `LONGEST_NOTE` characters."""


class CallMoved(Exception):
    """The call is not the account's any more (it was given to another, or became part of another call), it was removed,
    or its person was erased.
    """


@transaction.atomic
def save_note(
    *, account_id: int, call_id: UUID, text: str, recipient_ids: Sequence[int] | None, by: int, now: datetime
) -> bool:
    """Keeps the employee's own note on a call, with the account's recipients chosen for it; an empty text without a
    note before keeps nothing. Returns whether anything changed. The caller has checked that `by` may see the call.

    `recipient_ids` None: as they were, at first those of the account's own choice. Recipients that are not the
    account's are left out. A note that was never sent waits from now on to be sent by itself, where its account wants
    that and a customer was on the phone; one that was sent is never sent again unasked. Raises NoteTooLong, CallMoved.
    """
    text = clean_lines(text)
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong
    hold_calls(account_id, [call_id])  # two tabs that save at once must not make two notes
    if not Call.objects.filter(account_id=account_id, id=call_id, anonymous=False).exists():
        raise CallMoved
    mine = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by)
    before = mine.order_by("id").select_for_update(no_key=True).first()  # it may be being sent
    chosen = _chosen(account_id, recipient_ids, before)
    if before is None and not text:
        return False
    if before is not None and (before.text, before.recipients) == (text, chosen):
        return False
    if before is None:
        CallNote.objects.create(
            account_id=account_id, call_id=call_id, text=text, recipients=chosen, by_id=by, created_at=now,
            updated_at=now, waits_since=now if goes_by_itself(account_id, call_id) else None,
        )  # fmt: skip
    else:
        how = _to_be_sent(before, text, chosen, now)
        mine.filter(pk=before.pk).update(text=text, recipients=chosen, updated_at=now, **how)
    tell_of_note(account_id, call_id, by, now=now)
    return True


@transaction.atomic
def add_to_note(
    *, account_id: int, call_id: UUID, text: str, saved: str, recipient_ids: Sequence[int] | None, by: int,
    now: datetime,
) -> bool:  # fmt: skip
    """What `save_note` does, of words written on a call that became part of this one: they follow what the note says,
    and those chosen there are added. `saved`: what was kept of the words before. Raises NoteTooLong, CallMoved.
    """
    hold_calls(account_id, [call_id])
    text, ids = clean_lines(text), recipient_ids
    before = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by).order_by("id").first()
    if before is not None:
        text = joined(before.text, text, clean_lines(saved))
        ids = None if ids is None else [*ids, *(one["id"] for one in before.recipients)]
    return save_note(account_id=account_id, call_id=call_id, text=text, recipient_ids=ids, by=by, now=now)


def goes_by_itself(account_id: int, call_id: UUID) -> bool:
    """Whether notes on the call are sent unasked: what colleagues say among themselves is nobody's but theirs."""
    is_ours = Call.objects.filter(account_id=account_id, id=call_id, direction="internal").exists()
    return not is_ours and sends_by_itself(account_id)


def _to_be_sent(before: CallNote, text: str, chosen: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """Whether the changed note waits to be sent, or is another than the one that was."""
    past = past_of(before.account_id, before.pk) if before.version else []
    waits = text and goes_by_itself(before.account_id, before.call_id)
    if not past:
        return {"waits_since": now if waits else None, "changed": False}
    changed = is_changed(text, [one["email"] for one in chosen if one["email"]], past)
    # Words that were still to go out when two calls became one go on waiting.
    return {"changed": changed, "waits_since": now if waits and before.waits_since is not None else None}


def finish_note(*, account_id: int, call_id: UUID, by: int, now: datetime) -> None:
    """The author has put the call's card away: what waits to be sent by itself waits no longer."""
    notes = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by, waits_since__isnull=False)
    notes.update(finished_at=now)


def go_on_with_note(*, account_id: int, call_id: UUID, by: int, now: datetime) -> None:
    """The author writes on, or took the call's card back: what waits to be sent by itself waits anew."""
    notes = CallNote.objects.filter(account_id=account_id, call_id=call_id, by_id=by, waits_since__isnull=False)
    notes.update(finished_at=None, waits_since=now)


def tell_of_note(account_id: int, call_id: UUID, by: int | None, *, now: datetime) -> None:
    """Open pages read the note again: those of calls, and the desks of all who are or were at the call."""
    employees = at_the_call(account_id, call_id) | ({by} if by is not None else set())
    topics = ["calls", *(f"desk:{employee}" for employee in sorted(employees))]
    publish([Change(topic, "note", str(call_id), account_id, {"by": by}) for topic in topics], now=now)


def at_the_call(account_id: int, call_id: UUID) -> set[int]:
    """The employees at whose extensions the call is or was: a colleague who takes it over reads the note live."""
    legs = Leg.objects.filter(account_id=account_id, call_id=call_id, employee_id__isnull=False)
    return set(legs.values_list("employee_id", flat=True))


def _chosen(account_id: int, recipient_ids: Sequence[int] | None, before: CallNote | None) -> list[dict[str, Any]]:
    """The recipients as they are now; who is still one, and under which address, is asked again when it is sent.

    Where some are named and none is the account's, the card was drawn for another account.
    """
    known = note_recipients(account_id)
    ids = recipient_ids
    if ids and {one.id for one in known}.isdisjoint(ids):
        ids = None
    if ids is None and before is not None:
        kept: list[dict[str, Any]] = before.recipients
        return kept
    return [
        {key: value for key, value in asdict(one).items() if key != "by_default"}
        for one in known
        if (one.by_default if ids is None else one.id in ids)
    ]
