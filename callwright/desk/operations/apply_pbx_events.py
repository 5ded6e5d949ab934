"""Where a PBX's events go: calls to the register, agents and queues to those who show them."""

from collections.abc import Sequence
from datetime import datetime

from callwright.calls.operations.apply_events import apply_events
from callwright.desk.operations.keep_in_step import apply_pbx_agent_events, seats_spoken_of
from callwright.telephony.events import (
    AgentStateChanged,
    CallEvent,
    Event,
    ListeningBegan,
    ListeningEnded,
    QueueChanged,
)
from callwright.telephony.operations.listen import note_beginnings, note_endings
from callwright.telephony.operations.note_member import note_waiting


def apply_pbx_events(events: Sequence[Event], now: datetime) -> Sequence[CallEvent]:
    """Applies a batch in the caller's transaction (the sink of `telephony`); returns what could not be applied.

    Whoever any of it concerns is locked at once, before calls are written (docs/decisions/042).
    """
    words = [event for event in events if isinstance(event, AgentStateChanged)]
    seats = seats_spoken_of(words)
    calls = [event for event in events if isinstance(event, CallEvent)]
    applied = apply_events(calls, now=now, agents=seats.values())
    apply_pbx_agent_events(words, seats=seats, now=now)
    note_waiting([event for event in events if isinstance(event, QueueChanged)], now=now)
    note_beginnings([event for event in events if isinstance(event, ListeningBegan)], now=now)
    note_endings([event for event in events if isinstance(event, ListeningEnded)], now=now)
    return applied.unknown
