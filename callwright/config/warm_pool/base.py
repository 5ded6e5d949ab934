"""What settings name as ENGINE."""

import select
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class WarmPool(ConnectionPool[Any]):
    """Hands out the connection that was given back last; psycopg's own takes the one that has waited longest.

    The few that are used then have their statements parsed and planned, and their server processes in the processor's
    caches: by turns, each of a dozen is cold whenever a phone rings in a small house. The others may wait for long, so
    none is handed out that ended meanwhile: after a restart of the database each of them would fail somebody.
    """

    def _get_ready_connection(self, timeout: float | None) -> Any:
        while self._pool and _has_ended(self._pool[-1]):
            self._close_connection(self._pool.pop())
            self._nconns -= 1  # the pool grows again when somebody waits
            self._nconns_min = min(self._nconns_min, len(self._pool))
        self._pool.rotate(1)  # the newest comes to the front; the pool shrinks from the front too, by the oldest
        return super()._get_ready_connection(timeout)

    def reconnect_failed(self) -> None:
        """It has been given up to connect; as long as somebody waits it is tried again."""
        super().reconnect_failed()
        with self._lock:
            if any(one.error is None for one in self._waiting):
                self._maybe_grow_pool()


def _has_ended(idle: Any) -> bool:
    """Whether the server has ended a connection that nobody uses: it says nothing else without being asked."""
    if idle.closed:
        return True
    heard = select.poll()
    heard.register(idle.fileno(), select.POLLIN)
    return bool(heard.poll(0))


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        pools: dict[str, ConnectionPool[Any]] = self._connection_pools  # type: ignore[attr-defined]
        if options and self.alias != NO_DB_ALIAS and self.alias not in pools:
            made = WarmPool(
                kwargs={**self.get_connection_params(), "autocommit": True},  # Django sets it for each user
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]
                **options,
            )
            pools.setdefault(self.alias, made)  # of several threads the first one's stays
        return super().pool
