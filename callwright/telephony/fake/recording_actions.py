"""Silence put over a recording."""

from typing import TYPE_CHECKING

from callwright.telephony.fake.actions import action, named_channel, respond
from callwright.telephony.fake.session import Action, Session
from callwright.telephony.fake.wire import lines

if TYPE_CHECKING:
    from callwright.telephony.fake.pbx import FakePbx


@action("MixMonitorMute", "system", "call")
def mixmonitor_mute(pbx: "FakePbx", session: Session, asked: Action) -> None:
    channel = named_channel(pbx, session, asked, missing="No channel specified", unknown="No such channel")
    if channel is None:
        return
    state, direction = asked.get("state"), asked.get("direction").lower()
    if direction not in ("read", "write", "both"):
        respond(session, asked, "Error", "Invalid direction specified. Must be read, write or both")
    elif state not in ("0", "1"):
        respond(session, asked, "Error", "Invalid state specified")
    elif not channel.taped:
        respond(session, asked, "Error", "Cannot set mute flag")
    else:
        respond(session, asked, "Success", "")
        told = lines((("Direction", direction), ("State", state)))
        pbx.exchange.say.call("MixMonitorMute", channel.snapshot(), told)
