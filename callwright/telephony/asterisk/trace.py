"""Recorded AMI traffic as text: "# +seconds" before each message, which ends with a blank line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from callwright.telephony.asterisk.protocol import Message, Splitter, is_wanted, parse

_START = datetime(2000, 1, 1, tzinfo=UTC)


def read_trace(data: bytes, start: datetime = _START) -> Iterator[tuple[Message, datetime]]:
    """Each wanted message with the time at which it was received: `start` (UTC) plus the seconds noted before it.

    A message without such a line was received together with the one before it.
    """
    received = start
    for block in Splitter().feed(data + b"\n\n"):
        while block.startswith(b"#"):
            note, _, block = block.partition(b"\n")
            received = start + _offset(note, received - start)
        if is_wanted(block):
            yield parse(block), received


def _offset(note: bytes, unknown: timedelta) -> timedelta:
    try:
        return timedelta(seconds=float(note.removeprefix(b"#").strip()))
    except (ValueError, OverflowError):
        return unknown
