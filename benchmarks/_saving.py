"""What agents register, over kept connections as a browser has them; used by the benchmarks with many desks."""

import asyncio
import os
import time
from random import Random
from urllib.parse import urlencode

TOKEN = "x" * 64


class Saver:
    """A desk's connection to the server, on which it saves one after the other."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def save(self, call: str, values: list[tuple[str, str]]) -> float:
        """Seconds until the answer was there; `values` are the fields but for the revision."""
        body = urlencode([*values, ("revision", str(int(time.time() * 1000)))]).encode()
        head = (
            f"POST /registration/calls/{call}/save HTTP/1.1\r\nHost: localhost\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Cookie: sessionid={self._session}; csrftoken={TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter()
        try:
            answer, said = await self._sent(head.encode() + body)
        except (OSError, asyncio.IncompleteReadError):  # an idle connection that the server closed
            self._streams = None
            answer, said = await self._sent(head.encode() + body)
        assert " 200 " in answer.split("\r\n")[0], (answer, said)
        return time.perf_counter() - began

    async def _sent(self, request: bytes) -> tuple[str, bytes]:
        """The head of the answer, in small letters, and its body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = answer.split("content-length: ")[1].split("\r\n")[0]
        return answer, await reader.readexactly(int(length))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


def make_topics(url: str) -> list[int]:
    """A category of twelve topics and one of five that are offered for each call; returns the topics of the first."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")
    import django

    django.setup()
    from django.db import connections

    from callwright.registration.testing import make_category

    _, reasons = make_category("Reason", *(f"Reason {number}" for number in range(12)))
    make_category("Mood", *(f"Mood {number}" for number in range(5)))
    connections.close_all()
    return [one.pk for one in reasons]


def three_saves(topics: list[int], chance: Random) -> list[list[tuple[str, str]]]:
    """What is sent when an agent ticks two topics, and then writes a comment."""
    chosen = [("topic", str(one)) for one in chance.sample(topics, 2)]
    comment = f"Two loaves {chance.random()}"
    return [[*chosen[:1], ("comment", "")], [*chosen, ("comment", "")], [*chosen, ("comment", comment)]]
