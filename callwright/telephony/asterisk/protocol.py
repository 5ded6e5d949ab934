"""The Asterisk Manager Interface on the wire: bytes to messages and actions to bytes. No sockets, no meaning.

Everything works on bytes until a message is known to be wanted: TCP may cut anywhere, also inside a character.
"""

from collections.abc import Iterable, Mapping

import msgspec

from callwright.telephony.asterisk.names import WANTED

MESSAGE_LIMIT = 256 * 1024

_EVENT = b"Event: "
_BANNER = b"Asterisk Call Manager/"


class InvalidValue(ValueError):
    """A value may not be sent: it would end its line and start another header or action."""


class Message(msgspec.Struct, frozen=True):
    """One AMI message. `name` is the event's name, "Response" for an answer. Repeated keys stand in `repeated`."""

    name: str
    fields: dict[str, str]
    repeated: dict[str, list[str]] = {}

    def get(self, key: str, default: str = "") -> str:
        return self.fields.get(key, default)

    def whole(self, key: str) -> int | None:
        """A whole number from 0 to 999,999,999; None for anything else."""
        value = self.fields.get(key, "")
        return int(value) if len(value) < 10 and value.isdecimal() else None

    def all(self, key: str) -> list[str]:
        """All values of a key in the order they came (ChanVariable, Variable, Output)."""
        if key in self.repeated:
            return self.repeated[key]
        return [self.fields[key]] if key in self.fields else []


class Splitter:
    """Cuts a stream into blocks at blank lines, whatever the sizes of the pieces.

    A lone LF counts as a line end. A block over the limit is dropped up to its blank line and counted in
    `oversized`. The greeting line of the connection, if there is one, is kept in `banner`.
    """

    def __init__(self, limit: int = MESSAGE_LIMIT) -> None:
        self.limit = limit
        self.oversized = 0
        self.banner = ""
        self._buffer = bytearray()
        self._held_cr = b""
        self._dropping = False
        self._first_line = True

    def feed(self, data: bytes) -> list[bytes]:
        """Blocks that this piece completes, with LF line ends and without the blank line."""
        data = self._held_cr + data
        self._held_cr = b"\r" if data.endswith(b"\r") else b""
        data = data[: len(data) - len(self._held_cr)].replace(b"\r\n", b"\n")
        searched = max(len(self._buffer) - 1, 0)
        self._buffer += data
        if self._first_line:
            self._take_banner()
            searched = 0
        if self._buffer.find(b"\n\n", searched) < 0:
            self._bound()
            return []
        *blocks, rest = bytes(self._buffer).split(b"\n\n")
        self._buffer = bytearray(rest)
        if self._dropping:
            self._dropping = False
            blocks.pop(0)
            self.oversized += 1
        whole = [block.lstrip(b"\n") for block in blocks]
        self.oversized += sum(len(block) > self.limit for block in whole)
        self._bound()
        return [block for block in whole if block and len(block) <= self.limit]

    def _take_banner(self) -> None:
        line, end, rest = bytes(self._buffer).partition(b"\n")
        if not end:
            return
        self._first_line = False
        if line.startswith(_BANNER) and len(line) <= self.limit:
            self.banner = line.decode("utf-8", "replace")
            self._buffer = bytearray(rest)

    def _bound(self) -> None:
        # keeps memory flat during an endless line; the last byte stays, it may be half of a blank line
        if len(self._buffer) > self.limit + 2:
            self._dropping = True
            self._first_line = False
            del self._buffer[:-1]


def name_of(block: bytes) -> bytes:
    """The event's name, b"" for anything that is not an event, without parsing the rest."""
    if not block.startswith(_EVENT):
        return b""
    end = block.find(b"\n", 7)
    return block[7:] if end < 0 else block[7:end]


def is_wanted(block: bytes, wanted: frozenset[bytes] = WANTED) -> bool:
    """Whether a block is worth parsing: an answer to an action, or an event of one of these names."""
    return name_of(block) in wanted or block.startswith(b"Response: ")


def parse(block: bytes) -> Message:
    """Reads a block; bytes that are not UTF-8 become U+FFFD, a line without a colon becomes a key without value."""
    lines = block.decode("utf-8", "replace").split("\n")
    try:
        fields = dict([line.split(": ", 1) for line in lines])
    except ValueError:
        return _parse_slowly(lines)
    if len(fields) != len(lines):
        return _parse_slowly(lines)
    return Message(fields.get("Event") or ("Response" if "Response" in fields else ""), fields)


def _parse_slowly(lines: list[str]) -> Message:
    fields: dict[str, str] = {}
    seen: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not key:
            continue
        seen.setdefault(key, []).append(value)
        fields.setdefault(key, value)
    repeated = {key: values for key, values in seen.items() if len(values) > 1}
    return Message(fields.get("Event") or ("Response" if "Response" in fields else ""), fields, repeated)


def message(name: str, **fields: str) -> Message:
    """A message of our own making, as if the PBX had sent it (repair from call records, tests)."""
    return Message(name, {"Event": name, **fields})


def encode(action: str, fields: Mapping[str, str | Iterable[str]]) -> bytes:
    """An action as bytes. Raises InvalidValue if a key or value holds a line end or another control character."""
    lines = [f"Action: {_safe(action)}"]
    for key, value in fields.items():
        for one in [value] if isinstance(value, str) else value:
            lines.append(f"{_safe_key(key)}: {_safe(one)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _safe(value: str) -> str:
    if any(ord(character) < 32 or character in "\x7f\x85\u2028\u2029" for character in value):
        raise InvalidValue("control character in a value")
    return value


def _safe_key(key: str) -> str:
    if not key.replace("-", "").isalnum():
        raise InvalidValue("not a header name")
    return key
