"""kill -9 of the product's processes while calls go on."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, left_alone, linked, make_calls, read_from, records_of, until
from tests.faults.streams import Stream

pytestmark = pytest.mark.fault


async def test_nothing_happens_and_the_register_is_the_truth(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        house.start("link")
        await linked(pbx)
        make_calls(pbx, 60)
        await pbx.until_quiet()
        rows = await is_true(house, pbx)
        assert len(rows) >= 40


async def test_the_link_is_killed_three_times(house: Installation, tmp_path: Path) -> None:
    async with busy_pbx(records=records_of(tmp_path)) as pbx:
        house.link_to(pbx.port, **read_from(tmp_path, "cel"))
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 120)
        for many in (10, 40, 70):
            await begun(pbx, many)
            await asyncio.to_thread(link.kill)
            await left_alone(pbx)
            link = house.start("link")
            await linked(pbx)
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45, from_records=True)


async def test_the_link_is_killed_and_only_cdr_is_kept(house: Installation, tmp_path: Path) -> None:
    """CDR is coarse: no call is missing, doubled or without its end; who hung up and each leg it does not say."""
    async with busy_pbx(records=records_of(tmp_path)) as pbx:
        house.link_to(pbx.port, **read_from(tmp_path, "cdr"))
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 60)
        await begun(pbx, 15)
        await asyncio.to_thread(link.kill)
        await left_alone(pbx)
        house.start("link")
        await linked(pbx)
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45, only=("direction", "started", "ended", "complete"), tolerance_s=2.5)


async def test_the_web_server_is_killed_and_streams_miss_nothing(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        house.start("link")
        web = await asyncio.to_thread(house.start_web)
        await linked(pbx)
        streams = [Stream(house.web_port, agent) for agent in house.agents]
        reading = [asyncio.create_task(one.read_for_ever()) for one in streams]
        await asyncio.gather(*(one.opened.wait() for one in streams))
        make_calls(pbx, 80)
        for many in (12, 30):
            await begun(pbx, many)
            before = [one.connections for one in streams]
            await asyncio.to_thread(web.kill)
            web = await asyncio.to_thread(house.start_web)
            await until(lambda: all(one.connections > n for one, n in zip(streams, before, strict=True)), 20, "back")  # noqa: B023
        await pbx.until_quiet(60)
        rows = await is_true(house, pbx)  # the calls went on
        await asyncio.sleep(1)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        told = 0
        for one in streams:
            rung = {row["id"] for row in rows if any(leg.startswith(one.extension) for leg in row["legs"])}
            assert rung <= one.heard
            assert one.reloads == 0
            told += len(rung)
        assert told  # not every agent's phone rings in so short a time, but some do


async def test_a_worker_is_killed_and_its_job_runs_again_once(house: Installation) -> None:
    def state() -> tuple[object, ...]:
        return house.rows("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", job)[0]

    ((job,),) = house.rows(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        """ VALUES ('default', 'live.forget_old', '{"timestamp": 0}') RETURNING id"""
    )
    with psycopg.connect(house.url) as busy:
        busy.execute("LOCK TABLE live_liveevent")  # the job waits in the middle of its work
        worker = house.start("worker")
        await until(lambda: state()[0] == "doing", 40, "the job has begun")
        await asyncio.to_thread(worker.kill)
    assert state() == ("doing", 0)
    house.start("worker")
    await until(lambda: state()[0] == "succeeded", 90, "the job was taken up")
    assert state() == ("succeeded", 2)
