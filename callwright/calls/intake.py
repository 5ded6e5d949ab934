"""What is let in: events with texts that the database can hold. Pure."""

import re

import msgspec

from callwright.telephony.events import CallEvent

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
}
_LONGEST_OTHER = 64


def storable(event: CallEvent) -> CallEvent:
    """The event without control characters and lone surrogates in its texts, each cut to its column's length."""
    changed: dict[str, str] = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if not isinstance(value, str):
            continue
        kept = _UNSTORABLE.sub("", value)[: _LONGEST.get(name, _LONGEST_OTHER)]
        if kept != value:
            changed[name] = kept
    return msgspec.structs.replace(event, **changed) if changed else event
