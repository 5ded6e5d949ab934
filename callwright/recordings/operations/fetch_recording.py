"""Sees to the recording of one call: silences it by rule while the call goes on, fetches it afterwards (CALL-9)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from callwright.calls.operations.set_recording import set_recording
from callwright.calls.queries.recorded import RecordedCall, recorded_call
from callwright.kit.identity import uuid7_of
from callwright.recordings.audio import RawAs
from callwright.recordings.models import Part, Recording, Source, State
from callwright.recordings.operations.claim import Claim, ClaimLost, renew
from callwright.recordings.operations.fetch_files import Fetched, Harvest, fetch_files
from callwright.recordings.operations.keep_files import give_up_files, mark_kept
from callwright.recordings.operations.note_source import note_good, note_problem
from callwright.recordings.operations.open_source import open_source
from callwright.recordings.operations.silence import silence_by_rule
from callwright.recordings.queries.policies import is_never_recorded
from callwright.recordings.rules import Announced, Named, expected_seconds, length_reason, names_for, next_look
from callwright.recordings.sources.reading import SourceProblem

log = logging.getLogger("callwright.recordings")

_ABOUT_ONE_FILE = frozenset(("not_found", "growing", "not_audio", "too_large", "unsafe_name"))
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
    if call.ended_at is None:
        silence_by_rule(call, now)
        _settle(claim, call, Outcome(State.NONE), now)
        return
    try:
        _settle(claim, call, _attempt(claim, kept, call, now), timezone.now())
    except ClaimLost:
        log.info("the recording of call %s is worked on elsewhere, or was erased", claim.id)


def _attempt(claim: Claim, kept: Recording, call: RecordedCall, now: datetime) -> Outcome:
    if is_never_recorded(call):
        return Outcome(State.NONE, "never")
    source = Source.objects.filter(pbx_id=call.pbx_id or 0, enabled=True).first()
    if source is None:
        return Outcome(State.NONE if not call.recordings else State.FAILED, "no_source")
    if call.recordings:
        set_recording(account_id=call.account_id, call_id=call.id, state=State.WAITING, now=now)
    try:
        harvest = _harvest(claim, source, call, now)
        if not harvest.fetched and not harvest.empty:
            raise SourceProblem("not_found")
        if harvest.missing and (timezone.now() - kept.asked_at).total_seconds() < _UNANNOUNCED_S:
            raise SourceProblem("not_found")
    except SourceProblem as problem:
        return _postponed(problem, kept, call, source)
    note_good(source.pbx_id, now=timezone.now())
    if not harvest.fetched:
        return Outcome(State.EMPTY, "empty")
    seconds = sum(one.sound.seconds for one in harvest.fetched)
    return Outcome(State.DOWNLOADED, _length(call, seconds), fetched=harvest.fetched)


def _harvest(claim: Claim, source: Source, call: RecordedCall, now: datetime) -> Harvest:
    with open_source(source) as reader:
        wanted = _names(source, call, can_list=reader.can_list)
        raw_as = RawAs(source.raw_rate, source.raw_channels)
        return fetch_files(reader, wanted, raw_as=raw_as, now=now, alive=lambda: renew(claim))


def _names(source: Source, call: RecordedCall, *, can_list: bool) -> list[Named]:
    zone = ZoneInfo(source.time_zone)
    announced = [Announced(one.key, one.file, one.started_at.astimezone(zone)) for one in call.recordings]
    return names_for(
        linkedid=call.pbx_key, started_at=call.started_at.astimezone(zone), announced=announced,
        pattern=source.pattern, pbx_folder=source.pbx_folder, can_list=can_list,
    )  # fmt: skip


def _postponed(problem: SourceProblem, kept: Recording, call: RecordedCall, source: Source) -> Outcome:
    now = timezone.now()
    due = next_look(problem.code, attempts=kept.attempts, asked_at=kept.asked_at, now=now)
    if not call.recordings and problem.code == "not_found":
        waited = (now - kept.asked_at).total_seconds()
        return Outcome(State.NONE, due_at=due if waited < _UNANNOUNCED_S else None)
    is_of_source = problem.code not in _ABOUT_ONE_FILE
    if is_of_source or due is None:
        note_problem(source.pbx_id, problem, of_source=is_of_source, now=now)
    state = State.FAILED if due is None else State.WAITING
    return Outcome(state, problem.code, problem.detail, due)


def _length(call: RecordedCall, seconds: float) -> str:
    ended_at = call.ended_at
    assert ended_at is not None
    times = [(one.started_at, one.ended_at or ended_at) for one in call.recordings]
    return length_reason(seconds, expected_s=expected_seconds(call.talks, times, call.talk_s))


@transaction.atomic
def _settle(claim: Claim, call: RecordedCall, outcome: Outcome, now: datetime) -> None:
    """Writes what came of an attempt, with its files, at once. Raises ClaimLost."""
    mine = Recording.objects.select_for_update().filter(
        account_id=claim.account_id, id=claim.id, attempts=claim.attempt, erased_at=None
    )
    if not mine.exists():
        raise ClaimLost(claim.id)
    values: dict[str, object] = {
        "state": outcome.state, "reason": outcome.reason, "detail": outcome.detail[:400], "due_at": outcome.due_at,
    }  # fmt: skip
    if outcome.fetched:
        _replace_parts(call, outcome.fetched, now)
        values |= {"fetched_at": now, "seconds": sum(one.sound.seconds for one in outcome.fetched)}
    elif Part.objects.filter(account_id=claim.account_id, call_id=claim.id).exists():
        values["state"] = State.DOWNLOADED  # what was fetched before stays
    Recording.objects.filter(account_id=claim.account_id, id=claim.id).update(**values)
    set_recording(account_id=claim.account_id, call_id=claim.id, state=str(values["state"]), now=now)


def _replace_parts(call: RecordedCall, fetched: Sequence[Fetched], now: datetime) -> None:
    before = Part.objects.filter(account_id=call.account_id, call_id=call.id)
    give_up_files([name for names in before.values_list("file", "playable") for name in names], now)
    before.delete()
    Part.objects.bulk_create([_part(call, position, one) for position, one in enumerate(fetched)])
    mark_kept([name for one in fetched for name in (one.file, one.playable)])


def _part(call: RecordedCall, position: int, one: Fetched) -> Part:
    kind = one.sound.kind
    return Part(
        id=uuid7_of(call.started_at, str(call.id), one.file), account_id=call.account_id, call_id=call.id,
        position=position, began_at=one.began_at, source_name=one.source_name, file=one.file, kind=kind,
        size=one.size, sha256=one.sha256, playable=one.playable, playable_size=one.playable_size,
        playable_kind=kind if one.sound.playable else "audio/wav", seconds=one.sound.seconds,
        channels=one.sound.channels, peaks=one.sound.peaks,
    )  # fmt: skip


@transaction.atomic
def forget_recording(account_id: int, call_ids: Sequence[UUID], now: datetime) -> None:
    """Takes away all that is kept of calls that are gone themselves; the files go when it is committed."""
    parts = Part.objects.filter(account_id=account_id, call_id__in=call_ids)
    give_up_files([name for names in parts.values_list("file", "playable") for name in names], now)
    parts.delete()
    Recording.objects.filter(account_id=account_id, id__in=call_ids).delete()
