"""kill -9 of the product's processes while calls go on."""

import asyncio

import pytest

from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, linked, make_calls

pytestmark = pytest.mark.fault


async def test_nothing_happens_and_the_register_is_the_truth(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        house.start("link")
        await linked(pbx)
        make_calls(pbx, 60)
        await pbx.until_quiet()
        rows = await is_true(house, pbx)
        assert len(rows) >= 50


async def test_the_link_is_killed_three_times(house: Installation, tmp_path) -> None:
    records = tmp_path / "records"
    async with busy_pbx(records=records) as pbx:
        house.link_to(pbx.port, cel_csv=str(records / "cel-custom/Master.csv"))
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 150)
        for many in (10, 40, 70):
            await begun(pbx, many)
            await asyncio.to_thread(link.kill)
            link = house.start("link")
            await linked(pbx)
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45)
