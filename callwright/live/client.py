"""One open stream and what waits to be written to it."""

import asyncio
from collections.abc import Callable, Sequence

from callwright.live.topics import Listener

MOST_WAITING = 512
"""Messages that may wait for one client before it is taken for dead or too slow."""


class Client:
    """One open stream. Closed by `close`; what waits for it is taken by `take`."""

    __slots__ = ("_browser_language", "_waiting", "_wake", "ended", "listener", "prove", "session_key", "topics")

    def __init__(
        self,
        listener: Listener,
        topics: frozenset[str],
        session_key: str,
        browser_language: str = "en",
        prove: Callable[[str], Listener | None] | None = None,
    ) -> None:
        """`prove`: finds the listener again by `session_key`, where that is a pass and no session."""
        self.prove = prove
        self._browser_language = browser_language
        self.listener = listener
        self.topics = topics
        self.session_key = session_key
        self.ended = asyncio.Event()
        self._waiting: list[bytes] = []
        self._wake = asyncio.Event()

    @property
    def language(self) -> str:
        """In which the pages are drawn that hear this stream."""
        return self.listener.language or self._browser_language

    @property
    def closed(self) -> bool:
        return self.ended.is_set()

    def put(self, message: bytes) -> None:
        if self.closed:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.close()
            return
        self._waiting.append(message)
        self._wake.set()

    def put_first(self, messages: Sequence[bytes]) -> None:
        """Puts the messages in front of all that waits, as one: however many, they do not make the client too slow."""
        if messages and not self.closed:
            self._waiting.insert(0, b"".join(messages))
            self._wake.set()

    async def take(self) -> bytes:
        """All that waits, in one piece; empty when the stream is to end."""
        await self._wake.wait()
        self._wake.clear()
        if self.closed:
            return b""
        piece = b"".join(self._waiting)
        self._waiting.clear()
        return piece

    def close(self) -> None:
        self.ended.set()
        self._wake.set()
