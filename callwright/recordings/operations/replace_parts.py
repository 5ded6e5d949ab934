"""The files of a call as they were fetched just now, in place of those of before."""

from collections.abc import Sequence
from datetime import datetime

from callwright.calls.queries.recorded import RecordedCall
from callwright.kit.identity import uuid7_of
from callwright.recordings.models import Part
from callwright.recordings.operations.fetch_files import Fetched
from callwright.recordings.operations.keep_files import give_up_files, mark_kept


def replace_parts(call: RecordedCall, fetched: Sequence[Fetched], now: datetime) -> float:
    """Writes the parts of a call, in the caller's transaction; returns how long they are together, in seconds. What was
    fetched before and is not on the PBX any more stays.
    """
    names = {one.source_name for one in fetched}
    times = {one.began_at for one in fetched if one.began_at is not None}
    before = list(Part.objects.filter(account_id=call.account_id, call_id=call.id))
    stay = [one for one in before if one.source_name not in names and one.began_at not in times]
    staying = {one.id for one in stay}
    gone = [one for one in before if one.id not in staying]
    give_up_files([name for one in gone for name in (one.file, one.playable)], now)
    Part.objects.filter(account_id=call.account_id, id__in=[one.id for one in gone]).delete()
    parts = sorted([*stay, *(_part(call, one) for one in fetched)], key=lambda one: one.began_at or call.started_at)
    for position, one in enumerate(parts):
        one.position = position
    Part.objects.bulk_create([one for one in parts if one.id not in staying])
    for one in stay:
        Part.objects.filter(account_id=call.account_id, id=one.id).update(position=one.position)
    mark_kept([name for one in fetched for name in (one.file, one.playable)])
    return sum(one.seconds for one in parts)


def _part(call: RecordedCall, one: Fetched) -> Part:
    kind = one.sound.kind
    return Part(
        id=uuid7_of(call.started_at, str(call.id), one.file), account_id=call.account_id, call_id=call.id,
        began_at=one.began_at, source_name=one.source_name, file=one.file, kind=kind, size=one.size, sha256=one.sha256,
        playable=one.playable, playable_size=one.playable_size,
        playable_kind=kind if one.sound.playable else "audio/wav", seconds=one.sound.seconds,
        channels=one.sound.channels, peaks=one.sound.peaks,
    )  # fmt: skip
