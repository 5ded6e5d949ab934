"""The database is killed, or away for a minute, while calls go on: the journal keeps them."""

import asyncio
import http.client
import itertools
from contextlib import closing
from typing import Any

import pytest

from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, linked, make_calls

pytestmark = pytest.mark.fault


async def test_postgresql_is_killed_twice(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 100)
        for many in (12, 50):
            await begun(pbx, many)
            await asyncio.to_thread(house.postgres.kill)
            await house.postgres.start()
        await pbx.until_quiet(60)
        await is_true(house, pbx)
        assert link.runs


async def test_the_database_is_away_for_a_minute(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 300)
        await begun(pbx, 15)
        await asyncio.to_thread(house.postgres.stop)
        try:
            await asyncio.sleep(60)
        finally:
            await house.postgres.start()
        await pbx.until_quiet(60)
        await is_true(house, pbx)
        assert link.runs


async def test_the_link_starts_while_the_database_is_away(house: Installation) -> None:
    """It was killed with what it had not applied in its journal."""
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 30)
        await begun(pbx, 5)
        await asyncio.to_thread(house.postgres.stop)
        try:
            await pbx.until_quiet(60)  # nothing of this is in the database
            await asyncio.sleep(1)  # the last word is read: what still lies in the socket dies with the link
            await asyncio.to_thread(link.kill)
            link = house.start("link")
            await asyncio.sleep(4)
        finally:
            await house.postgres.start()
        await is_true(house, pbx)
        assert link.runs


async def test_pages_answer_again_when_the_database_is_back(house: Installation) -> None:
    """It ended under a dozen connections of which some wait for long, and then was away while a dozen wait for it."""
    await asyncio.to_thread(house.start_web)
    assert await _asked(house) == [200] * _AT_ONCE

    await asyncio.to_thread(house.postgres.kill)
    await house.postgres.start()
    assert await _asked(house) == [200] * _AT_ONCE

    await asyncio.to_thread(house.postgres.stop)
    waiting = asyncio.create_task(_asked(house))
    await asyncio.sleep(4)
    await house.postgres.start()
    assert await waiting == [200] * _AT_ONCE


_AT_ONCE = 12


async def _asked(house: Installation) -> list[int]:
    """The statuses of as many answers as the web server has threads, asked for at once by as many agents."""

    def one(agent: dict[str, Any]) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", house.web_port, timeout=60)) as asking:
            asking.request("GET", "/desk/me", headers={"Cookie": f"sessionid={agent['session']}"})
            return asking.getresponse().status

    agents = itertools.islice(itertools.cycle(house.agents), _AT_ONCE)
    return await asyncio.gather(*(asyncio.to_thread(one, agent) for agent in agents))
