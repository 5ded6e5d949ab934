"""Tells the rest of the product what became of calls: open pages, agents' states, contacts last spoken to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.calls.operations.describe import Described
from callwright.calls.operations.stored_calls import Stored
from callwright.calls.phases import Phase, done_at, has_talked, phases, queues_of_talks, talked_until
from callwright.calls.projection import CallView
from callwright.contacts.operations.note_spoken import Spoken, note_spoken
from callwright.live.operations.publish import Change, publish
from callwright.staff.operations.agent_rows import Agent
from callwright.staff.operations.note_calls import CallPhase, note_calls
from callwright.telephony.operations.ensure_queues import ensure_queues


@dataclass(frozen=True, slots=True)
class Changed:
    """A call as it was and is; `employees` by extension, as they sat when it rang."""

    described: Described
    before: CallView | None
    own_extension: str | None
    employees: dict[str, int]


@dataclass(frozen=True, slots=True)
class Merged:
    """A call that ceased because it became part of the call `into` (account, id)."""

    stored: Stored
    before: CallView
    own_extension: str | None
    employees: dict[str, int]
    into: tuple[int, UUID]


def phases_told(*, changed: Sequence[Changed], merged: Sequence[Merged], now: datetime) -> list[CallPhase]:
    """What the changes mean for agents, whose rows are taken before those of the calls are written."""
    phases = [phase for one in changed for phase in _phases(one, _part_of(one, merged), now)]
    return phases + [phase for one in merged for phase in _left(one, now)]


def announce(
    *, changed: Sequence[Changed], merged: Sequence[Merged], phases: Sequence[CallPhase], agents: Sequence[Agent],
    now: datetime,
) -> None:  # fmt: skip
    """Publishes the changes and moves the states of the agents, whom the caller's transaction has locked."""
    live = [change for one in changed for change in _changes(one)]
    live += [change for one in merged for change in _gone(one)]
    note_calls(phases, agents=agents, now=now)
    note_spoken([spoken for one in changed if (spoken := _spoken(one)) is not None])
    publish(live, now=now)


def _gone(one: Merged) -> list[Change]:
    key, account_id = str(one.stored.id), one.stored.account_id
    data = {"gone": True, "into": str(one.into[1])}
    desks = {one.employees[ext] for ext in phases(one.before, one.own_extension) if ext in one.employees}
    return [
        _change("calls", account_id, key, data),
        *(_change(f"desk:{employee_id}", account_id, key, data) for employee_id in sorted(desks)),
    ]


def _left(one: Merged, now: datetime) -> list[CallPhase]:
    """Nobody is in the merged call any more; the call that it became part of keeps them busy, or frees them."""
    return [
        CallPhase(one.employees[extension], one.stored.id, str(Phase.ENDED), None, False, now, into=one.into[1])
        for extension in phases(one.before, one.own_extension)
        if extension in one.employees
    ]


def _changes(one: Changed) -> list[Change]:
    new = one.described
    data: dict[str, Any] = {"status": new.view.status, "direction": str(new.view.direction)}
    key = str(new.id)
    now_phases = phases(new.view, one.own_extension)
    found = [_change("calls", new.account_id, key, {**data, "new": one.before is None})]
    for extension, employee_id in one.employees.items():
        phase = now_phases.get(extension)
        if phase is not None:
            told = {**data, "phase": str(phase)}
            # Where all of a talk is heard in the same moment, its end is all that desks are told of it.
            if phase == Phase.ENDED and has_talked(new.view, extension, one.own_extension, since=None):
                told["talked"] = True
            found.append(_change(f"desk:{employee_id}", new.account_id, key, told))
    return found


def _change(topic: str, account_id: int, key: str, data: dict[str, Any]) -> Change:
    return Change(topic=topic, name="call", key=key, account_id=account_id, data=data)


def _part_of(one: Changed, merged: Sequence[Merged]) -> list[Merged]:
    return [other for other in merged if other.into == (one.described.account_id, one.described.id)]


def _phases(one: Changed, parts: Sequence[Merged], now: datetime) -> list[CallPhase]:
    view, own = one.described.view, one.own_extension
    before = phases(one.before, own) if one.before else {}
    after = phases(view, own)
    # An extension that is no longer in the call, because the call was told anew, is done with it.
    after = {**dict.fromkeys(before.keys() - after.keys(), Phase.ENDED), **after}
    told: list[CallPhase] = []
    for extension, phase in after.items():
        if extension not in one.employees:
            continue
        heard = before.get(extension) == Phase.TALKING
        unheard = phase == Phase.ENDED and not heard and _is_unheard(one, parts, extension)
        if before.get(extension) == phase and not unheard:
            continue
        told.append(
            CallPhase(
                user_id=one.employees[extension],
                call_id=one.described.id,
                phase=str(phase),
                queue_id=_queue_of_talk(one, extension) if unheard else one.described.call["queue_id"],
                talked=heard or unheard,
                unheard=unheard,
                at=_since(view, extension, phase, own, now),
                account_id=one.described.account_id,
                direction=str(view.direction),
            )
        )
    return told


def _is_unheard(one: Changed, parts: Sequence[Merged], extension: str) -> bool:
    """Whether the extension answered and was done since it was last told: at once, or while nobody listened to the PBX.
    What it talked in a call that became part of this one was told there.
    """
    told = [(one.before, one.own_extension)] if one.before else []
    told += [(part.before, part.own_extension) for part in parts]
    ends = [until for view, own in told if (until := talked_until(view, extension, own)) is not None]
    return has_talked(one.described.view, extension, one.own_extension, since=max(ends, default=None))


def _queue_of_talk(one: Changed, extension: str) -> int | None:
    """The call may have gone on into another queue since."""
    view, call = one.described.view, one.described.call
    talks, dialled = queues_of_talks(view)
    if dialled and extension == one.own_extension:
        return None
    if extension not in talks:
        queue_id: int | None = call["queue_id"]
        return queue_id
    name = talks[extension]
    return ensure_queues(pbx_id=call["pbx_id"], names=[name])[name].id if name else None


def _since(view: CallView, extension: str, phase: Phase, own_extension: str | None, now: datetime) -> datetime:
    """When the phase began, as well as the call tells; wrap-up counts from the end of somebody's own talk."""
    if phase == Phase.ENDED:
        return done_at(view, extension, own_extension) or now
    if phase == Phase.TALKING and view.answered_at:
        return view.answered_at
    return view.started_at


def _spoken(one: Changed) -> Spoken | None:
    view, row = one.described.view, one.described.call
    newly = view.answered_at is not None and (one.before is None or one.before.answered_at is None)
    if not newly or view.answered_at is None or row["contact_id"] is None:
        return None
    return Spoken(
        account_id=one.described.account_id,
        contact_id=row["contact_id"],
        number=row["client_number"],
        at=view.answered_at,
    )
