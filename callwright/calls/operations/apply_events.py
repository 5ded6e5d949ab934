"""Applies telephony events to the register."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from callwright.calls.facts import CallState
from callwright.calls.intake import storable
from callwright.calls.operations.announce import Changed, Merged, announce, phases_told
from callwright.calls.operations.call_locks import LATE
from callwright.calls.operations.describe import Projected, describe
from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.calls.operations.forget_erased import forget_again
from callwright.calls.operations.stored_calls import (
    Key,
    Stored,
    hand_over,
    lock_and_load,
    remove,
    remove_legs,
    save,
)
from callwright.calls.ports import CallChange, tell
from callwright.calls.projection import CallView, project
from callwright.calls.queries.erased import ToldCall, sealed_calls
from callwright.calls.rules import absorb, note, told_anew
from callwright.kit.identity import uuid7_of
from callwright.staff.operations.agent_rows import lock_agents
from callwright.telephony.events import CallEvent, CallMerged, CallRetold, CallStarted
from callwright.telephony.queries.pbxs import PbxFacts, pbxs_by_slug


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a batch: ids of the calls that changed, and events of calls whose start nobody has told."""

    changed: tuple[UUID, ...] = ()
    unknown: tuple[CallEvent, ...] = ()


@dataclass(slots=True)
class Work:
    """One call on its way through a batch."""

    key: Key
    pbx: PbxFacts
    state: CallState
    stored: Stored | None
    before: CallView | None
    merged_into: Key | None = None
    retold: bool = False
    events: list[CallEvent] = field(default_factory=list)


def apply_events(events: Sequence[CallEvent], *, now: datetime, agents: Collection[int] = ()) -> Applied:
    """Brings the register up to date with `events` (in the order in which they happened) in one transaction.

    `agents`: users whose states the caller changes afterwards in the same transaction; they are locked with the others.

    Events that were applied before change nothing. Events of a call that is not known and whose CallStarted is not
    among them are returned as unknown. Raises LookupError for a PBX that does not exist.
    """
    let_in = [storable(event) for event in events]
    if not let_in:
        return Applied()
    ensure_partitions({month_of(event.at) for event in let_in if isinstance(event, CallStarted)})
    with transaction.atomic(savepoint=False):
        work, unknown = _gather(let_in, now)
        after = {key: project(one.state) for key, one in work.items() if one.merged_into is None}
        work = _still_written(work, after, now)
        after = {key: view for key, view in after.items() if key in work}
        changed = [work[key] for key, view in after.items() if work[key].before != view]
        gone = [one for one in work.values() if one.merged_into is not None and one.stored is not None]
        written = _described(changed, after, now=now)
        taken_out = _merged(gone, work, written)
        phases = phases_told(changed=written, merged=taken_out, now=now)
        held = lock_agents({*agents, *(one.user_id for one in phases)}, now=now)  # before calls, as everybody does
        _write(changed, written, now=now)
        _take_out(taken_out)
        announce(changed=written, merged=taken_out, phases=phases, agents=held, now=now)
        tell(_told(changed, written, taken_out), now)
        forget_again([(o.described.account_id, o.described.id) for o in written if o.described.is_erased], now=now)
    return Applied(changed=tuple(one.described.id for one in written), unknown=tuple(unknown))


def _gather(events: Sequence[CallEvent], now: datetime) -> tuple[dict[Key, Work], list[CallEvent]]:
    """Locks and reads the calls of the events and notes the events in their facts."""
    pbxs = pbxs_by_slug({event.pbx for event in events})
    if missing := {event.pbx for event in events} - pbxs.keys():
        raise LookupError(f"There is no PBX {sorted(missing)[0]!r}.")
    keys = {(pbxs[event.pbx].id, event.call) for event in events}
    keys |= {(pbxs[event.pbx].id, event.into) for event in events if isinstance(event, CallMerged)}
    times = [event.at for event in events]
    begun = [event for event in events if isinstance(event, CallStarted) and event.at < now - LATE]
    stored = lock_and_load(
        sorted(keys), between=(min(times), max(times)), late=[(pbxs[event.pbx].id, event.at) for event in begun]
    )
    by_slug = {facts.id: facts for facts in pbxs.values()}
    work = {key: _work(key, by_slug[key[0]], stored.get(key)) for key in keys}
    for event in events:
        one = work[pbxs[event.pbx].id, event.call]
        one.events.append(event)
        if isinstance(event, CallRetold):
            one.state, one.retold = told_anew(one.state), True
        elif isinstance(event, CallMerged):
            _merge(work, one, (pbxs[event.pbx].id, event.into))
        else:
            note(one.state, event)
    unknown = [event for one in work.values() if one.state.started_at is None for event in one.events]
    return {key: one for key, one in work.items() if one.state.started_at is not None}, unknown


