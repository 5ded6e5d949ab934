"""What the PBX records and must not is silenced, and seen to until it says so: calls that are never recorded by rule,
and what begins to be recorded of a call while an agent has paused it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from callwright.calls.projection import RecordingView
from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.models import Recording
from callwright.recordings.queries.policies import is_never_recorded
from callwright.telephony.operations.send_command import CommandRefused, send_command
from callwright.telephony.queries.orders import order_under_way

SOONEST: Final = timedelta(seconds=3)
LATEST: Final = timedelta(seconds=30)
"""An order that was refused or lost is given again: soon at first, less often the longer the PBX does not do it."""


def silence_what_must_be(call: RecordedCall, now: datetime) -> datetime | None:
    """Orders silence for a call that goes on where it must be and the PBX has not confirmed it. Returns when to look
    again; None when there is nothing more to do. The file of a call that is never recorded holds nothing then, and is
    not fetched.
    """
    heard = [one.started_at for one in call.recordings if is_heard(one)]
    if call.pbx_id is None or not heard:
        return None
    is_ruled = is_never_recorded(call)
    if not is_ruled and not began_in_a_pause(call.recordings):
        return None
    arguments = {"call": call.pbx_key, "rule": True}
    if order_under_way(call.pbx_id, "pause_recording", arguments, by=None) is None:
        try:
            send_command(call.pbx_id, "pause_recording", arguments, by=None, account_id=call.account_id, now=now)
        except CommandRefused as refusal:
            return None if refusal.code == "no_commands" else now + LATEST
        Recording.objects.filter(account_id=call.account_id, id=call.id).update(ruled=is_ruled)
    return now + _wait(heard, now)


def is_heard(recording: RecordingView) -> bool:
    """Whether something else than silence is recorded now."""
    return recording.ended_at is None and recording.paused_since is None


def began_in_a_pause(recordings: Iterable[RecordingView]) -> bool:
    """Whether one began, and is heard, while another one is paused: who paused that meant the call, not a file."""
    known = list(recordings)
    pauses = [one.paused_since for one in known if one.ended_at is None and one.paused_since is not None]
    return any(is_heard(one) and any(since <= one.started_at for since in pauses) for one in known)


def _wait(heard: Iterable[datetime], now: datetime) -> timedelta:
    return min(max((now - min(heard)) / 4, SOONEST), LATEST)
