"""A connection to one Asterisk over AMI: login, events in, actions out, reconnection. Knows nothing of calls.

`Ami` is one connection; who wants another after it waits `back_off` first. Events are handed on as bytes, unparsed, so
that a journal can keep exactly what came.
"""

import asyncio
import builtins
import contextlib
import hashlib
import random
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from callwright.telephony.asterisk.names import WANTED
from callwright.telephony.asterisk.protocol import Message, Splitter, encode, name_of, parse

# AMI 5.0 is Asterisk 16: the oldest that sends the events of today's bridges and queues with these names
OLDEST_VERSION = (5, 0, 0)
_NEEDED = frozenset(("CoreShowChannels", "QueueStatus", "DeviceStateList"))


class Problem(StrEnum):
    """Why there is no link; worded for people elsewhere."""

    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login_refused"
    NOT_ASTERISK = "not_asterisk"
    WRONG_VERSION = "wrong_version"
    MISSING_PRIVILEGE = "missing_privilege"
    TLS_FAILED = "tls_failed"
    SILENT = "silent"  # no answer to pings
    CLOSED = "closed"
    OVERRUN = "overrun"  # events come faster than they are read


class AmiError(Exception):
    """The link failed. `lasting`: trying again without a change of configuration is of no use."""

    def __init__(self, problem: Problem, detail: str = "", *, lasting: bool = False) -> None:
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem, self.detail, self.lasting = problem, detail, lasting


def back_off(failures: int, longest_s: float = 30) -> float:
    """Seconds to wait after so many failures in a row: doubling, with jitter so that many links do not come at once."""
    longest = min(longest_s, 0.5 * float(2 ** min(failures, 10)))
    return longest * random.uniform(0.5, 1)  # noqa: S311


class ActionRefused(Exception):
    """Asterisk answered an action with an error."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ActionTimedOut(Exception):
    """No answer in time: the action may or may not have been carried out."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where and as whom to log in. Times in seconds. `challenge`: prove the secret by MD5 instead of sending it."""

    host: str
    username: str
    secret: str = field(repr=False)
    port: int = 5038
    tls: ssl.SSLContext | None = None
    challenge: bool = True
    connect_timeout_s: float = 10
    action_timeout_s: float = 10
    ping_every_s: float = 15
    queue_limit: int = 50_000
    needed: frozenset[str] = _NEEDED


@dataclass
class _Pending:
    answer: asyncio.Future[Message]
    items: list[Message] = field(default_factory=list)
    is_list: bool = False


