"""A raw AMI client that keeps every event as it came over the wire, for recording and for asserting."""

import asyncio
import contextlib
import re
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One AMI message: when it came (seconds, time.time), its bytes, its fields (the last of repeated keys)."""

    came_at: float
    raw: bytes
    fields: dict[str, str]

    @property
    def name(self) -> str:
        return self.fields.get("Event", "")


def parse(raw: bytes) -> dict[str, str]:
    lines = raw.decode("utf-8", "replace").split("\r\n")
    return {key: value.lstrip(" ") for key, _, value in (line.partition(":") for line in lines if line)}


@dataclass
class Ami:
    """A logged-in AMI connection. With `stay`, it comes back by itself when the PBX is started again."""

    host: str
    user: str = "crm"
    secret: str = "crmsecret"
    port: int = 5038
    stay: bool = False
    events: list[Message] = field(default_factory=list)

    async def start(self) -> dict[str, str]:
        self._waiting: dict[str, asyncio.Future[dict[str, str]]] = {}
        self._changed = asyncio.Condition()
        self._number = 0
        answer = await self._connect()
        self._task = asyncio.create_task(self._run())
        return answer

    async def stop(self) -> None:
        self.stay = False
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _connect(self) -> dict[str, str]:
        """Log in; the answer, whatever it says."""
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        await self._reader.readline()
        self._send("Login", "login", {"Username": self.user, "Secret": self.secret})
        return parse(await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 5))

    def _send(self, action: str, action_id: str, headers: dict[str, str | list[str]]) -> None:
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        for key, value in headers.items():
            lines += [f"{key}: {one}" for one in (value if isinstance(value, list) else [value])]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def _run(self) -> None:
        while True:
            try:
                await self._read()
            except (asyncio.IncompleteReadError, OSError):
                if not self.stay:
                    return
            await asyncio.sleep(0.1)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                self._writer.close()
                await self._connect()

    async def _read(self) -> None:
        while True:
            raw = await self._reader.readuntil(b"\r\n\r\n")
            message = Message(time.time(), raw, parse(raw))
            answer = self._waiting.pop(message.fields.get("ActionID", ""), None)
            if "Response" in message.fields and answer is not None and not answer.done():
                answer.set_result(message.fields)
            if message.name:
                async with self._changed:
                    self.events.append(message)
                    self._changed.notify_all()

    async def action(self, name: str, **headers: str | list[str]) -> dict[str, str]:
        """Send an action and return the PBX's answer."""
        self._number += 1
        action_id = f"{self.user}-{self._number}"
        answer = self._waiting[action_id] = asyncio.get_running_loop().create_future()
        self._send(name, action_id, headers)
        return await asyncio.wait_for(answer, 10)

    async def wait(self, event: str, *, timeout_s: float = 15, since: int = 0, **match: str) -> dict[str, str]:
        """The first event of this name, from number `since` on, whose fields match the patterns."""

        async def look() -> dict[str, str]:
            at = since
            while True:
                async with self._changed:
                    while at >= len(self.events):
                        await self._changed.wait()
                message = self.events[at]
                at += 1
                if message.name == event and all(
                    re.search(pattern, message.fields.get(key, "")) for key, pattern in match.items()
                ):
                    return message.fields

        return await asyncio.wait_for(look(), timeout_s)
