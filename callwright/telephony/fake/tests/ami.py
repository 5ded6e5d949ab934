"""The smallest AMI client that tests need: it reads everything and keeps it in order."""

import asyncio
from collections.abc import Callable
from typing import Self

from callwright.telephony.fake.pbx import FakePbx

Message = dict[str, str]


def parse(block: bytes) -> Message:
    lines = [line for line in block.decode("utf-8", "replace").split("\r\n") if line]
    return dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in lines)


class Ami:
    """`async with Ami(pbx) as ami:` is logged in; events stand in `events`, responses are returned by `ask`."""

    def __init__(self, pbx: FakePbx, *, user: str = "crm", secret: str = "crmsecret", login: bool = True) -> None:
        self.pbx, self.user, self.secret, self.login = pbx, user, secret, login
        self.events: list[Message] = []
        self.responses: list[Message] = []
        self.banner = ""
        self.closed = asyncio.Event()
        self._changed = asyncio.Condition()
        self._asked = 0

    async def __aenter__(self) -> Self:
        self._reader, self.writer = await asyncio.open_connection(self.pbx.host, self.pbx.port, limit=2**25)
        self.banner = (await self._reader.readline()).decode().strip()
        self._task = asyncio.create_task(self._read())
        if self.login:
            answer = await self.ask("Login", Username=self.user, Secret=self.secret)
            assert answer["Response"] == "Success", answer
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.writer.close()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)

    async def _read(self) -> None:
        try:
            while True:
                message = parse(await self._reader.readuntil(b"\r\n\r\n"))
                async with self._changed:
                    (self.responses if "Response" in message and "Event" not in message else self.events).append(
                        message
                    )
                    self._changed.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed.set()

    async def ask(self, name: str, within_s: float = 30, **headers: str) -> Message:
        self._asked += 1
        ident = f"t{self._asked}"
        lines = [f"Action: {name}", f"ActionID: {ident}", *(f"{k}: {v}" for k, v in headers.items())]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return await self._until(
            lambda: next((r for r in self.responses if r.get("ActionID") == ident), None), within_s
        )

    async def wait(self, event: str, within_s: float = 30, **fields: str) -> Message:
        def found() -> Message | None:
            return next((e for e in self.events if is_event(e, event, fields)), None)

        return await self._until(found, within_s)

    async def _until(self, found: Callable[[], Message | None], within_s: float) -> Message:
        async with asyncio.timeout(within_s), self._changed:
            while (message := found()) is None:
                await self._changed.wait()
            return message

    async def items(self, name: str, item: str, done: str, **headers: str) -> list[Message]:
        answer = await self.ask(name, **headers)
        assert answer["EventList"] == "start"
        complete = await self.wait(done, ActionID=answer["ActionID"])
        items = [e for e in self.events if is_event(e, item, {"ActionID": answer["ActionID"]})]
        if complete["ListItems"] != "0":
            assert items
        return items

    async def settle(self) -> None:
        """Everything that the PBX has said so far has been read."""
        await self.ask("Ping")

    def names(self) -> list[str]:
        return [e["Event"] for e in self.events]

    def of(self, event: str, **fields: str) -> list[Message]:
        return [e for e in self.events if is_event(e, event, fields)]


def is_event(message: Message, event: str, fields: dict[str, str]) -> bool:
    return message.get("Event") == event and all(message.get(k) == v for k, v in fields.items())
