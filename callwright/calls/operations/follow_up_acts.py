"""What people do about missed calls: assign them, call back, close, say they were called back, reopen (CALL-6).

Each act locks the call, makes sure that it still is as the person saw it, and works the state out anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from callwright.calls.follow_up import BY_CALLS, State
from callwright.calls.models import Call, FollowUpAct, FollowUpReason
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_states import desks_told, work_out
from callwright.calls.operations.follow_up_telling import tell_assigned
from callwright.calls.operations.set_contact import CallMissing
from callwright.calls.queries.follow_up_people import on_the_line_with, people_who_follow_up
from callwright.kit.texts import clean_line
from callwright.live.operations.publish import Change, publish

LONGEST_TEXT = 500
BEING_CALLED = timedelta(seconds=45)
"""So long after somebody chose to call back nobody else does."""
MOST_OTHERS = 500
"""So many other open calls of a number are closed, or opened again, with one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A missed call as its row showed it when the person decided."""

    state: str
    assigned_to: int | None

    @property
    def text(self) -> str:
        return f"{self.state}:{self.assigned_to or ''}"

    @classmethod
    def parse(cls, text: str) -> "Seen":
        state, _, assigned = text.partition(":")
        return cls(state, int(assigned) if assigned.isascii() and assigned.isdigit() and len(assigned) < 19 else None)


class ChangedMeanwhile(Exception):
    """The call is no longer as the person saw it; `by` did the last act on it, None where calls settled it."""

    def __init__(self, state: str, by: str | None) -> None:
        super().__init__(state, by)
        self.state, self.by = state, by


class BeingCalled(Exception):
    """Somebody else (`by`) calls this person or speaks with them at this moment."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class FollowUpRefused(Exception):
    """`reason`: no_reason, no_text, text_too_long, not_a_person, no_number."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def assign_follow_up(*, account_id: int, call_id: UUID, seen: Seen, to: int | None, by: int, now: datetime) -> None:
    """`to` should call back, and is told of it where somebody else says so; None for nobody in particular.

    Raises CallMissing, ChangedMeanwhile, FollowUpRefused.
    """
    call = _as_seen(account_id, call_id, seen)
    if to is not None and to not in dict(people_who_follow_up(account_id)):
        raise FollowUpRefused("not_a_person")
    if call.assigned_to_id != to:
        act_id = _assign(call, to, by, now)
        _tell(call, now)
        if to is not None and to != by:
            tell_assigned(account_id=account_id, call_id=call_id, act_id=act_id, to=to, by=by, now=now)


@transaction.atomic
def begin_call_back(*, account_id: int, call_id: UUID, seen: Seen, by: int, now: datetime) -> str:
    """Somebody calls back now: the call is theirs where it was nobody's. Returns the number to dial.

    Raises CallMissing, ChangedMeanwhile, BeingCalled, FollowUpRefused.
    """
    call = _locked(account_id, call_id)
    acts = FollowUpAct.objects.filter(account_id=account_id, call_id=call_id, kind=FollowUpAct.Kind.CALLING)
    other = acts.filter(at__gt=now - BEING_CALLED).exclude(by_id=by).select_related("by").order_by("-id").first()
    if other is not None and call.follow_up == State.NOT_CALLED_BACK:
        raise BeingCalled(other.by.name if other.by else "")
    _check(call, seen)
    if not call.client_number:
        raise FollowUpRefused("no_number")
    if name := on_the_line_with(account_id, call.client_number, not_by=by, now=now):
        raise BeingCalled(name)
    if call.assigned_to_id is None:
        _assign(call, by, by, now)
    _note(call, FollowUpAct.Kind.CALLING, by, now)
    _tell(call, now)
    return call.client_number


@transaction.atomic
def close_follow_up(
    *, account_id: int, call_id: UUID, seen: Seen, reason_id: int | None, text: str = "", also_others: bool = False,
    by: int, now: datetime,
) -> int:  # fmt: skip
    """Nobody need call back, for a reason; `also_others`: nor for the other open calls of the same number. Returns how
    many were closed. Raises CallMissing, ChangedMeanwhile, FollowUpRefused.
    """
    closed = _as_seen_with_others(account_id, call_id, seen) if also_others else [_as_seen(account_id, call_id, seen)]
    reason = FollowUpReason.objects.filter(pk=reason_id or 0, retired=False).first()
    if reason is None:
        raise FollowUpRefused("no_reason")
    text = _text(text)
    if reason.code == "other" and not text:
        raise FollowUpRefused("no_text")
    _note_all(closed, FollowUpAct.Kind.CLOSED, by, now, reason=reason, text=text)
    _settle(closed, now)
    return len(closed)


@transaction.atomic
def count_as_called_back(*, account_id: int, call_id: UUID, seen: Seen, text: str = "", by: int, now: datetime) -> None:
    """The client was reached by other means, at the last attempt since it is open where there was one, else now.

    Raises CallMissing, ChangedMeanwhile, FollowUpRefused.
    """
    call = _as_seen(account_id, call_id, seen)
    acts = FollowUpAct.objects.filter(account_id=account_id, call_id=call_id)
    opened = acts.filter(kind=FollowUpAct.Kind.REOPENED).aggregate(last=Max("id"))["last"] or 0
    attempts = acts.filter(kind=FollowUpAct.Kind.CALLING, id__gt=opened)
    last = attempts.order_by("-id").values_list("at", flat=True).first()
    _note(call, FollowUpAct.Kind.COUNTED, by, now, text=_text(text), counts_at=last or now)
    _settle([call], now)


@transaction.atomic
def reopen_follow_up(
    *, account_id: int, call_id: UUID, seen: Seen, text: str = "", also_others: bool = False, by: int, now: datetime
) -> int:
    """It must be called back after all. What calls had settled until now does not count any more; what a person had
    settled is worked out from the calls. `also_others`: with a call that was closed, those that were closed with it.
    Returns how many were opened. Raises CallMissing, ChangedMeanwhile, FollowUpRefused.
    """
    if also_others and seen.state == State.CLOSED:
        opened = _as_seen_with_others(account_id, call_id, seen)
    else:
        opened = [_as_seen(account_id, call_id, seen)]
    text, first = _text(text), opened[0]
    refused = now if first.follow_up in BY_CALLS and first.follow_up_call_id is not None else None
    _note_all(opened, FollowUpAct.Kind.REOPENED, by, now, text=text, refused_until=refused)
    _settle(opened, now)
    return len(opened)


def _locked(account_id: int, call_id: UUID) -> Call:
    call = Call.objects.select_for_update().filter(account_id=account_id, id=call_id).first()
    if call is None or not call.follow_up:
        raise CallMissing(account_id, call_id)
    return call


def _as_seen(account_id: int, call_id: UUID, seen: Seen) -> Call:
    call = _locked(account_id, call_id)
    _check(call, seen)
    return call


def _check(call: Call, seen: Seen) -> None:
    if (call.follow_up, call.assigned_to_id) != (seen.state, seen.assigned_to):
        last = FollowUpAct.objects.filter(account_id=call.account_id, call_id=call.id).select_related("by")
        act = last.order_by("-id").first() if call.follow_up_call_id is None else None
        raise ChangedMeanwhile(call.follow_up, act.by.name if act and act.by else None)


def _as_seen_with_others(account_id: int, call_id: UUID, seen: Seen) -> list[Call]:
    """The call, then the others of its number that are as it is: open, or closed at the same moment. All of them are
    locked in the order of their ids, so that two people who do this never wait for each other.
    """
    known = Call.objects.filter(account_id=account_id, id=call_id).values("client_number", "follow_up_at").first()
    ids = [call_id]
    if known is not None and known["client_number"]:
        alike = Call.objects.filter(account_id=account_id, follow_up=seen.state, **known).exclude(id=call_id)
        ids += alike.order_by("id").values_list("id", flat=True)[:MOST_OTHERS]
    locked = Call.objects.select_for_update().filter(account_id=account_id, id__in=ids).order_by("id")
    calls = {one.id: one for one in locked}
    call = calls.pop(call_id, None)
    if call is None or not call.follow_up:
        raise CallMissing(account_id, call_id)
    _check(call, seen)
    marks = (call.follow_up, call.follow_up_at, call.client_number)
    return [call, *(one for one in calls.values() if (one.follow_up, one.follow_up_at, one.client_number) == marks)]


def _text(text: str) -> str:
    text = clean_line(text)
    if len(text) > LONGEST_TEXT:
        raise FollowUpRefused("text_too_long")
    return text


def _assign(call: Call, to: int | None, by: int, now: datetime) -> int:
    mine = Call.objects.filter(account_id=call.account_id, id=call.id)
    mine.update(assigned_to_id=to, updated_at=now)
    return _note(call, FollowUpAct.Kind.ASSIGNED, by, now, to_id=to)


def _note(call: Call, kind: FollowUpAct.Kind, by: int, now: datetime, **more: Any) -> int:
    (act,) = _note_all([call], kind, by, now, **more)
    return int(act.pk)


def _note_all(calls: Sequence[Call], kind: FollowUpAct.Kind, by: int, now: datetime, **more: Any) -> list[FollowUpAct]:
    return FollowUpAct.objects.bulk_create(
        FollowUpAct(account_id=one.account_id, call_id=one.id, kind=kind, by_id=by, at=now, **more) for one in calls
    )


def _settle(calls: Sequence[Call], now: datetime) -> None:
    notes = [Note(call.account_id, call.started_at, call.id) for call in calls]
    work_out(notes, now=now)
    # A worker that read the call before this act leaves it alone, and looks once more.
    note_clients(notes)


def _tell(call: Call, now: datetime) -> None:
    data = {"was": call.follow_up, "state": call.follow_up}
    desks = desks_told([(call.id, call.account_id)])
    publish([Change("calls", "follow_up", str(call.id), call.account_id, data), *desks], now=now)
