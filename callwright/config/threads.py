"""Django behind ASGI, each request handled whole by one of a few threads that stay.

Django's own ASGI handler starts a thread for each request and changes between it and the event loop at every
middleware that is synchronous: with synchronous views that is more work than the views themselves.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = int(os.environ.get("CALLWRIGHT_WEB_THREADS", "12"))
AT_ONCE = int(os.environ.get("CALLWRIGHT_WEB_AT_ONCE", "2"))
"""Requests that are begun at once: more only take the interpreter from each other, and from a phone that rings."""

SLOW_AFTER_S = 0.05
"""A request that takes longer waits for the database most of the time, and keeps nobody waiting from then on."""


class Turns:
    """Lets requests begin in the order in which they came, so that at most `at_once` of them are at work, slow ones
    apart: after `slow_after_s` a request has given its turn away.
    """

    def __init__(self, at_once: int, slow_after_s: float) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._slow_after_s = slow_after_s

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A turn that ends with the block at the latest."""
        await self._free.acquire()
        given_away = False

        def give_away() -> None:
            nonlocal given_away
            if not given_away:
                given_away = True
                self._free.release()

        slow = asyncio.get_running_loop().call_later(self._slow_after_s, give_away)
        try:
            yield
        finally:
            slow.cancel()
            give_away()


class ThreadedHandler(ASGIHandler):
    """Requests that come while all threads work wait for the first that is free."""

    def __init__(self, threads: int = THREADS) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._turns = Turns(AT_ONCE, SLOW_AFTER_S)

    async def __call__(
        self,
        scope: Any,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        async with self._turns.one():
            response = await loop.run_in_executor(self._threads, self._respond, scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await loop.run_in_executor(self._threads, response.close)

    def _respond(self, scope: Any, body: Any) -> HttpResponseBase:
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else self.get_response(request)
            assert response is not None
            response._handler_class = self.__class__  # type: ignore[attr-defined]
            if not response.streaming:
                response.close()  # gives the database connection back, in the thread that has it
            return response
