"""The fan-out of one web process: who listens to what, and what waits to be written to each."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Iterable
from typing import Any

from callwright.live.boards import Boards
from callwright.live.client import Client
from callwright.live.parts import Parts
from callwright.live.queries.log import Logged
from callwright.live.shared import Shared
from callwright.live.topics import Listener, digests_of

MOST_STREAMS_OF_A_USER = 20
PING_EVERY_S = 15.0
DIGEST_EVERY_S = 1.0
DIGEST_TO_MANY_EVERY_S = 2.0
"""To more streams than `MANY` of one process."""

SHARED_EVERY_S = 2.0
_SHARED_REST = 10  # times as long as it took

MANY = 100
_SLICES = 10
_PING_SLICES = 60
_REMEMBERED = 4096


async def _tell_many(clients: list[Client], topic: str, name: str, **more: Any) -> None:
    """The same to all, a few at a time: a burst to all would hold up a call that comes then."""
    text = json.dumps({"topic": topic, "name": name, "key": "", **more}, ensure_ascii=False, separators=(",", ":"))
    message = f"event: live\ndata: {text}\n\n".encode()  # no id: it is no place to go on from
    size = max(1, -(-len(clients) // _SLICES))
    for start in range(0, len(clients), size):
        for client in clients[start : start + size]:
            client.put(message)
        await asyncio.sleep(DIGEST_EVERY_S / (2 * _SLICES))


def message_of(change: Logged, part: str | None = None) -> bytes:
    """The change as one Server-Sent Event, with the part of the page that it carries."""
    data = {"topic": change.topic, "name": change.name, "key": change.key, "data": change.data}
    if part is not None:
        data["part"] = part
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {change.id}\nevent: live\ndata: {text}\n\n".encode()


class Hub:
    """All streams of this process, by topic."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self._by_topic: dict[str, set[Client]] = {}
        self._sent: set[int] = set()
        self._sent_order: deque[int] = deque()
        self._gathered: dict[str, dict[str, Any]] = {}
        self.parts = Parts()
        self.shared = Shared()
        self.boards = Boards()
        self.newest = 0
        self.began: int | None = None
        """The newest id of the log when changes began to be heard; None before that. 0: the log was empty."""

    @property
    def topics(self) -> frozenset[str]:
        """All topics that somebody listens to."""
        return frozenset(self._by_topic)

    @property
    def users(self) -> frozenset[int]:
        """The ids of all users who listen."""
        return frozenset(client.listener.user_id for client in self.clients if client.listener.only is None)

    def streams_of(self, user_id: int) -> list[Client]:
        return [client for client in self.clients if client.listener.user_id == user_id]

    def add(self, client: Client) -> None:
        self.clients.add(client)
        self.parts.forget(client.listener.user_id)
        self.shared.begin(client.topics)
        self.boards.begin(client)
        for topic in client.topics:
            self._by_topic.setdefault(topic, set()).add(client)

    def remove(self, client: Client) -> None:
        self.clients.discard(client)
        self.boards.end(client)
        for topic in client.topics:
            listening = self._by_topic.get(topic)
            if listening is not None:
                listening.discard(client)
                if not listening:
                    del self._by_topic[topic]

    def send(self, changes: Iterable[Logged]) -> None:
        """Hands each change that was not sent before to those who listen to its topic and may see its account."""
        for change in changes:
            if change.id in self._sent:
                continue
            self._remember(change.id)
            for topic in digests_of(change.topic, change.name):
                self._gathered.setdefault(topic, {})[change.key] = change.data
            self.shared.note(change.topic)
            self.boards.note(change.topic)
            hearing = self._hearing(change)
            if not hearing or self.parts.take(change, hearing[0].listener, self._deliver):
                continue
            message = message_of(change)
            for client in hearing:
                client.put(message)

    def _hearing(self, change: Logged) -> list[Client]:
        listening = self._by_topic.get(change.topic, ())
        return [client for client in listening if client.listener.may_see(change.account_id)]

    def _deliver(self, change: Logged, drawn_for: Listener, part: str | None) -> None:
        for client in self._hearing(change):
            own = client.listener.user_id == drawn_for.user_id
            client.put(message_of(change, part if own else None))

    async def tell_digests(self) -> None:
        """Sends what was gathered."""
        gathered, self._gathered = self._gathered, {}
        for topic, news in gathered.items():
            await _tell_many(list(self._by_topic.get(topic, ())), topic, "digest", data=news)

    async def tell_shared(self) -> None:
        """Sends the shared parts of what changed."""

        async def send(topic: str, part: str, clients: list[Client]) -> None:
            await _tell_many(clients, topic, "shared", data={}, part=part)

        await self.shared.tell(lambda topic: list(self._by_topic.get(topic, ())), send)

    async def digest_for_ever(self) -> None:
        while True:
            await asyncio.sleep(DIGEST_EVERY_S if len(self.clients) <= MANY else DIGEST_TO_MANY_EVERY_S)
            await self.tell_digests()

    async def share_for_ever(self) -> None:
        """Tells shared parts a moment after they changed; however many groups there are, most of the time is rest."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await self.tell_shared()
            await asyncio.sleep(max(SHARED_EVERY_S, _SHARED_REST * (clock() - began)))

    def _remember(self, change_id: int) -> None:
        self.newest = max(self.newest, change_id)
        self._sent.add(change_id)
        self._sent_order.append(change_id)
        if len(self._sent_order) > _REMEMBERED:
            self._sent.discard(self._sent_order.popleft())

    async def ping_for_ever(self) -> None:
        """Pings all clients in turn, a few at a time: all at once would hold up the changes that come just then."""
        while True:
            everyone = list(self.clients)
            size = max(1, -(-len(everyone) // _PING_SLICES))
            slices = [everyone[start : start + size] for start in range(0, len(everyone), size)]
            for piece in itertools.islice(itertools.chain(slices, itertools.repeat([])), _PING_SLICES):
                for client in piece:
                    client.put(b": ping\n\n")
                await asyncio.sleep(PING_EVERY_S / _PING_SLICES)
