"""A browser's conversation with the stream, without a browser: over ASGI, with the test database."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from callwright.live.operations.publish import Change, publish
from callwright.live.stream import Streams

act = sync_to_async
PATIENCE_S = 30  # on a machine with other things to do


def log_in(user: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def tell(*changes: Change, now: datetime | None = None) -> None:
    with transaction.atomic():
        publish(changes, now=now or datetime.now(UTC))


class Conversation:
    """One browser's stream: what was answered, and a way to go away."""

    def __init__(
        self, streams: Streams, session: str, topics: str, since: str = "", other_cookies: str = "",
        path: str = "/live/stream",
    ) -> None:  # fmt: skip
        self.status = 0
        self.ended = False
        self._body: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._rest = ""
        headers = [(b"cookie", f"{other_cookies}sessionid={session}".encode())]
        if since:
            headers.append((b"last-event-id", since.encode()))
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        scope["query_string"] = f"topics={topics}".encode()
        self.task = asyncio.create_task(streams(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.ended = not message.get("more_body", False)
            await self._body.put(message["body"])

    async def block(self) -> dict[str, str]:
        """The next event (pings and the opening comment are passed over)."""
        async with asyncio.timeout(PATIENCE_S):  # for all of it: pings come more often than patience ends
            while True:
                while "\n\n" in self._rest:
                    block, _, self._rest = self._rest.partition("\n\n")
                    fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                    if "event" in fields:
                        return fields
                self._rest += (await self._body.get()).decode()

    async def change(self) -> dict[str, Any]:
        return json.loads((await self.block())["data"])

    async def silence(self, seconds: float = 0.3) -> bool:
        # wait_for of Python 3.11 can lose its cancellation to a ping that comes at the same moment, and wait for ever.
        try:
            async with asyncio.timeout(seconds):
                await self.block()
        except TimeoutError:
            return True
        return False

    async def opened(self) -> "Conversation":
        assert b": open" in await asyncio.wait_for(self._body.get(), PATIENCE_S)
        return self

    async def leave(self) -> None:
        self._gone.set()
        await self.over()

    async def over(self) -> "Conversation":
        """Waits until the server has ended it."""
        await asyncio.wait_for(self.task, PATIENCE_S)
        return self
