"""Parts of pages that many people see alike: drawn once for all who see the same accounts in the same language.

A number that stands on hundreds of pages would be asked for by each of them whenever it changes; here what changes
within a moment costs one drawing for each group of listeners.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any

from django.db import Error as DatabaseError
from django.utils import translation

from callwright.live.access import in_thread
from callwright.live.client import Client
from callwright.live.topics import shared_of, shared_part

log = logging.getLogger("callwright.live")

Send = Callable[[str, str, list[Client]], Awaitable[Any]]

Group = tuple[frozenset[int] | None, str]
"""The accounts that listeners may see, and the language of their pages."""


class Shared:
    """The shared parts of one process: told to all who listen after a change, and soon to whoever begins to listen."""

    def __init__(self) -> None:
        self._changed: set[str] = set()

    def note(self, topic: str) -> None:
        """Something changed on the topic."""
        self._changed.update(shared_of(topic))

    def begin(self, topics: Collection[str]) -> None:
        """Somebody listens to these topics from now on; their page may have been drawn before the last change."""
        self._changed.update(topic for topic in topics if shared_part(topic) is not None)

    async def tell(self, listening: Callable[[str], Iterable[Client]], send: Send) -> None:
        """Draws what changed and sends it."""
        changed, self._changed = self._changed, set()
        for topic in changed:
            groups: dict[Group, list[Client]] = defaultdict(list)
            for client in listening(topic):
                groups[_group(client)].append(client)
            try:
                drawn = await in_thread(_draw, topic, list(groups))
            except DatabaseError as error:
                log.warning("What many pages show of %r could not be drawn, next try soon: %s", topic, error)
                self._changed.add(topic)
                continue
            except Exception:
                log.exception("What many pages show of %r could not be drawn; they keep what they have", topic)
                continue
            for group, part in drawn.items():
                same = [client for client in groups[group] if _group(client) == group]
                if len(same) < len(groups[group]):
                    self._changed.add(topic)  # for those whose rights changed meanwhile
                await send(topic, part, same)


def _group(client: Client) -> Group:
    return client.listener.accounts, client.language


def _draw(topic: str, groups: list[Group]) -> dict[Group, str]:
    draw = shared_part(topic)
    assert draw is not None  # of what else it would have been noted
    found: dict[Group, str] = {}
    for accounts, language in groups:
        with translation.override(language):
            found[accounts, language] = draw(accounts)
    return found
