"""The PBX goes away in the middle of a call."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


async def call_then(rig: Rig) -> None:
    await rig.carrier.call("74951000101", talk_s=40)
    await rig[101].answer(1)
    await asyncio.sleep(3)


@scenario(101)
async def pbx_restarted(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s; after 3 s of talk the PBX is stopped (it says so) and started
    again; the call is lost."""
    await call_then(rig)
    rig.note("the PBX is stopped")
    await rig.pbx.stop()
    await rig.pbx.again()
    rig.note("the PBX is up again")
    await asyncio.sleep(1.5)


@scenario(101)
async def pbx_killed(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s; after 3 s of talk the PBX dies without a word (kill -9) and is
    started again; the call is lost, and no CDR was written."""
    await call_then(rig)
    rig.note("the PBX is killed")
    await rig.pbx.kill()
    await asyncio.sleep(1)
    await rig.pbx.again()
    rig.note("the PBX is up again")
    await asyncio.sleep(1.5)
