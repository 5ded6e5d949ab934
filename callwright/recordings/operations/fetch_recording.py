"""Sees to the recording of one call: silences it by rule while the call goes on, fetches it afterwards (CALL-9)."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.set_recording import set_recording
from callwright.calls.queries.recorded import RecordedCall, recorded_call
from callwright.recordings.audio import RawAs
from callwright.recordings.models import Part, Recording, Source, State
from callwright.recordings.operations.claim import Claim, ClaimLost, kept_alive
from callwright.recordings.operations.fetch_files import BESIDE, Fetched, Harvest, Held, fetch_files
from callwright.recordings.operations.keep_files import Keeping, give_up_files
from callwright.recordings.operations.note_source import note_good, note_problem
from callwright.recordings.operations.open_source import open_source
from callwright.recordings.operations.replace_parts import replace_parts
from callwright.recordings.operations.silence import silence_what_must_be
from callwright.recordings.queries.policies import must_not_be_recorded
from callwright.recordings.rules import (
    Announced,
    Named,
    expected_seconds,
    length_reason,
    mark_of,
    names_for,
    next_look,
    reason_with_files,
)
from callwright.recordings.sources.reading import SourceProblem

log = logging.getLogger("callwright.recordings")

_ABOUT_ONE_FILE = frozenset(("not_found", "growing", "not_audio", "too_large", "unsafe_name", "unexpected"))
_UNANNOUNCED_S = 600  # where nothing was announced, nothing may be there: not looked for all day


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `due_at`: when the next one is; None: it is settled."""

    state: str
    reason: str = ""
    detail: str = ""
    due_at: datetime | None = None
    fetched: Sequence[Fetched] = field(default=())


def fetch_recording(claim: Claim, now: datetime) -> None:
    """One attempt. What goes wrong is written down with the time of the next; raises nothing but database errors."""
    call = recorded_call(claim.account_id, claim.id)
    kept = Recording.objects.filter(account_id=claim.account_id, id=claim.id, attempts=claim.attempt).first()
    if kept is None:
        return
    if call is None:
        forget_recording(claim.account_id, [claim.id], now)
        return
    try:
        if call.ended_at is None:
            _settle(claim, call, Outcome(State.NONE, due_at=silence_what_must_be(call, now)), now)
            return
        call = _without_left_out(call, kept)
        with Keeping(now) as files:
            with kept_alive(claim) as alive:
                outcome = _attempt(kept, call, files, alive, now)
            _settle(claim, call, outcome, timezone.now())
    except ClaimLost:
        log.info("the recording of call %s is worked on elsewhere, or was erased", claim.id)


def put_off_unexpected(claim: Claim, error: Exception) -> None:
    """An error that nobody thought of stands with the recording, which is tried again and given up as for any other."""
    call = recorded_call(claim.account_id, claim.id)
    kept = Recording.objects.filter(account_id=claim.account_id, id=claim.id, attempts=claim.attempt).first()
    if kept is None or call is None:
        return
    problem = SourceProblem("unexpected", f"{type(error).__name__}: {error}")
    with suppress(ClaimLost):
        _settle(claim, call, _postponed(problem, kept, call), timezone.now())


def _attempt(kept: Recording, call: RecordedCall, files: Keeping, alive: Callable[[], None], now: datetime) -> Outcome:
    if must_not_be_recorded(call.account_id, call.id):
        return Outcome(State.NONE, "never")
    if kept.left_out and not call.recordings:
        return Outcome(State.NONE, "erased_apart")
    source = Source.objects.filter(pbx_id=call.pbx_id or 0, enabled=True).first()
    if source is None:
        return Outcome(State.NONE if not call.recordings else State.FAILED, "no_source")
    if call.recordings and kept.state != State.DOWNLOADED:
        set_recording(account_id=call.account_id, call_id=call.id, state=State.WAITING, now=now)
    held = _held(kept)
    try:
        is_patient = (now - kept.asked_at).total_seconds() < _UNANNOUNCED_S
        harvest = _harvest(source, call, files, alive, whole=is_patient, held=held)
        if not (harvest.fetched or harvest.empty) and (harvest.missing or not held.times):
            raise SourceProblem("not_found")
    except SourceProblem as problem:
        return _postponed(problem, kept, call)
    now = timezone.now()
    if harvest.fetched or harvest.empty:
        note_good(source.pbx_id, now=now)
    due = next_look("not_found", tries=kept.tries, asked_at=kept.asked_at, now=now) if harvest.missing else None
    said = "not_found" if due else ""
    if harvest.fetched:
        return Outcome(State.DOWNLOADED, said, due_at=due, fetched=harvest.fetched)
    if held.times:
        return Outcome(State.DOWNLOADED, said, due_at=due)
    return Outcome(State.EMPTY, "empty", due_at=due)


