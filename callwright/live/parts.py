"""Parts of pages that travel with the change: drawn here, so that no page has to come back and ask for them.

A phone rings at one desk: the desk would answer the change with a request, and the server would find out once more who
asks and what they may see. The stream knows that already.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections, connections

from callwright.live.queries.log import Logged
from callwright.live.topics import Listener, Part, part_of

log = logging.getLogger("callwright.live")

_THREADS = 3
_MOST_KNOWN = 5000

Deliver = Callable[[Logged, Listener, str | None], None]
"""Sends the change to all who hear it, and the part with it to the user for whom it was drawn."""


class Parts:
    """Draws the parts of one process's changes, one after the other for each user and key.

    In turn, because a part is drawn as things are when it is drawn: of two at once the older could come last. What
    changes while one is drawn is drawn once more afterwards, however often it changed.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._turns: dict[tuple[str, str], deque[Logged]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._known: OrderedDict[tuple[int, str, str], None] = OrderedDict()

    def take(self, change: Logged, listener: Listener, deliver: Deliver) -> bool:
        """Draws what the change carries for this listener, then hands both to `deliver`. False: it carries nothing and
        need not wait behind another one about the same thing.
        """
        place = (change.topic, change.key)
        if (waiting := self._turns.get(place)) is not None:
            if waiting and waiting[-1].name == change.name:
                waiting.pop()  # the newer one says the same and is drawn as things are then
            waiting.append(change)
            return True
        if part_of(change.topic, change.name) is None:
            return False
        self._turns[place] = deque([change])
        task = asyncio.create_task(self._work_off(place, listener, deliver))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def forget(self, user_id: int) -> None:
        """A page of this user was opened anew: it knows only what it drew itself."""
        for key in [key for key in self._known if key[0] == user_id]:
            del self._known[key]

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _work_off(self, place: tuple[str, str], listener: Listener, deliver: Deliver) -> None:
        waiting = self._turns[place]
        try:
            while waiting:
                change = waiting.popleft()
                deliver(change, listener, await self._drawn(change, listener))
        finally:
            del self._turns[place]

    async def _drawn(self, change: Logged, listener: Listener) -> str | None:
        draw = part_of(change.topic, change.name)
        if draw is None:
            return None
        known = (listener.user_id, change.topic, change.key)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="part")
        loop = asyncio.get_running_loop()
        try:
            html = await loop.run_in_executor(self._pool, _draw, draw, change, listener, known in self._known)
        except Exception:
            log.exception("A part of a page could not be drawn; the page asks for it")
            return None
        if html is not None:
            self._known[known] = None
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return html


def _draw(draw: Part, change: Logged, listener: Listener, is_known: bool) -> str | None:
    close_old_connections()
    try:
        return draw(listener.user, change.key, change.data, is_known)
    finally:
        connections.close_all()
