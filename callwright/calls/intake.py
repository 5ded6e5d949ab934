"""What is let in: events with texts and numbers that the database can hold. Pure."""

import re
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from callwright.telephony.events import CallEvent, LegKind, LegRinging

_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST = {
    "from_name": 200,
    "cause_text": 80,
    "queue": 80,
    "call": 150,
    "leg": 150,
    "recording": 150,
    "file": 400,
    "into": 150,
    "by_leg": 150,
    "extension": 20,
}
_LONGEST_OTHER = 64
_LONGEST_EXTENSION = 20
_LARGEST_CAUSE = 32_767


def storable(event: CallEvent) -> CallEvent:
    """The event without control characters and lone surrogates in its texts, each cut to its column's length, and
    without a cause that its column cannot hold.
    """
    changed: dict[str, Any] = {}
    names, values_of = _texts_of(type(event))
    for (name, longest), value in zip(names, values_of(event), strict=True):
        if not value or (len(value) <= longest and value.isprintable()):
            continue
        kept = _UNSTORABLE.sub("", value)[:longest]
        if kept != value:
            changed[name] = kept
    cause = getattr(event, "cause", None)
    if cause is not None and not 0 <= cause <= _LARGEST_CAUSE:
        changed["cause"] = None
    if type(event) is LegRinging and event.kind == LegKind.EXTENSION and len(event.party) > _LONGEST_EXTENSION:
        changed["party"] = changed.get("party", event.party)[:_LONGEST_EXTENSION]
    return msgspec.structs.replace(event, **changed) if changed else event


@cache
def _texts_of(kind: type[CallEvent]) -> tuple[tuple[tuple[str, int], ...], Callable[[CallEvent], tuple[Any, ...]]]:
    """The fields of a kind of event that hold free text, how long each may be, and what reads them."""
    names = tuple(
        (field.name, _LONGEST.get(field.name, _LONGEST_OTHER))
        for field in msgspec.structs.fields(kind)
        if field.type in (str, str | None)
    )
    return names, attrgetter(*(name for name, _ in names))  # of at least two: the PBX and the call
