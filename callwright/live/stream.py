"""Server-Sent Events at `/live/stream`, as a small ASGI application beside Django.

Beside it, not in it: a Django request keeps a thread and a database connection for as long as it lasts, and a stream
lasts all day.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from callwright.live.access import in_thread, who
from callwright.live.client import Client
from callwright.live.hub import MOST_STREAMS_OF_A_USER, Hub, message_of
from callwright.live.listening import listen_for_ever
from callwright.live.queries.log import newest_id
from callwright.live.queries.replay import missed_since
from callwright.live.topics import may_hear, pass_at, tell_watch

PATH = "/live/stream"
RELOAD = b"event: reload\ndata: {}\n\n"
HEARD_WITHIN_S = 20.0
"""How long a browser is kept waiting while changes cannot be heard, before it is told to come back."""

_PROVE_EVERY_S = 60.0
_WATCH_EVERY_S = 30.0
_MOST_TOPICS = 100  # those of all tabs of a browser, and an agent may serve dozens of queues

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("callwright.live")


def with_stream(application: Application) -> Application:
    """`application` with the stream in front of it. One hub for the process, started by its first stream."""
    streams = Streams()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"] == PATH or pass_at(scope["path"]) is not None):
            await streams(scope, receive, send)
        else:
            await application(scope, receive, send)

    return both


class Streams:
    """The open streams of this process and the tasks that feed them."""

    def __init__(self) -> None:
        self.hub = Hub()
        self._ready = asyncio.Event()
        self._told_of_access = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._proofs: set[asyncio.Task[None]] = set()

    def _start(self) -> None:
        if self._tasks and not any(task.done() for task in self._tasks):
            return
        for task in self._tasks:
            task.cancel()
        self._ready.clear()
        self._tasks = [
            asyncio.create_task(listen_for_ever(self.hub, self._ready, self.on_access)),
            asyncio.create_task(self.hub.ping_for_ever()),
            asyncio.create_task(self.hub.digest_for_ever()),
            asyncio.create_task(self.hub.share_for_ever()),
            asyncio.create_task(self.hub.boards.tell_for_ever()),
            asyncio.create_task(self._watch_for_ever()),
            asyncio.create_task(self._prove_for_ever()),
        ]

    async def stop(self) -> None:
        self.hub.parts.stop()
        for task in (*self._tasks, *self._proofs):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._proofs, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405, "Only GET.")
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        topics = frozenset(topic for part in query.get("topics", []) for topic in part.split(",") if topic)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        way = pass_at(scope["path"])
        key = _cookie(headers.get(b"cookie", ""), way.cookie if way else settings.SESSION_COOKIE_NAME)
        since = "" if way else headers.get(b"last-event-id") or query.get("since", [""])[0]
        told = self._told_of_access if self._ready.is_set() else None
        try:
            listener = await in_thread(way.source if way else who, key)
        except DatabaseError:
            await _refuse(send, 503, "The database cannot be reached.")
            return
        if listener is not None and listener.only is not None:
            topics = listener.only
        if listener is None:
            await _refuse(send, 401, "Not logged in.")
        elif not topics or len(topics) > _MOST_TOPICS or not all(may_hear(listener, topic) for topic in topics):
            await _refuse(send, 403, "These topics are not open to you.")
        elif len(self.hub.streams_of(listener.user_id)) >= MOST_STREAMS_OF_A_USER:
            await _refuse(send, 429, "Too many open streams.")
        else:
            client = Client(listener, topics, key, _language(headers), way.source if way else None)
            await self._stream(client, told, since, receive, send)

    async def _stream(self, client: Client, told: int | None, since: str, receive: Receive, send: Send) -> None:
        self._start()
        self.hub.add(client)
        gone = asyncio.create_task(_until_gone(client, receive))
        try:
            if not await self._is_heard(client):
                with contextlib.suppress(OSError):
                    await _refuse(send, 503, "Changes cannot be heard now.")
                return
            if told != self._told_of_access:  # rights that were taken away while they were read
                await self._prove(client)
            # Only now: a page that is told "open" reads itself again, and hears all that changes after that.
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
            await send({"type": "http.response.body", "body": b"retry: 1000\n: open\n\n", "more_body": True})
            await self._replay(client, since)
            while piece := await client.take():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            with contextlib.suppress(OSError):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            client.close()
            self.hub.remove(client)
            gone.cancel()

    async def _is_heard(self, client: Client) -> bool:
        """Waits until changes are heard; no longer than the browser does, and not for ever."""
        waiting = [asyncio.create_task(event.wait()) for event in (self._ready, client.ended)]
        try:
            await asyncio.wait(waiting, timeout=HEARD_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return self._ready.is_set() and not client.closed

    async def _replay(self, client: Client, since: str) -> None:
        if client.closed:
            return
        if not since:
            with contextlib.suppress(DatabaseError):
                # A place to go on from, also for a stream that breaks before it was told anything.
                client.put(b"id: %d\n\n" % await in_thread(newest_id))
            return
        try:
            missed = await in_thread(missed_since, client.listener, client.topics, int(since))
        except (ValueError, DatabaseError):
            client.put_first([RELOAD])
            return
        # What came while they were read is newer, and pages show what they were told last.
        client.put_first([RELOAD] if missed.too_old else [message_of(change) for change in missed.changes])

    # ── rights are proved again, now and then and when they changed ──────────────────────────────────────────────

    def on_access(self, user_id: int) -> None:
        self._told_of_access += 1
        for client in self.hub.streams_of(user_id):
            task = asyncio.create_task(self._prove(client))
            self._proofs.add(task)
            task.add_done_callback(self._proofs.discard)

    async def _prove(self, client: Client) -> None:
        try:
            listener = await in_thread(client.prove or who, client.session_key)
        except DatabaseError:
            return  # not known now; asked again in a minute
        if listener is None or not all(may_hear(listener, topic) for topic in client.topics):
            client.close()
        else:
            client.listener = listener

    async def _prove_for_ever(self) -> None:
        while True:
            started = asyncio.get_running_loop().time()
            for client in list(self.hub.clients):
                await self._prove(client)
                await asyncio.sleep(_PROVE_EVERY_S / (len(self.hub.clients) + 1))
            await asyncio.sleep(max(1.0, started + _PROVE_EVERY_S - asyncio.get_running_loop().time()))

    async def _watch_for_ever(self) -> None:
        while True:
            try:
                await in_thread(tell_watch, self.hub.topics, self.hub.users)
            except DatabaseError as error:
                log.warning("Which pages are open could not be noted: %s", error)
            await asyncio.sleep(_WATCH_EVERY_S)


_STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _until_gone(client: Client, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.close()


async def _refuse(send: Send, status: int, reason: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode()})


def _language(headers: Mapping[bytes, str]) -> str:
    """In which pages of this browser are drawn for users who have not chosen one."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return get_language_from_request(request)


def _cookie(header: str, name: str) -> str:
    # As Django reads them for its pages: `SimpleCookie` gives up all cookies for one that it cannot read.
    return parse_cookie(header).get(name, "")
