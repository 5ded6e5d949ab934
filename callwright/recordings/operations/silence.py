"""What the PBX records and must not is silenced, and seen to until it says so: calls that are never recorded by rule,
and what begins to be recorded of a call while an agent has paused it.
"""

from datetime import datetime

from callwright.calls.queries.recorded import RecordedCall
from callwright.recordings.queries.policies import must_not_be_recorded
from callwright.recordings.rules import LATEST_ORDER, began_in_a_pause, next_order
from callwright.telephony.operations.send_command import CommandRefused, send_command
from callwright.telephony.queries.orders import order_under_way


def silence_what_must_be(call: RecordedCall, now: datetime) -> datetime | None:
    """Orders silence for a call that goes on where it must be and the PBX has not confirmed it. Returns when to look
    again; None when there is nothing more to do. The file of a call that is never recorded holds nothing then, and is
    not fetched.
    """
    heard = [one.started_at for one in call.recordings if one.is_heard]
    if call.pbx_id is None or not heard:
        return None
    if not began_in_a_pause(call.recordings) and not must_not_be_recorded(call.account_id, call.id):
        return None
    arguments = {"call": call.pbx_key, "rule": True}
    if order_under_way(call.pbx_id, "pause_recording", arguments, by=None) is None:
        try:
            send_command(call.pbx_id, "pause_recording", arguments, by=None, account_id=call.account_id, now=now)
        except CommandRefused as refusal:
            return None if refusal.code == "no_commands" else now + LATEST_ORDER
    return next_order(heard, now=now)
