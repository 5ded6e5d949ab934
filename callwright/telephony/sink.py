"""Where a PBX's events go. The layers above say it when the program starts; telephony does not know them."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from callwright.telephony.events import CallEvent, Event

Sink = Callable[[Sequence[Event], datetime], Sequence[CallEvent]]
"""Applies events in the caller's transaction; the second argument is the time now. Applying them again changes
nothing. Returns the events of calls whose start was never told, which could not be applied.
"""

Knowledge = Callable[[str, Collection[str], datetime, datetime], dict[str, bool]]
"""What the register knows of the calls of a PBX (slug, keys, between two times): by key, whether its end is known."""

OpenCalls = Callable[[str, datetime], Sequence[str]]
"""The keys of a PBX's calls (slug) that still go on in the register now (the second argument)."""

_connected: list[Sink] = []
_open: list[OpenCalls] = []
_knowledge: list[Knowledge] = []


def connect_sink(sink: Sink, knowledge: Knowledge, still_open: OpenCalls) -> None:
    """Says where events go and who knows the calls; the last ones said count."""
    _connected[:], _knowledge[:], _open[:] = [sink], [knowledge], [still_open]


def open_calls(slug: str, now: datetime) -> Sequence[str]:
    """The keys of the PBX's calls that still go on in the register."""
    return _open[0](slug, now)


def known_calls(slug: str, keys: Collection[str], *, since: datetime, until: datetime) -> dict[str, bool]:
    """By key, for the calls that the register has: whether their true end is known."""
    return _knowledge[0](slug, keys, since, until)


def apply(events: Sequence[Event], now: datetime) -> Sequence[CallEvent]:
    """Hands events over to whoever applies them."""
    return _connected[0](events, now)
