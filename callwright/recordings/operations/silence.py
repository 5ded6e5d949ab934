"""Calls that are never recorded, by rule: what the PBX records of them is silenced, and seen to until it says so."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.models import Recording
from callwright.recordings.queries.policies import is_never_recorded
from callwright.telephony.operations.send_command import CommandRefused, send_command
from callwright.telephony.queries.orders import order_under_way

SOONEST: Final = timedelta(seconds=3)
LATEST: Final = timedelta(seconds=30)
"""An order that was refused or lost is given again: soon at first, less often the longer the PBX does not do it."""


def silence_by_rule(call: RecordedCall, now: datetime) -> datetime | None:
    """Orders silence for a call that goes on where a rule says so and the PBX has not confirmed it. Returns when to
    look again; None when there is nothing more to do. The file holds nothing then, and is not fetched.
    """
    heard = [one.started_at for one in call.recordings if one.ended_at is None and one.paused_since is None]
    if call.pbx_id is None or not heard or not is_never_recorded(call):
        return None
    arguments = {"call": call.pbx_key, "rule": True}
    if order_under_way(call.pbx_id, "pause_recording", arguments, by=None) is None:
        try:
            send_command(call.pbx_id, "pause_recording", arguments, by=None, account_id=call.account_id, now=now)
        except CommandRefused as refusal:
            return None if refusal.code == "no_commands" else now + LATEST
        Recording.objects.filter(account_id=call.account_id, id=call.id).update(ruled=True)
    return now + _wait(heard, now)


def _wait(heard: Iterable[datetime], now: datetime) -> timedelta:
    return min(max((now - min(heard)) / 4, SOONEST), LATEST)