class Ami:
    """One logged-in connection. `blocks` holds wanted events as bytes in the order in which they came."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, wanted: frozenset[bytes]
    ) -> None:
        self.address = address
        self.banner = ""
        self.skipped = 0
        self.splitter = Splitter()
        self._wanted = wanted
        self._reader, self._writer = reader, writer
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(address.queue_limit)
        self._pending: dict[str, _Pending] = {}
        self._count = 0
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def connect(cls, address: Address, wanted: frozenset[bytes] = WANTED) -> "Ami":
        """A connection ready for actions. Raises AmiError."""
        try:
            async with asyncio.timeout(address.connect_timeout_s):
                streams = await asyncio.open_connection(address.host, address.port, ssl=address.tls)
        except ssl.SSLError as error:
            raise AmiError(Problem.TLS_FAILED, str(error), lasting=True) from error
        except (OSError, TimeoutError) as error:
            raise AmiError(Problem.UNREACHABLE, str(error) or "time-out") from error
        ami = cls(*streams, address, wanted)
        try:
            await ami._greet()
            ami._tasks.append(asyncio.create_task(ami._read()))
            await ami._log_in()
        except BaseException:
            await ami.close()
            raise
        ami._tasks.append(asyncio.create_task(ami._ping()))
        return ami

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(self.address.connect_timeout_s):
                line = await self._reader.readuntil(b"\n")
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            raise AmiError(Problem.NOT_ASTERISK, "no greeting") from error
        self.banner = line.decode("utf-8", "replace").strip()
        product, _, version = self.banner.partition("/")
        if product != "Asterisk Call Manager":
            raise AmiError(Problem.NOT_ASTERISK, self.banner[:80], lasting=True)
        numbers = tuple(int(part) for part in version.split(".") if part.isdecimal() and len(part) < 6)
        if numbers < OLDEST_VERSION:
            raise AmiError(Problem.WRONG_VERSION, version, lasting=True)

    async def _log_in(self) -> None:
        fields = {"Username": self.address.username, "Events": "on"}
        try:
            if self.address.challenge:
                challenge = (await self.act("Challenge", {"AuthType": "MD5"})).get("Challenge")
                proof = hashlib.md5((challenge + self.address.secret).encode(), usedforsecurity=False).hexdigest()
                await self.act("Login", fields | {"AuthType": "MD5", "Key": proof})
            else:
                await self.act("Login", fields | {"Secret": self.address.secret})
        except ActionRefused as error:
            raise AmiError(Problem.LOGIN_REFUSED, error.message, lasting=True) from error
        except ActionTimedOut as error:
            raise AmiError(Problem.SILENT, "login") from error
        await self._check_privileges()

    async def _check_privileges(self) -> None:
        # ListCommands names the actions that this user may call; what he may read shows in no answer
        allowed = (await self.act("ListCommands")).fields
        missing = sorted(self.address.needed - allowed.keys())
        if missing:
            raise AmiError(Problem.MISSING_PRIVILEGE, ", ".join(missing), lasting=True)

    async def act(self, action: str, fields: Mapping[str, str | Iterable[str]] | None = None) -> Message:
        """The PBX's answer to an action. Raises ActionRefused, ActionTimedOut, AmiError, InvalidValue."""
        return (await self._send(action, fields, is_list=False))[0]

    async def list(
        self, action: str, fields: Mapping[str, str | Iterable[str]] | None = None
    ) -> builtins.list[Message]:
        """The items of a list action, without its end marker. Raises as `act`."""
        return (await self._send(action, fields, is_list=True))[1]

    async def _send(
        self, action: str, fields: Mapping[str, str | Iterable[str]] | None, *, is_list: bool
    ) -> tuple[Message, builtins.list[Message]]:
        if self._failed.done():
            raise self._error()
        self._count += 1
        action_id = f"cw-{self._count}"
        pending = self._pending[action_id] = _Pending(asyncio.get_running_loop().create_future(), is_list=is_list)
        try:
            self._writer.write(encode(action, {"ActionID": action_id, **(fields or {})}))
            async with asyncio.timeout(self.address.action_timeout_s):
                await self._writer.drain()
                answer = await pending.answer
        except TimeoutError as error:
            raise ActionTimedOut(action) from error
        except OSError as error:
            raise AmiError(Problem.CLOSED, str(error)) from error
        finally:
            self._pending.pop(action_id, None)
        return answer, pending.items

    async def blocks(self) -> AsyncIterator[bytes]:
        """Events as they come, until the connection ends. Raises AmiError when it does."""
        while True:
            if not self._queue.empty():
                yield self._queue.get_nowait()
                continue
            if self._failed.done():
                raise self._error()
            getter = asyncio.ensure_future(self._queue.get())
            try:
                await asyncio.wait((getter, self._failed), return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not getter.done():
                    getter.cancel()
            if getter.done() and not getter.cancelled():
                yield getter.result()

    def batch(self, limit: int = 1000) -> builtins.list[bytes]:
        """What has come and not been read yet, up to `limit`, without waiting."""
        return [self._queue.get_nowait() for _ in range(min(limit, self._queue.qsize()))]

    async def close(self) -> None:
        self._fail(AmiError(Problem.CLOSED))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self._writer.wait_closed()

    def _error(self) -> AmiError:
        error = self._failed.exception()
        return error if isinstance(error, AmiError) else AmiError(Problem.CLOSED)

    def _fail(self, error: AmiError) -> None:
        if not self._failed.done():
            self._failed.set_exception(error)
            self._failed.exception()  # read here, or asyncio warns where nobody waits for it
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(error)
                pending.answer.exception()

    async def _read(self) -> None:
        try:
            while data := await self._reader.read(65536):
                for block in self.splitter.feed(data):
                    self._take(block)
            self._fail(AmiError(Problem.CLOSED, "by the PBX"))
        except OSError as error:
            self._fail(AmiError(Problem.CLOSED, str(error)))
        except asyncio.QueueFull:
            self._fail(AmiError(Problem.OVERRUN))

    def _take(self, block: bytes) -> None:
        name = name_of(block)
        pending = None
        if not name or b"\nActionID: cw-" in block:
            message = parse(block)
            pending = self._pending.get(message.get("ActionID"))
        if name and (pending is None or not pending.is_list or name == b"OriginateResponse"):
            # an event of the PBX's own, or one that an action caused besides its answer
            if name in self._wanted:
                self._queue.put_nowait(block)
            else:
                self.skipped += 1
        elif pending is None or pending.answer.done():
            return
        elif name:
            self._take_item(pending, message)
        elif message.get("Response") == "Error":
            pending.answer.set_exception(ActionRefused(message.get("Message")))
        elif not pending.is_list:
            pending.answer.set_result(message)

    def _take_item(self, pending: _Pending, message: Message) -> None:
        if message.get("EventList") in ("Complete", "cancelled"):
            pending.answer.set_result(message)
        else:
            pending.items.append(message)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self.address.ping_every_s)
            try:
                await self.act("Ping")
            except ActionTimedOut:
                self._fail(AmiError(Problem.SILENT, "ping"))
                return
            except (AmiError, ActionRefused):
                return
