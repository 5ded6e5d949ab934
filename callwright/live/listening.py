"""The one LISTEN connection of a web process: hears that changes were committed, reads them, hands them to the hub."""

import asyncio
import json
import logging
import random
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections

from callwright.live.hub import Hub
from callwright.live.operations.publish import CHANNEL
from callwright.live.queries.log import COLUMNS, OVERLAP, Logged

log = logging.getLogger("callwright.live")

_ALIVE_EVERY_S = 20.0
_LONGEST_WAIT_S = 5.0
_NOT_FOR_LIBPQ = {"pool", "cursor_factory", "context", "prepare_threshold", "autocommit"}


def connection_parameters() -> dict[str, Any]:
    """How to reach the database, for a connection outside Django's."""
    parameters = connections["default"].get_connection_params()
    return {key: value for key, value in parameters.items() if key not in _NOT_FOR_LIBPQ}


async def listen_for_ever(hub: Hub, ready: asyncio.Event, on_access: Callable[[int], None]) -> None:
    """Feeds the hub until cancelled; `ready` is set while the connection stands. Reconnects with back-off."""
    failures = 0
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                await _catch_up(connection, hub, on_access)
                failures = 0
                ready.set()
                await _listen(connection, hub, on_access)
        except (psycopg.Error, OSError) as error:
            ready.clear()
            wait = min(_LONGEST_WAIT_S, 0.1 * 2**failures) * random.uniform(0.5, 1.0)  # noqa: S311
            failures = min(failures + 1, 10)
            log.warning("The connection for live changes is lost, next try in %.1f s: %s", wait, error)
            await asyncio.sleep(wait)


async def _catch_up(connection: psycopg.AsyncConnection[Any], hub: Hub, on_access: Callable[[int], None]) -> None:
    if hub.began is None:
        cursor = await connection.execute("SELECT coalesce(max(id), 0) FROM live_liveevent")
        row = await cursor.fetchone()
        hub.began = hub.newest = row[0] if row else 0
        return
    # What is older than the hub looks as if it had never been sent, and is no news to anybody.
    _hand_over(await read_after(connection, max(hub.began, hub.newest - OVERLAP)), hub, on_access)


async def _listen(connection: psycopg.AsyncConnection[Any], hub: Hub, on_access: Callable[[int], None]) -> None:
    while True:
        told: list[Logged] = []
        ranges: list[tuple[int, int]] = []
        async for notice in connection.notifies(timeout=_ALIVE_EVERY_S, stop_after=1):
            if notice.payload.startswith("["):
                told += [Logged(*row) for row in json.loads(notice.payload)]
            else:
                first, _, last = notice.payload.partition("-")
                ranges.append((int(first), int(last)))
        if not told and not ranges:
            await connection.execute("SELECT 1")  # a server that vanished without a word is noticed here
            continue
        if ranges:
            told += await _read_ranges(connection, ranges)
        # Together, or an older change that had to be read would come after a newer one that was told in full.
        _hand_over(sorted(told, key=lambda change: change.id), hub, on_access)


def _hand_over(changes: list[Logged], hub: Hub, on_access: Callable[[int], None]) -> None:
    for change in changes:
        if change.topic == "access" and change.key.removeprefix("-").isdigit():
            on_access(int(change.key))
    hub.send(changes)


async def _read_ranges(connection: psycopg.AsyncConnection[Any], ranges: list[tuple[int, int]]) -> list[Logged]:
    cursor = await connection.execute(
        f"""SELECT DISTINCT {COLUMNS} FROM unnest(%s::bigint[], %s::bigint[]) AS part (first, last)
            JOIN live_liveevent ON id BETWEEN part.first AND part.last ORDER BY id""",  # noqa: S608
        [[first for first, _ in ranges], [last for _, last in ranges]],
    )
    return [Logged(*row) for row in await cursor.fetchall()]


async def read_after(connection: psycopg.AsyncConnection[Any], last: int) -> list[Logged]:
    """All committed changes with an id over `last`, in the order of their ids."""
    cursor = await connection.execute(
        f"SELECT {COLUMNS} FROM live_liveevent WHERE id > %s ORDER BY id",  # noqa: S608
        [last],
    )
    return [Logged(*row) for row in await cursor.fetchall()]
