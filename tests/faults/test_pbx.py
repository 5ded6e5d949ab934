"""The PBX is restarted, cuts connections, says things twice or in halves, has another clock."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.ground import Installation
from tests.faults.load import (
    begun,
    busy_pbx,
    is_true,
    left_alone,
    linked,
    make_calls,
    read_from,
    records_of,
    register_of,
)
from tests.faults.truth import differences

pytestmark = pytest.mark.fault


async def test_the_pbx_is_restarted_in_mid_call(house: Installation, tmp_path: Path) -> None:
    """Calls that the restart cut off ended when the PBX went away, by the PBX, and are marked as not known whole."""
    async with busy_pbx(records=records_of(tmp_path)) as pbx:
        house.link_to(pbx.port, **read_from(tmp_path, "cel"))
        house.start("link")
        await linked(pbx)
        make_calls(pbx, 40)
        await begun(pbx, 10)
        await pbx.restart(down_s=2.0)
        cut = {call.call for call in pbx.ledger() if call.hangup_by == "system" and call.queue_result != "timeout"}
        assert cut
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45, from_records=True, unknown_ends=cut)


async def test_connections_are_cut_with_half_messages_and_messages_come_twice(
    house: Installation, tmp_path: Path
) -> None:
    async with busy_pbx(records=records_of(tmp_path)) as pbx:
        pbx.wire.doubled = True
        pbx.faults.halve = True
        house.link_to(pbx.port, **read_from(tmp_path, "cel"))
        house.start("link")
        await linked(pbx)
        make_calls(pbx, 80)
        for many in (10, 25, 40):
            await begun(pbx, many)
            pbx.server.send_raw(b"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: pbx1-1")
            pbx.server.drop_all()
            await linked(pbx)
        pbx.faults.halve = False
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45, from_records=True)


async def test_the_clock_of_the_pbx_is_ahead_by_two_hours(house: Installation, tmp_path: Path) -> None:
    """As with a wrong zone: the register tells our time, also of calls that only the records tell."""
    ahead_s = 7200
    async with busy_pbx(start=time.time() + ahead_s, records=records_of(tmp_path)) as pbx:
        house.link_to(pbx.port, **read_from(tmp_path, "cel"))
        link = house.start("link")
        await linked(pbx)
        make_calls(pbx, 60)
        await begun(pbx, 15)
        await asyncio.to_thread(link.kill)
        await left_alone(pbx)
        house.start("link")
        await linked(pbx)
        await pbx.until_quiet(60)
        await is_true(house, pbx, within_s=45, from_records=True, ahead_s=ahead_s)


async def test_of_two_links_one_works_and_the_other_takes_over(house: Installation, tmp_path: Path) -> None:
    async with busy_pbx(records=records_of(tmp_path)) as pbx:
        house.link_to(pbx.port, **read_from(tmp_path, "cel"))
        first = house.start("link")
        await linked(pbx)
        house.start("link", home=house.folder / "elsewhere")  # on another machine: with a journal of its own
        make_calls(pbx, 100)
        await begun(pbx, 10)
        assert len(pbx.server.sessions) == 1
        await begun(pbx, 30)
        await asyncio.to_thread(first.kill)
        await left_alone(pbx)
        await linked(pbx)
        assert len(pbx.server.sessions) == 1
        await pbx.until_quiet(60)
        found = await register_of(house)
        assert not [text for text in differences(found, pbx.ledger(), from_records=True) if "times" in text]
        await is_true(house, pbx, within_s=45, from_records=True)
