"""What is kept of the recording of a call that became part of another goes to that one: the PBX may have it no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.calls.operations.set_recording import set_recording
from callwright.calls.ports import CallChange
from callwright.calls.projection import CallView
from callwright.calls.queries.recorded import recorded_call
from callwright.recordings.models import Part, Recording, State
from callwright.recordings.operations.fetch_recording import forget_recording
from callwright.recordings.operations.replace_parts import drop_parts, put_in_order
from callwright.recordings.rules import mark_of
from callwright.staff.operations.record_audit import record_audit

Call = tuple[int, UUID]
"""(account id, call id)"""

_OF_ITS_OWN = ("state", "reason", "detail", "due_at", "tries", "asked_at", "seconds", "fetched_at")


def join_recordings(changes: Sequence[CallChange], now: datetime) -> None:
    """Hears of calls that ceased, in the transaction that takes them out; one query where none of them was recorded.
    The call that each became part of is recorded under their keys from now on, and looked for as a whole.
    """
    gone = {one.id: one for one in changes}
    for kept in list(Recording.objects.filter(id__in=gone)) if gone else ():
        into = _last(gone, kept.id)
        if into is not None:
            _join(kept, into, gone[kept.id].before, now)
        forget_recording(kept.account_id, [kept.id], now)


def _last(gone: Mapping[UUID, CallChange], id: UUID) -> Call | None:
    """What a call became part of; where that ceased too, what that became part of."""
    seen = {id}
    into = gone[id].into
    while into is not None and into[1] in gone and into[1] not in seen:
        seen.add(into[1])
        into = gone[into[1]].into
    return into


def _join(kept: Recording, into: Call, before: CallView | None, now: datetime) -> None:
    call = recorded_call(*into)
    if call is None:
        return
    main = Recording.objects.select_for_update().filter(account_id=into[0], id=into[1]).first()
    parts = list(Part.objects.filter(account_id=kept.account_id, call_id=kept.id))
    if main is not None and main.erased_at is not None:
        if parts:  # it belongs to what somebody wanted to be gone
            _note("recording_erased", kept, into, now)
        return
    values: dict[str, Any] = {"left_out": _left_out(kept, main, before), "call_ended_at": call.ended_at}
    if kept.erased_at is None:
        values |= _joined(kept, main)
    if parts:
        Part.objects.filter(account_id=kept.account_id, call_id=kept.id).update(account_id=into[0], call_id=into[1])
        parts = list(Part.objects.filter(account_id=into[0], call_id=into[1]))
        values |= {"state": State.DOWNLOADED, "seconds": _once_each(parts, call.started_at, now)}
        if main is not None and main.state in (State.NONE, State.EMPTY):
            values |= {"reason": "", "detail": ""}  # that nothing was recorded
        _note("recording_joined", kept, into, now)
    if main is None:
        blank = {"state": State.NONE, "asked_at": now, "attempts": kept.attempts + 1}
        Recording.objects.create(account_id=into[0], id=into[1], pbx_id=kept.pbx_id, **{**blank, **values})
    else:
        Recording.objects.filter(account_id=into[0], id=into[1]).update(**values)
    if "state" in values:
        set_recording(account_id=into[0], call_id=into[1], state=values["state"], now=now)


def _left_out(kept: Recording, main: Recording | None, before: CallView | None) -> list[str] | None:
    """What was erased of the call that ceased, now or before, is never fetched for the other one."""
    marks = {*((main.left_out if main else None) or ()), *(kept.left_out or ())}
    if kept.erased_at is not None and before is not None:
        marks |= {mark_of(one.key, one.started_at) for one in before.recordings}
    return sorted(marks) or None


def _joined(kept: Recording, main: Recording | None) -> dict[str, Any]:
    """What the row of the other call takes over; all, where it had none."""
    if main is None:
        return {name: getattr(kept, name) for name in _OF_ITS_OWN}
    times = [one.fetched_at for one in (kept, main) if one.fetched_at is not None]
    values: dict[str, Any] = {"fetched_at": max(times, default=None)}
    if main.due_at is None and kept.due_at is not None:
        values |= {"due_at": kept.due_at, "asked_at": kept.asked_at, "tries": 0, "attempts": main.attempts + 1}
    return values


def _once_each(parts: Sequence[Part], started_at: datetime, now: datetime) -> float:
    """How long they are, in seconds. A call that came back and became part of the same one again may bring what that
    one has.
    """
    best = {one.source_name: one for one in sorted(parts, key=lambda one: one.size)}
    kept = {one.id for one in best.values()}
    drop_parts([one for one in parts if one.id not in kept], now)
    return put_in_order([one for one in parts if one.id in kept], started_at=started_at)


def _note(action: str, kept: Recording, into: Call, now: datetime) -> None:
    """In the audit log of the other call, and of the account that loses it."""
    record_audit(
        action=action, subject=f"call:{into[1]}", by=None, account_id=into[0], detail={"from_call": str(kept.id)},
        now=now,
    )  # fmt: skip
    if kept.account_id != into[0]:
        record_audit(action=action, subject=f"call:{kept.id}", by=None, account_id=kept.account_id, now=now)