def _held(kept: Recording) -> Held:
    """What is kept already. Looked for once more because some was missing, what was there is not fetched again; asked
    for anew it is.
    """
    known = Part.objects.filter(account_id=kept.account_id, call_id=kept.id).values_list("began_at", "source_name")
    parts = list(known)
    is_since_asked = kept.fetched_at is not None and kept.fetched_at >= kept.asked_at
    names = {name for _, joined in parts for name in joined.split(BESIDE)} if is_since_asked else set()
    return Held(frozenset(at for at, _ in parts), frozenset(names))


def _without_left_out(call: RecordedCall, kept: Recording) -> RecordedCall:
    """The call without what was erased while it was of another call."""
    left_out = set(kept.left_out or ())
    return replace(call, recordings=tuple(r for r in call.recordings if mark_of(r.key, r.started_at) not in left_out))


def _harvest(
    source: Source, call: RecordedCall, files: Keeping, alive: Callable[[], None], *, whole: bool, held: Held
) -> Harvest:
    with open_source(source) as reader:
        wanted = _names(source, call, can_list=reader.can_list)
        raw_as = RawAs(source.raw_rate, source.raw_channels)
        return fetch_files(reader, wanted, files, raw_as=raw_as, whole=whole, held=held, alive=alive)


def _names(source: Source, call: RecordedCall, *, can_list: bool) -> list[Named]:
    zone = ZoneInfo(source.time_zone)
    announced = [Announced(one.key, one.file, one.started_at.astimezone(zone)) for one in call.recordings]
    return names_for(
        linkedid=call.pbx_key, started_at=call.started_at.astimezone(zone), announced=announced,
        pattern=source.pattern, sides=(source.own_side_pattern, source.other_side_pattern),
        pbx_folder=source.pbx_folder, can_list=can_list,
    )  # fmt: skip


def _postponed(problem: SourceProblem, kept: Recording, call: RecordedCall) -> Outcome:
    now = timezone.now()
    due = next_look(problem.code, tries=kept.tries, asked_at=kept.asked_at, now=now)
    if not call.recordings and problem.code == "not_found":
        waited = (now - kept.asked_at).total_seconds()
        return Outcome(State.NONE, due_at=due if waited < _UNANNOUNCED_S else None)
    is_of_source = problem.code not in _ABOUT_ONE_FILE
    if is_of_source or due is None:
        note_problem(kept.pbx_id, problem, of_source=is_of_source, now=now)
    state = State.FAILED if due is None else State.WAITING
    return Outcome(state, problem.code, problem.detail, due)


def _length(call: RecordedCall, seconds: float) -> str:
    ended_at = call.ended_at
    if ended_at is None:
        return ""
    times = [(one.started_at, one.ended_at or ended_at) for one in call.recordings]
    return length_reason(seconds, expected_s=expected_seconds(call.talks, times, call.talk_s))


@transaction.atomic
def _settle(claim: Claim, call: RecordedCall, outcome: Outcome, now: datetime) -> None:
    """Writes what came of an attempt, with its files, at once. Raises ClaimLost."""
    hold_calls(claim.account_id, [claim.id])
    mine = (
        Recording.objects.select_for_update()
        .filter(account_id=claim.account_id, id=claim.id, attempts=claim.attempt, erased_at=None)
        .first()
    )
    if mine is None:
        raise ClaimLost(claim.id)
    values: dict[str, object] = {
        "state": outcome.state, "reason": outcome.reason, "detail": outcome.detail[:400], "due_at": outcome.due_at,
        "call_ended_at": call.ended_at,
    }  # fmt: skip
    seconds = mine.seconds
    if outcome.fetched:
        seconds = replace_parts(call, outcome.fetched, now)
        values |= {"fetched_at": now, "seconds": seconds}
    if outcome.fetched or Part.objects.filter(account_id=claim.account_id, call_id=claim.id).exists():
        values["state"] = State.DOWNLOADED  # what was fetched before stays
        values["reason"] = reason_with_files(outcome.reason, of_length=_length(call, seconds))
    Recording.objects.filter(account_id=claim.account_id, id=claim.id).update(**values)
    set_recording(account_id=claim.account_id, call_id=claim.id, state=str(values["state"]), now=now)


@transaction.atomic
def forget_recording(account_id: int, call_ids: Sequence[UUID], now: datetime) -> None:
    """Takes away all that is kept of calls that are gone themselves; the files go when it is committed."""
    hold_calls(account_id, call_ids)
    parts = Part.objects.filter(account_id=account_id, call_id__in=call_ids)
    give_up_files([name for names in parts.values_list("file", "playable") for name in names], now)
    parts.delete()
    Recording.objects.filter(account_id=account_id, id__in=call_ids).delete()
