"""What a PBX, or somebody who calls it, could send to do harm."""

from pathlib import Path

import pytest

from callwright.telephony.fake.faults import BROKEN_MESSAGES, HUGE_LINE
from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, linked, make_calls

pytestmark = pytest.mark.fault


def resident_mb(pid: int) -> float:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


async def test_malformed_messages_and_endless_lines_harm_no_call(house: Installation) -> None:
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link")
        await linked(pbx)
        before = resident_mb(link.process.pid)
        make_calls(pbx, 60)
        for many in (5, 15, 25):
            await begun(pbx, many)
            for message in (*BROKEN_MESSAGES, HUGE_LINE):
                pbx.server.send_raw(message)
            await pbx.server.flush(wait=True)
        await pbx.until_quiet(60)
        await is_true(house, pbx)
        assert link.runs
        assert resident_mb(link.process.pid) < before + 60
