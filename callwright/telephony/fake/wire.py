"""Messages on their way out: printed once, given to every session that asked for them."""

from collections.abc import Iterable
from typing import Protocol

from callwright.telephony.fake.channel import encode
from callwright.telephony.fake.clock import Clock


class Sink(Protocol):
    """A reader of messages: a logged-in AMI session, a recorder."""

    def wants(self, name: str, privilege: str) -> bool: ...

    def take(self, message: bytes) -> None: ...


class Wire:
    """Prints messages with Asterisk's headers; the timestamps of two messages are never equal."""

    def __init__(self, *, clock: Clock, system_name: str) -> None:
        self.clock = clock
        self.sinks: list[Sink] = []
        self.sent = 0
        self.doubled = False
        """A fault: every message goes out twice."""
        self.behind_s = 0.0
        """A fault: by how much the PBX's clock has been set back."""
        self._tail = encode(f"\r\nSystemName: {system_name}\r\n")
        self._last_us = 0
        self._readers: dict[str, list[Sink]] = {}

    def attach(self, sink: Sink) -> None:
        self.sinks.append(sink)
        self._readers.clear()

    def detach(self, sink: Sink) -> None:
        if sink in self.sinks:
            self.sinks.remove(sink)
        self._readers.clear()

    def interests_changed(self) -> None:
        self._readers.clear()

    def readers(self, name: str, privilege: str) -> list[Sink]:
        found = self._readers.get(name)
        if found is None:
            found = self._readers[name] = [s for s in self.sinks if s.wants(name, privilege)]
        return found

    def set_back(self, seconds: float) -> None:
        """Somebody sets the PBX's clock back; its record files go on as if nothing had happened."""
        self.behind_s += seconds
        self._last_us = 0

    @property
    def now(self) -> float:
        """What the PBX's clock says (epoch seconds)."""
        return self.clock.now - self.behind_s

    def stamp(self) -> bytes:
        now_us = max(int(self.now * 1_000_000), self._last_us + 1)
        self._last_us = now_us
        return b"%d.%06d" % (now_us // 1_000_000, now_us % 1_000_000)

    def emit(self, name: str, privilege: str, *chunks: bytes) -> None:
        """Sends an event made of printed chunks (each ending in CRLF) to all who read events of this name."""
        readers = self.readers(name, privilege)
        if not readers:
            return
        head = b"Event: %b\r\nPrivilege: %b,all\r\nTimestamp: " % (name.encode(), privilege.encode())
        message = b"".join((head, self.stamp(), self._tail, *chunks, b"\r\n"))
        self.sent += 1
        for reader in readers:
            reader.take(message)
            if self.doubled:
                reader.take(message)


def lines(fields: Iterable[tuple[str, str]]) -> bytes:
    return encode("".join(f"{key}: {value}\r\n" for key, value in fields))
