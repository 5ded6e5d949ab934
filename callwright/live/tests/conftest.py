"""The streams of one web process, ended with the test."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from callwright.live.stream import Streams


@pytest_asyncio.fixture
async def streams() -> AsyncIterator[Streams]:
    running = Streams()
    yield running
    for client in list(running.hub.clients):
        client.close()
    await asyncio.sleep(0.05)
    await running.stop()
