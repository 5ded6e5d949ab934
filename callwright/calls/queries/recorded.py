"""What recordings need to know of a call, for the capability above that fetches and keeps them (CALL-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts
from callwright.calls.projection import CallView, Interval, RecordingView, project
from callwright.calls.queries.visible import visible_calls
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call with what the PBX announced to have recorded of it."""

    account_id: int
    id: UUID
    pbx_id: int | None
    pbx_key: str
    direction: str
    queue_id: int | None
    line_id: int | None
    started_at: datetime
    ended_at: datetime | None
    talk_s: int
    recording: str
    talks: tuple[Interval, ...]
    recordings: tuple[RecordingView, ...]
    has_facts: bool  # not, once a person was taken out of it

    @property
    def paused_since(self) -> datetime | None:
        """Since when nothing but silence is recorded; None when something else is, or nothing is recorded now."""
        return _silent_since(self.recordings)

    @property
    def is_recorded_now(self) -> bool:
        return any(one.ended_at is None for one in self.recordings)


def recorded_call(account_id: int, call_id: UUID) -> RecordedCall | None:
    """The call, whoever asks; for the worker. Two queries."""
    call = Call.objects.filter(account_id=account_id, id=call_id).first()
    return _recorded(call) if call is not None else None


def visible_recorded_call(viewer: Viewer, call_id: UUID) -> RecordedCall | None:
    """The call, if the viewer may see it; two queries beside the rights."""
    call = visible_calls(viewer).filter(id=call_id).first()
    return _recorded(call) if call is not None else None


_RECORDED = "SELECT facts::text FROM calls_callfacts WHERE account_id = %s AND call_id = %s AND facts ? 'recordings'"


def recording_now(account_id: int, call_id: UUID) -> tuple[bool, datetime | None]:
    """Whether a live call is being recorded, and since when all of that is silence; one query. Each change of a desk
    asks, and most calls are not recorded.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, [account_id, call_id])
        row = cursor.fetchone()
    recordings = project(decode_facts(row[0])).recordings if row else ()
    return any(one.ended_at is None for one in recordings), _silent_since(recordings)


def _silent_since(recordings: Iterable[RecordingView]) -> datetime | None:
    """A call may be recorded in several places: it is paused when the last of them is."""
    since = [one.paused_since for one in recordings if one.ended_at is None]
    paused = [at for at in since if at is not None]
    return max(paused) if paused and len(paused) == len(since) else None


def _recorded(call: Call) -> RecordedCall:
    view = _view(call.account_id, call.id)
    return RecordedCall(
        account_id=call.account_id, id=call.id, pbx_id=call.pbx_id, pbx_key=call.pbx_key, direction=call.direction,
        queue_id=call.queue_id, line_id=call.line_id, started_at=call.started_at, ended_at=call.ended_at,
        talk_s=call.talk_s, recording=call.recording, talks=view.talks if view else (),
        recordings=view.recordings if view else (), has_facts=view is not None,
    )  # fmt: skip


def _view(account_id: int, call_id: UUID) -> CallView | None:
    facts = CallFacts.objects.filter(account_id=account_id, call_id=call_id).values_list("facts", flat=True).first()
    return project(decode_facts(facts)) if facts else None
