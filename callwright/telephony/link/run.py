"""The link process: one link per PBX, made and ended as the configuration says."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from callwright.kit.private_folders import private_folder
from callwright.live.listening import connection_parameters
from callwright.telephony.link.commands import COMMAND_CHANNEL, take_due
from callwright.telephony.link.configuration import LinkConfig, link_configs
from callwright.telephony.link.connection import PbxLink

log = logging.getLogger("callwright.link")

LOOK_AGAIN_S = 3.0
_LOCK_SPACE = 0x43_57  # advisory locks (this, pbx id): the process that holds the link to the PBX


@dataclass(slots=True)
class _Running:
    config: LinkConfig
    link: PbxLink
    task: asyncio.Task[None]
    folder: int  # handle that keeps other processes off the journal

    @property
    def has_failed(self) -> bool:
        return self.task.done() or self.link.consumer.failed


@dataclass(slots=True)
class Links:
    """The links of this process. Another process may hold others, or wait to take these over."""

    running: dict[int, _Running] = field(default_factory=dict)
    sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def reconcile(self, wanted: dict[int, LinkConfig], may_hold: Callable[[int], Awaitable[bool]]) -> None:
        """Ends what is no longer wanted or has changed, begins what is new and not held elsewhere."""
        for pbx_id, one in list(self.running.items()):
            if wanted.get(pbx_id) != one.config or one.has_failed or not await may_hold(pbx_id):
                await self.end(pbx_id)
        for pbx_id, config in wanted.items():
            if pbx_id not in self.running and await may_hold(pbx_id):
                folder = _hold(config.folder)
                if folder is None:  # held by a process that does not know yet that the PBX is ours now
                    continue
                link = PbxLink(config)
                self.running[pbx_id] = _Running(config, link, asyncio.create_task(link.run()), folder)

    async def end(self, pbx_id: int) -> None:
        one = self.running.pop(pbx_id)
        one.task.cancel()
        try:
            await one.task
        except asyncio.CancelledError:
            pass
        except Exception:
            log.exception("%s: the link failed", one.config.slug)
        finally:
            os.close(one.folder)

    async def end_all(self) -> None:
        for pbx_id in list(self.running):
            await self.end(pbx_id)


def _hold(folder: Path) -> int | None:
    """A handle that keeps a folder for this process until it is closed; None while another process has it."""
    handle = os.open(private_folder(folder) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


async def run_link() -> None:
    """Keeps all links until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    links = Links()
    keeping = asyncio.create_task(_keep(links))
    try:
        await stop.wait()
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        await links.end_all()


async def _keep(links: Links) -> None:
    """Looks at the configuration and the commands for as long as the database is there; links outlive its absence."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
                await connection.execute(f"LISTEN {COMMAND_CHANNEL}")
                locks = Locks(connection)
                while True:
                    await links.reconcile(await _configs(), locks.hold)
                    await _commands(links)
                    async for _ in connection.notifies(timeout=LOOK_AGAIN_S, stop_after=1):
                        pass
        except (psycopg.Error, DatabaseError, OSError) as error:
            log.warning("the database is away (%s); links go on, their journals keep the events", error)
            await asyncio.sleep(1)


class Locks:
    """Which links this process may hold: one process does, others stand by."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._held: set[int] = set()

    async def hold(self, pbx_id: int) -> bool:
        if pbx_id not in self._held:
            sql = "SELECT pg_try_advisory_lock(%s, %s)"
            row = await (await self._connection.execute(sql, [_LOCK_SPACE, pbx_id])).fetchone()
            if row is not None and row[0]:
                self._held.add(pbx_id)
        return pbx_id in self._held


@sync_to_async
def _configs() -> dict[int, LinkConfig]:
    close_old_connections()
    try:
        return link_configs()
    finally:
        close_old_connections()


async def _commands(links: Links) -> None:
    """Takes the orders that wait; they are sent side by side, so that a slow PBX keeps no other waiting."""
    if not links.running:
        return
    for due in await take_due(list(links.running)):
        task = asyncio.create_task(links.running[due.pbx_id].link.carry_out(due))
        links.sending.add(task)
        task.add_done_callback(links.sending.discard)
