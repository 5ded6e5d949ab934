"""Recorded AMI traffic as text: "# +seconds" before each message, which ends with a blank line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from callwright.telephony.asterisk.protocol import Message, Splitter, is_wanted, parse

_START = datetime(2000, 1, 1, tzinfo=UTC)


def read_blocks(data: bytes, start: datetime = _START) -> Iterator[tuple[bytes, datetime]]:
    """Each wanted message as bytes with the time at which it was received: `start` (UTC) plus the seconds noted.

    A message without such a line was received together with the one before it.
    """
    received = start
    for block in Splitter().feed(data + b"\n\n"):
        while block.startswith(b"#"):
            note, _, block = block.partition(b"\n")
            received = start + _offset(note, received - start)
        if is_wanted(block):
            yield block, received


def read_trace(data: bytes, start: datetime = _START) -> Iterator[tuple[Message, datetime]]:
    """As `read_blocks`, with the messages parsed."""
    for block, received in read_blocks(data, start):
        yield parse(block), received


def _offset(note: bytes, unknown: timedelta) -> timedelta:
    try:
        return timedelta(seconds=float(note.removeprefix(b"#").strip()))
    except (ValueError, OverflowError):
        return unknown
