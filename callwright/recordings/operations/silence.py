"""Calls that are never recorded, by rule: what the PBX began to record of them is silenced at once."""

from datetime import datetime

from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.models import Recording
from callwright.recordings.queries.policies import is_never_recorded
from callwright.telephony.operations.send_command import CommandRefused, send_command


def silence_by_rule(call: RecordedCall, now: datetime) -> bool:
    """Orders silence where a rule says so and it was not ordered; whether it was. The file holds nothing then, and is
    not fetched.
    """
    if call.pbx_id is None or not call.is_recorded_now or call.paused_since or not is_never_recorded(call):
        return False
    try:
        arguments = {"call": call.pbx_key, "rule": True}
        send_command(call.pbx_id, "pause_recording", arguments, by=None, account_id=call.account_id, now=now)
    except CommandRefused:
        return False
    Recording.objects.filter(account_id=call.account_id, id=call.id).update(ruled=True)
    return True
