"""The recording of one call, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from callwright.recordings.models import Part, Recording, State
from callwright.recordings.words import Worded, reason_in_words


@dataclass(frozen=True, slots=True)
class ShownPart:
    """`peaks`: the waveform's bytes, all channels one after another; empty where there is none."""

    id: UUID
    seconds: float
    channels: int
    size: int
    peaks: bytes
    began_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownRecording:
    state: str
    reason: Worded | None
    detail: str
    due_at: datetime | None
    seconds: float
    erased_at: datetime | None
    erased_by: str
    erase_reason: str
    parts: tuple[ShownPart, ...]

    @property
    def label(self) -> str:
        return str(State(self.state).label)


def recording_of(account_id: int, call_id: UUID) -> ShownRecording | None:
    """What became of a call's recording; None where none was looked for. The caller has checked that the viewer may
    see the call. Two queries.
    """
    kept = Recording.objects.select_related("erased_by").filter(account_id=account_id, id=call_id).first()
    if kept is None:
        return None
    parts = Part.objects.filter(account_id=account_id, call_id=call_id) if kept.state == State.DOWNLOADED else ()
    return ShownRecording(
        state=kept.state, reason=reason_in_words(kept.reason), detail=kept.detail, due_at=kept.due_at,
        seconds=kept.seconds, erased_at=kept.erased_at, erased_by=kept.erased_by.name if kept.erased_by else "",
        erase_reason=kept.erase_reason,
        parts=tuple(
            ShownPart(one.id, one.seconds, one.channels, one.size, bytes(one.peaks or b""), one.began_at)
            for one in parts
        ),
    )  # fmt: skip


def report_of(account_id: int, call_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What is kept of the recordings of calls, for the person whom they are about."""
    rows = Recording.objects.filter(account_id=account_id, id__in=call_ids).exclude(state=State.NONE).order_by("id")
    return [
        {
            "call": str(one.id), "state": one.state, "seconds": round(one.seconds, 1),
            "fetched_at": one.fetched_at.isoformat() if one.fetched_at else None,
            "erased_at": one.erased_at.isoformat() if one.erased_at else None,
        }
        for one in rows
    ]  # fmt: skip
