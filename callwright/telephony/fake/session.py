"""One AMI connection: bytes in, actions out; a reader that is too slow is dropped and blocks nobody."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from callwright.telephony.fake.channel import encode
from callwright.telephony.fake.users import AmiUser

if TYPE_CHECKING:
    from callwright.telephony.fake.server import Server

HIGH_WATER = 1_000_000
LIMIT = 16_000_000
ACTION_LIMIT = 100_000
BANNER = "Asterisk Call Manager/11.0.0"


class Action:
    """An action as received; header names without regard to case, repeated headers kept."""

    def __init__(self, block: bytes) -> None:
        self.headers: list[tuple[str, str]] = []
        for line in block.decode("utf-8", "surrogateescape").split("\r\n"):
            key, colon, value = line.partition(":")
            if colon:
                self.headers.append((key.strip().lower(), value.strip()))

    def get(self, key: str, default: str = "") -> str:
        return next((v for k, v in self.headers if k == key.lower()), default)

    def all(self, key: str) -> list[str]:
        return [v for k, v in self.headers if k == key.lower()]

    @property
    def name(self) -> str:
        return self.get("action").lower()


class Session(asyncio.Protocol):
    """The protocol of one client. `user` is None until it has logged in."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.user: AmiUser | None = None
        self.events_on = True
        self.challenge = ""
        self.only: set[str] = set()
        self.without: set[str] = set()
        self.transport: asyncio.Transport | None = None
        self.writable = asyncio.Event()
        self._in = bytearray()
        self._out: list[bytes] = []
        self._stalled: asyncio.TimerHandle | None = None

    # -- asyncio -----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self.writable.set()
        if self.server.pbx.faults.deaf:
            transport.pause_reading()
        self.server.sessions.add(self)
        self.send(encode((self.server.pbx.faults.version or BANNER) + "\r\n"))
        self.flush()

    def connection_lost(self, error: Exception | None) -> None:
        self.writable.set()
        self.server.forget(self)
        if self._stalled is not None:
            self._stalled.cancel()

    def pause_writing(self) -> None:
        self.writable.clear()
        loop = asyncio.get_running_loop()
        self._stalled = loop.call_later(self.server.write_timeout_s, self.drop)

    def resume_writing(self) -> None:
        self.writable.set()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def data_received(self, data: bytes) -> None:
        self._in += data
        while (end := self._in.find(b"\r\n\r\n")) >= 0:
            block = bytes(self._in[:end]).lstrip(b"\r\n")
            del self._in[: end + 4]
            if block:
                self.server.act(self, Action(block))
            if self.transport is None or self.transport.is_closing():
                return
        if len(self._in) > ACTION_LIMIT:
            self.drop()
        self.flush()

    # -- reading events ----------------------------------------------------------------------------------------

    def wants(self, name: str, privilege: str) -> bool:
        if self.user is None or not self.events_on or privilege not in self.user.read or name in self.without:
            return False
        if self.user.events is not None and name not in self.user.events:
            return False
        return not self.only or name in self.only

    def take(self, message: bytes) -> None:
        if not self.server.pbx.faults.say_nothing:
            self._out.append(message)

    # -- writing -----------------------------------------------------------------------------------------------

    def send(self, message: bytes) -> None:
        self._out.append(message)

    def flush(self) -> None:
        transport = self.transport
        if not self._out or transport is None or transport.is_closing():
            self._out.clear()
            return
        data = b"".join(self._out)
        self._out.clear()
        if transport.get_write_buffer_size() + len(data) > LIMIT + HIGH_WATER and not self.writable.is_set():
            self.drop()
            return
        faults = self.server.pbx.faults
        if not faults.halve or len(data) < 2:
            transport.write(data)
            return
        # Both halves are queued in order: a later write cannot come between them.
        self.server.write_halves(self, data, faults.halve_s)

    def hang_up(self) -> None:
        """Closes after what is written has been sent."""
        self.flush()
        if self.transport is not None:
            self.transport.close()

    def drop(self) -> None:
        """Cuts the connection at once."""
        if self.transport is not None:
            self.transport.abort()


Handler = Callable[[Session, Action], None]
