"""Desks without a browser: each holds the live stream and asks the server for what the desk's page would ask for."""

import asyncio
import gc
import json
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks._saving import Saver, three_saves

LISTS_AFTER_S, LISTS_EVERY_S, COLLEAGUES_EVERY_S = 1.2, 120.0, 45.0  # as static/desk/zones.js and colleagues.js
_CHANCE = random.Random(11)
UNEVENLY = 0.8  # each desk waits between so much of these times and all of it


def collect_no_more() -> None:
    """Has Python not look for garbage from now on: with hundreds of desks that stops the load, and the clock that
    measures the answers, for 100 to 250 ms every quarter of a minute, and all that is due meanwhile comes at once.
    """
    gc.collect()
    gc.freeze()
    gc.disable()


class Asker:
    """Requests over one kept connection, as a browser makes them."""

    def __init__(self, port: int, session: str, took: dict[str, list[float]]) -> None:
        self._port, self._session, self._took = port, session, took
        self._lock = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, kind: str) -> int:
        """The status of the answer, read to its end; how long it took goes to `took[kind]`."""
        async with self._lock:
            began = time.perf_counter()
            for _ in range(2):
                try:
                    status = await self._get(path)
                except (OSError, asyncio.IncompleteReadError):
                    self._streams = None  # an idle connection that the server closed
                    continue
                self._took.setdefault(kind, []).append(time.perf_counter() - began)
                return status
            raise ConnectionError(path)

    async def _get(self, path: str) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nHX-Request: true\r\n"
            f"Cookie: sessionid={self._session}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, headers = int(head.split(" ", 2)[1]), head.lower()
        if "content-length: " in headers:
            await reader.readexactly(int(headers.split("content-length: ")[1].split("\r\n")[0]))
        elif "transfer-encoding: chunked" in headers:
            while size := int((await reader.readline()).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        return status

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


class Desk:
    """One agent's desk. `fetches` counts what it asked for; `rang` whether an event ever concerned it."""

    def __init__(
        self, port: int, agent: dict[str, Any], took: dict[str, list[float]], *, fetches: bool = True,
        heard: Callable[[dict[str, Any]], None] | None = None, topics: list[int] | None = None,
    ) -> None:  # fmt: skip
        self.port, self.agent, self.opened = port, agent, asyncio.Event()
        self.fetched = self.events = 0
        self.failed: list[str] = []
        self._asks = fetches
        self._heard = heard
        self._asker = Asker(port, agent["session"], took)
        self._saver = Saver(port, agent["session"]) if topics else None
        self._topics = topics or []
        self._talked: set[str] = set()
        self._took = took
        self._known: set[str] = set()
        self._live: set[str] = set()
        self._free = asyncio.Event()  # no card covers the colleagues; this agent puts it away when the call is over
        self._free.set()
        self._lists_read_at = time.monotonic() - random.uniform(0, LISTS_EVERY_S)
        self._lists: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        me = self.agent["id"]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**16)
        topics = f"desk:{me},agent:{me},command:{me},pbx,contacts,colleagues,missed-number"
        writer.write(
            f"GET /live/stream?topics={topics} HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: sessionid={self.agent['session']}\r\n\r\n".encode()
        )
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(status.decode())
        now_and_then = [asyncio.create_task(one) for one in (self._look_at_colleagues(), self._look_at_lists())]
        try:
            while line := await reader.readline():
                if line.startswith(b": open"):
                    self.opened.set()
                elif line.startswith(b"data: {") and (data := json.loads(line[6:])):
                    self._take(data)
        finally:
            for one in now_and_then:
                one.cancel()
            writer.close()
            self._asker.close()
            if self._saver is not None:
                self._saver.close()

    def _take(self, change: dict[str, Any]) -> None:
        self.events += 1
        if self._heard is not None:
            self._heard(change)
        if not self._asks:
            return
        topic, key, data = change["topic"].partition(":")[0], change["key"], change["data"]
        if topic == "desk" and change["name"] == "call":
            part = change.get("part", "")
            if part and (key in self._known or "<article" in part):
                self._known.add(key)  # what the desk shows came with the change
            elif key in self._known:
                self._ask(f"/desk/calls/{key}/state", "state")
            elif data.get("phase") != "ended":
                self._known.add(key)
                self._ask(f"/desk/calls/{key}/", "card")
            self._note(key, is_live=data.get("phase") != "ended")
            if data.get("phase") == "talking" and self._saver is not None and key not in self._talked:
                self._talked.add(key)
                self._begin(self._register(key))
        elif topic == "agent" and change["name"] == "seat":
            self._ask("/desk/me", "me")
            self._lists_soon()

    def _note(self, key: str, *, is_live: bool) -> None:
        if is_live:
            self._live.add(key)
            self._free.clear()
            return
        self._live.discard(key)
        if not self._live:
            self._free.set()
        self._lists_soon()

    def _lists_soon(self) -> None:
        if self._lists is not None:
            self._lists.cancel()
        self._lists = asyncio.get_running_loop().call_later(LISTS_AFTER_S, self._read_lists)

    def _read_lists(self) -> None:
        self._lists_read_at = time.monotonic()
        self._ask("/desk/lists", "lists")

    def _ask(self, path: str, kind: str) -> None:
        self.fetched += 1
        self._begin(self._get(path, kind))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _register(self, call: str) -> None:
        """Ticks two topics and writes a comment while the call is talked."""
        assert self._saver is not None
        for values in three_saves(self._topics, _CHANCE):
            await asyncio.sleep(_CHANCE.uniform(0.4, 1.2))
            try:
                self._took.setdefault("save of a registration", []).append(await self._saver.save(call, values))
            except AssertionError as failed:
                self.failed.append(str(failed))

    async def _get(self, path: str, kind: str) -> None:
        status = await self._asker.get(path, kind)
        if status not in (200, 204, 404):
            self.failed.append(f"{path} answered {status}")

    async def _look_at_colleagues(self) -> None:
        await asyncio.sleep(random.uniform(0, COLLEAGUES_EVERY_S))
        while self._asks:
            await self._free.wait()
            self._ask("/desk/colleagues", "colleagues")
            await asyncio.sleep(COLLEAGUES_EVERY_S * random.uniform(UNEVENLY, 1))

    async def _look_at_lists(self) -> None:
        every = LISTS_EVERY_S * random.uniform(UNEVENLY, 1)
        while self._asks:
            await asyncio.sleep(max(0.0, self._lists_read_at + every - time.monotonic()))
            await self._free.wait()
            if time.monotonic() - self._lists_read_at >= every:
                self._read_lists()
