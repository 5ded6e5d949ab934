"""Pick-up, parking, ring-all, conference, menu, hold."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


@scenario(101, 102)
async def pickup_group(rig: Rig) -> None:
    """Client calls 101, which rings 2 s; 102 takes the call with *8 and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=5)
    await rig[101].rings()
    await asyncio.sleep(2)
    rig[102].dial("*8")
    await client.over()


@scenario(101, 102, dialplan=True)
async def pickup_directed(rig: Rig) -> None:
    """Client calls 101, which rings 2 s; 102 takes that very call with **101 and talks until the client hangs
    up."""
    client = await rig.carrier.call("74951000101", talk_s=5)
    await rig[101].rings()
    await asyncio.sleep(2)
    rig[102].dial("**101")
    await client.over()


@scenario(101, 102, 103)
async def pickup_from_queue(rig: Rig) -> None:
    """Client calls the queue "support": 101 and 102 ring; 103, no member, takes the call with *8 and talks until
    the client hangs up."""
    client = await rig.carrier.call("74951000100", talk_s=5)
    await rig[101].rings()
    await asyncio.sleep(2)
    rig[103].dial("*8")
    await client.over()


@scenario(101, 102, 103, 104, 105)
async def ring_all_answered(rig: Rig) -> None:
    """Client calls ...110: 101 to 105 all ring; 103 answers after 2 s and talks 4 s until the client hangs up."""
    client = await rig.carrier.call("74951000110", talk_s=4)
    await rig[105].rings()
    await rig[103].answer(2)
    await client.over()


@scenario(101, 102, 103, 104, 105)
async def ring_all_nobody(rig: Rig) -> None:
    """Client calls ...110: 101 to 105 all ring for 8 s, nobody answers, the PBX hangs up."""
    client = await rig.carrier.in_vain("74951000110")
    await client.over()


@scenario(101, 102, 104, 105)
async def ring_all_caller_gives_up(rig: Rig) -> None:
    """Client calls ...110: 101, 102, 104, 105 ring (103 is not registered); the client gives up after 3 s."""
    client = await rig.carrier.give_up("74951000110", after_s=3)
    await client.over()


@scenario(101, 102, dialplan=True)
async def parked_retrieved(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s parks the call (transfer to 700); 3 s later 102 dials 701,
    takes it and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=12)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("700")
    await asyncio.sleep(3)
    rig[102].dial("701")
    await rig[102].connected()
    await client.over()


@scenario(101, 102)
async def park_timeout(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s parks the call (transfer to 700); nobody takes it for 6 s, it
    comes back to 101, who answers after 1 s and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=17)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("700")
    await asyncio.sleep(1)
    await rig[101].answer(1)
    await client.over()


@scenario(101)
async def parked_caller_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s parks the call; the client hangs up while parked."""
    client = await rig.carrier.call("74951000101", talk_s=5)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("700")
    await client.over()


@scenario(101, 102)
async def conference_of_three(rig: Rig) -> None:
    """Client calls the conference room (...120) and is in it at once; 101 dials 800 2 s later, 102 dials 800 2 s
    later; 101 hangs up after 3 s, the client hangs up, then 102."""
    client = await rig.carrier.call("74951000120", talk_s=10)
    await asyncio.sleep(2)
    rig[101].dial("800")
    await rig[101].connected()
    await asyncio.sleep(2)
    rig[102].dial("800")
    await rig[102].connected()
    await asyncio.sleep(3)
    rig[101].hang_up()
    await client.over()
    await asyncio.sleep(1)
    rig[102].hang_up()


@scenario(101, 102, 103)
async def conference_by_transfer(rig: Rig) -> None:
    """Client calls 101, who answers, talks 2 s and transfers the client blind into the conference room 800; 101
    and 102 dial 800 themselves; the client hangs up, then 101, then 102."""
    client = await rig.carrier.call("74951000101", talk_s=11)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("800")
    await asyncio.sleep(1.5)
    for number in (101, 102):
        rig[number].events.clear()
        rig[number].dial("800")
        await rig[number].connected()
    await client.over()
    rig[101].hang_up()
    await asyncio.sleep(0.5)
    rig[102].hang_up()


@scenario(101, 102, 103, dialplan=True)
async def menu_then_queue(rig: Rig) -> None:
    """Client calls the menu (...111), presses 1 after 1.5 s: queue "sales"; 103 rings 1 s, answers and talks
    until the client hangs up."""
    client = await rig.carrier.call("74951000111", talk_s=9, keys="1")
    await rig[103].answer(1)
    await client.over()


@scenario(101, 102)
async def menu_hangs_up(rig: Rig) -> None:
    """Client calls the menu (...111) and hangs up after 2 s without pressing anything; no phone rings."""
    client = await rig.carrier.call("74951000111", talk_s=2)
    await client.over()


@scenario(101, 102, dialplan=True)
async def menu_wrong_key(rig: Rig) -> None:
    """Client calls the menu (...111), presses 9 (no such choice: the menu again) and 2 s later 2: queue
    "support"; 102 answers after 1 s and talks until the client hangs up."""
    client = await rig.carrier.call("74951000111", talk_s=9, keys="92", key_after_s=2)
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102)
async def hold_unhold(rig: Rig) -> None:
    """Client calls 101, who answers; after 2 s 101 holds for 3 s, resumes, talks 2 s and hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=20)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].hold()
    await asyncio.sleep(3)
    rig[101].resume()
    await asyncio.sleep(2)
    rig[101].hang_up()
    await client.over()


@scenario(101, 102)
async def hold_caller_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers, talks 2 s, holds; the client hangs up while on hold (3 s)."""
    client = await rig.carrier.call("74951000101", talk_s=5)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].hold()
    await client.over()
