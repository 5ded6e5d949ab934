"""A reader of the live stream that behaves as the browser's worker does: comes back, and says what it heard last."""

import asyncio
import contextlib
import json
from typing import Any


class Stream:
    """The stream of one agent's desk. `heard`: ids of the calls it was told of; `reloads`: how often it was told to
    read everything again.
    """

    def __init__(self, port: int, agent: dict[str, Any]) -> None:
        self.port, self.agent = port, agent
        self.heard: set[str] = set()
        self.opened = asyncio.Event()
        self.connections = self.reloads = 0
        self._last_id = ""

    @property
    def extension(self) -> str:
        return str(self.agent["extension"])

    async def read_for_ever(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                await self._read()
            await asyncio.sleep(0.2)

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        last = f"Last-Event-ID: {self._last_id}\r\n" if self._last_id else ""
        writer.write(
            f"GET /live/stream?topics=desk:{self.agent['id']} HTTP/1.1\r\nHost: localhost\r\n{last}"
            f"Cookie: sessionid={self.agent['session']}\r\n\r\n".encode()
        )
        try:
            if b" 200 " not in await reader.readline():
                return
            self.connections += 1
            while line := await reader.readline():
                self._take(line.decode().rstrip())
        finally:
            writer.close()

    def _take(self, line: str) -> None:
        if line.startswith(": open"):
            self.opened.set()
        elif line.startswith("id: "):
            self._last_id = line[4:]
        elif line == "event: reload":
            self.reloads += 1
        elif line.startswith("data: ") and "key" in (data := json.loads(line[6:])):
            self.heard.add(data["key"])
