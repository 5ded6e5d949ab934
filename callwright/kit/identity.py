"""Keys that say when: UUIDv7 made from a time and a name, so that the same thing always gets the same key.

Layout after RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, variant; the 74 free bits come from a
hash of the name instead of a random source.
"""

import os
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _milliseconds(at: datetime) -> int:
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def uuid7_of(at: datetime, *name: str) -> UUID:
    """A UUIDv7 for `at` (aware; millisecond resolution) and `name`; equal arguments give an equal key."""
    return UUID(int=_named(at, name))


def uuid7_text(at: datetime, *name: str) -> str:
    """The same as text; where many are made it matters that there is no object between."""
    text = f"{_named(at, name):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid7_now(at: datetime) -> UUID:
    """A UUIDv7 for `at` and nothing else: always another one."""
    return UUID(int=_pack(at, os.urandom(10)))


def uuid7_floor(at: datetime) -> UUID:
    """The smallest UUIDv7 of the millisecond of `at`: a bound for searches and partitions by time."""
    return UUID(int=_milliseconds(at) << 80)


def time_of(key: UUID) -> datetime:
    """The time inside a UUIDv7, in UTC with millisecond resolution."""
    milliseconds = key.int >> 80
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _named(at: datetime, name: tuple[str, ...]) -> int:
    return _pack(at, blake2b("\x1f".join(name).encode(), digest_size=10).digest())


def _pack(at: datetime, free: bytes) -> int:
    """`free`: ten bytes, of which the upper twelve bits and the lower 62 are taken."""
    bits = int.from_bytes(free, "big")
    high12, low62 = bits >> 68, bits & ((1 << 62) - 1)
    return (_milliseconds(at) & ((1 << 48) - 1)) << 80 | 7 << 76 | high12 << 64 | 2 << 62 | low62


_LARGEST_ID = 2**63 - 1


def id_in(text: str | None) -> int | None:
    """The id of a row that an address or form names; None for anything that cannot be one."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > _LARGEST_ID:
        return None
    return int(text)