def _work(key: Key, pbx: PbxFacts, stored: Stored | None) -> Work:
    state = stored.state if stored else CallState(pbx=pbx.slug, key=key[1])
    return Work(key=key, pbx=pbx, state=state, stored=stored, before=project(state) if stored else None)


def _merge(work: dict[Key, Work], one: Work, into: Key) -> None:
    main = work[into]
    if main.state.started_at is None or into == one.key:
        return  # nothing to become part of: it stays a call of its own rather than vanish
    absorb(main.state, one.state)
    one.merged_into = into


def _still_written(work: dict[Key, Work], after: Mapping[Key, CallView], now: datetime) -> dict[Key, Work]:
    """Without calls that are never written again because a party was erased: having no facts, they look like new ones
    that are told late.
    """
    late = [
        ToldCall(one.pbx.id, one.key[1], uuid7_of(view.started_at, one.pbx.slug, one.key[1]), view.started_at)
        for one, view in ((work[key], view) for key, view in after.items())
        if one.stored is None and view.started_at < now - LATE
    ]
    sealed = sealed_calls(late)
    return {key: one for key, one in work.items() if key not in sealed and one.merged_into not in sealed}


def _described(work: Sequence[Work], after: Mapping[Key, CallView], *, now: datetime) -> list[Changed]:
    """The calls with all that their rows say, which are not written yet."""
    if not work:
        return []
    described = describe(
        [Projected(one.pbx, one.state, after[one.key], one.stored, None if one.retold else one.before) for one in work],
        now=now,
    )
    return [
        Changed(
            described=new,
            before=one.before,
            own_extension=one.state.extension,
            employees={**(one.stored.employees if one.stored else {}), **new.employees},
        )
        for one, new in zip(work, described, strict=True)
    ]


def _write(work: Sequence[Work], changed: Sequence[Changed], *, now: datetime) -> None:
    if not work:
        return
    described = [one.described for one in changed]
    moved = [
        (one.stored, new)
        for one, new in zip(work, described, strict=True)
        if one.stored is not None and one.stored.account_id != new.account_id
    ]
    kept = remove([old for old, _ in moved])  # a call found its account later than its row
    remove_legs([one.stored for one in work if one.retold and one.stored is not None])
    save(
        # in the order in which everybody locks calls, so that nobody waits in a ring
        calls=[new.call for new in sorted(described, key=lambda one: one.id)],
        legs=[leg for new in described for leg in new.legs],
        facts=[(new.account_id, new.id, one.state) for one, new in zip(work, described, strict=True)],
        now=now,
    )
    accounts = {new.id: new.account_id for _, new in moved}
    for said in kept:
        hand_over(said, account_id=accounts[said.id], id=said.id)


def _merged(gone: Sequence[Work], work: dict[Key, Work], written: Sequence[Changed]) -> list[Merged]:
    """The calls that became part of another one."""
    new = {(one.described.call["pbx_id"], one.described.call["pbx_key"]): one for one in written}
    merged: list[Merged] = []
    for one in gone:
        main = work[one.merged_into] if one.merged_into else None
        if one.stored is None or one.before is None or main is None:
            continue
        changed = new.get(main.key)
        if changed is not None:
            into = (changed.described.account_id, changed.described.id)
        elif main.stored is not None:
            into = (main.stored.account_id, main.stored.id)
        else:
            continue
        employees = {**(changed.employees if changed else {}), **one.stored.employees}
        merged.append(Merged(one.stored, one.before, one.state.extension, employees, into))
    return merged


def _take_out(merged: Sequence[Merged]) -> None:
    """Takes them out; the calls that they became part of inherit what people said of them."""
    for one in merged:
        for said in remove([one.stored]):
            hand_over(said, account_id=one.into[0], id=one.into[1])


def _told(changed: Sequence[Work], written: Sequence[Changed], merged: Sequence[Merged]) -> list[CallChange]:
    told = [
        CallChange(
            account_id=new.described.account_id,
            id=new.described.id,
            before=new.before,
            after=new.described.view,
            row=new.described.call,
            account_before=one.stored.account_id if one.stored else None,
            day_before=one.stored.local_day if one.stored else None,
        )
        for one, new in zip(changed, written, strict=True)
    ]
    return told + [
        CallChange(
            account_id=one.stored.account_id,
            id=one.stored.id,
            before=one.before,
            after=None,
            row=None,
            account_before=one.stored.account_id,
            day_before=one.stored.local_day,
            into=one.into,
        )
        for one in merged
    ]
