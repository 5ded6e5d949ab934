"""Where the link's events go: call events to the register, agents' and queues' events to the desk."""

import logging
from collections.abc import Sequence
from datetime import datetime

from callwright.calls.operations.apply_events import apply_events
from callwright.desk.operations.keep_in_step import apply_pbx_agent_event
from callwright.telephony.events import AgentStateChanged, CallEvent, Event, QueueChanged
from callwright.telephony.operations.note_member import note_waiting

log = logging.getLogger("callwright.link")


def apply_all(events: Sequence[Event], now: datetime) -> None:
    """Applies a batch in the caller's transaction (the link's sink)."""
    applied = apply_events([event for event in events if isinstance(event, CallEvent)], now=now)
    for event in applied.unknown:
        log.info("an event of a call that nobody announced was dropped: %s", event.identity())
    for event in events:
        if isinstance(event, AgentStateChanged):
            apply_pbx_agent_event(event, now=now)
        elif isinstance(event, QueueChanged):
            note_waiting(event, now=now)
