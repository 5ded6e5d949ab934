"""The files of a call as they were fetched just now, in place of those of before."""

from collections.abc import Sequence
from datetime import datetime

from callwright.calls.queries.recorded import RecordedCall
from callwright.kit.identity import uuid7_of
from callwright.recordings.models import Part
from callwright.recordings.operations.fetch_files import BESIDE, Fetched
from callwright.recordings.operations.keep_files import give_up_files, mark_kept
from callwright.recordings.rules import is_audio_name


def replace_parts(call: RecordedCall, fetched: Sequence[Fetched], now: datetime) -> float:
    """Writes the parts of a call, in the caller's transaction; returns how long they are together, in seconds. What was
    fetched before and is not on the PBX any more stays, and so does what is less there than it was.
    """
    before = list(Part.objects.filter(account_id=call.account_id, call_id=call.id))
    new = [_part(call, one) for one in fetched]
    gone, less = _weigh(before, new)
    drop_parts(gone, now)
    add = [one for one in new if one not in less]
    Part.objects.bulk_create(add)
    mark_kept([name for one in add for name in (one.file, one.playable)])
    stay = [one for one in before if one not in gone]
    return put_in_order([*stay, *add], started_at=call.started_at)


def put_in_order(parts: Sequence[Part], *, started_at: datetime) -> float:
    """Numbers the parts of a call by when they began; returns how long they are together, in seconds."""
    for position, one in enumerate(sorted(parts, key=lambda one: one.began_at or started_at)):
        if one.position != position:
            Part.objects.filter(account_id=one.account_id, id=one.id).update(position=position)
    return sum(one.seconds for one in parts)


def drop_parts(parts: Sequence[Part], now: datetime) -> None:
    """Takes parts away, with their files once the transaction is committed."""
    give_up_files([name for one in parts for name in (one.file, one.playable)], now)
    for one in parts:
        Part.objects.filter(account_id=one.account_id, id=one.id).delete()


def _weigh(before: Sequence[Part], new: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """The parts of before that new ones replace, and the new ones that are less than what there is."""
    names = {one.source_name for one in new}
    gone, less = [], []
    for one in new:
        rivals = _rivals(one, before, names)
        if all(_is_enough(one, rival) for rival in rivals):
            gone += rivals
        else:
            less.append(one)
    return gone, less


def _rivals(one: Part, before: Sequence[Part], names: set[str]) -> list[Part]:
    """What was fetched before of the same recording: that file, else one of its name (another format of it, or a side
    of it), else what began then.
    """
    others = [known for known in before if known.source_name not in names]
    return (
        [known for known in before if known.source_name == one.source_name]
        or [known for known in others if _stems(known) & _stems(one)]
        or [known for known in others if known.began_at is not None and known.began_at == one.began_at]
    )


def _stems(part: Part) -> set[str]:
    names = part.source_name.split(BESIDE)
    return {name.rpartition(".")[0] if is_audio_name(name) else name for name in names}


def _is_enough(one: Part, known: Part) -> bool:
    """Whether nothing is lost with the known part. The same file may be read otherwise than before: its raw samples
    were taken for too few channels, so its bytes count.
    """
    if one.source_name == known.source_name:
        return one.size >= known.size
    return one.channels >= known.channels and one.seconds >= known.seconds


def _part(call: RecordedCall, one: Fetched) -> Part:
    kind = one.sound.kind
    return Part(
        id=uuid7_of(call.started_at, str(call.id), one.file), account_id=call.account_id, call_id=call.id, position=0,
        began_at=one.began_at, source_name=one.source_name, file=one.file, kind=kind, size=one.size, sha256=one.sha256,
        playable=one.playable, playable_size=one.playable_size,
        playable_kind=kind if one.sound.playable else "audio/wav", seconds=one.sound.seconds,
        channels=one.sound.channels, peaks=one.sound.peaks,
    )  # fmt: skip
