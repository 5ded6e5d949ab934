"""Where a PBX's events go. The layers above say it when the program starts; telephony does not know them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from callwright.telephony.events import CallEvent, Event

Sink = Callable[[Sequence[Event], datetime], Sequence[CallEvent]]
"""Applies events in the caller's transaction; the second argument is the time now. Applying them again changes
nothing. Returns the events of calls whose start was never told, which could not be applied.
"""

_connected: list[Sink] = []


def connect_sink(sink: Sink) -> None:
    """Says where events go; the last one said counts."""
    _connected[:] = [sink]


def apply(events: Sequence[Event], now: datetime) -> Sequence[CallEvent]:
    """Hands events over to whoever applies them."""
    return _connected[0](events, now)
