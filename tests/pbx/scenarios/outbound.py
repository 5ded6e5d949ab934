"""Calls that an agent dials on the phone."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario

CLIENT = "79165550000"


@scenario(101, dialplan=True)
async def outbound_answered(rig: Rig) -> None:
    """101 dials 79165550000, which rings 2 s and answers; they talk 4 s and 101 hangs up."""
    client = await rig.carrier.answers(rings_s=2)
    rig[101].dial(CLIENT)
    await rig[101].connected()
    await asyncio.sleep(4)
    rig[101].hang_up()
    await client.over()


@scenario(101)
async def outbound_client_hangs_up(rig: Rig) -> None:
    """101 dials 79165550000, which rings 2 s, answers, talks 4 s and hangs up."""
    client = await rig.carrier.hangs_up(rings_s=2, talk_s=4)
    rig[101].dial(CLIENT)
    await rig[101].connected()
    await client.over()


@scenario(101)
async def outbound_busy(rig: Rig) -> None:
    """101 dials 79165550000, which is busy."""
    client = await rig.carrier.refuses("486 Busy Here")
    rig[101].dial(CLIENT)
    await rig[101].over()
    await client.over()


@scenario(101)
async def outbound_wrong_number(rig: Rig) -> None:
    """101 dials 79165550000; the carrier knows no such number (404)."""
    client = await rig.carrier.refuses("404 Not Found")
    rig[101].dial(CLIENT)
    await rig[101].over()
    await client.over()


@scenario(101)
async def outbound_congestion(rig: Rig) -> None:
    """101 dials 79165550000; the carrier has no line (503)."""
    client = await rig.carrier.refuses("503 Service Unavailable")
    rig[101].dial(CLIENT)
    await rig[101].over()
    await client.over()


@scenario(101)
async def outbound_cancelled(rig: Rig) -> None:
    """101 dials 79165550000, which rings; 101 gives up after 3 s of ringing."""
    await rig.carrier.answers(rings_s=50)
    rig[101].dial(CLIENT)
    await asyncio.sleep(3.3)
    rig[101].hang_up()
    await asyncio.sleep(0.5)


@scenario(101)
async def outbound_no_answer(rig: Rig) -> None:
    """101 dials 79165550000, which rings 30 s unanswered; the PBX gives up."""
    await rig.carrier.answers(rings_s=50)
    rig[101].dial(CLIENT)
    await rig[101].over(45)


@scenario(101)
async def outbound_local_notation(rig: Rig) -> None:
    """101 dials 89165550000 (trunk notation; the PBX sends 79165550000), which rings 1 s and answers; they talk 2
    s and 101 hangs up."""
    client = await rig.carrier.answers(rings_s=1)
    rig[101].dial("89165550000")
    await rig[101].connected()
    await asyncio.sleep(2)
    rig[101].hang_up()
    await client.over()


@scenario(101)
async def outbound_international_notation(rig: Rig) -> None:
    """101 dials 0031201234567 (the PBX sends 31201234567), which rings 1 s and answers; they talk 2 s and 101
    hangs up."""
    client = await rig.carrier.answers(rings_s=1)
    rig[101].dial("0031201234567")
    await rig[101].connected()
    await asyncio.sleep(2)
    rig[101].hang_up()
    await client.over()


@scenario(101, 102)
async def outbound_transferred(rig: Rig) -> None:
    """101 dials 79165550000, which answers after 1 s; they talk 2 s; 101 transfers the client blind to 102
    (REFER), who answers after 1 s, talks 3 s and hangs up."""
    client = await rig.carrier.answers(rings_s=1)
    rig[101].dial(CLIENT)
    await rig[101].connected()
    await asyncio.sleep(2)
    rig[101].transfer("102")
    await rig[102].answer(1)
    await asyncio.sleep(3)
    rig[102].hang_up()
    await client.over()
