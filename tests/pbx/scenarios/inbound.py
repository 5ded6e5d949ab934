"""Calls to one person's direct number, and calls between extensions."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


@scenario(101, 102)
async def direct_agent_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s, talks 4 s and hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=20)
    await rig[101].answer(1)
    await asyncio.sleep(4)
    rig[101].hang_up()
    await client.over()


@scenario(101)
async def direct_caller_gives_up(rig: Rig) -> None:
    """Client calls 101, which rings; the client gives up after 3 s."""
    client = await rig.carrier.give_up("74951000101", after_s=3)
    await client.over()


@scenario(101, dialplan=True)
async def direct_unanswered(rig: Rig) -> None:
    """Client calls 101, which rings 8 s unanswered; the PBX hangs up."""
    client = await rig.carrier.in_vain("74951000101")
    await client.over()


@scenario(101)
async def direct_refused(rig: Rig) -> None:
    """Client calls 101, who refuses as busy after 1 s; the client hears busy."""
    client = await rig.carrier.in_vain("74951000101")
    await rig[101].refuse(1)
    await client.over()


@scenario(101)
async def direct_not_registered(rig: Rig) -> None:
    """Client calls 106, whose phone is not registered; nothing rings, the PBX hangs up."""
    client = await rig.carrier.in_vain("74951000106")
    await client.over()


@scenario(101, 102)
async def internal_answered(rig: Rig) -> None:
    """101 calls 102, who answers after 1 s; they talk 4 s and 101 hangs up."""
    rig[101].dial("102")
    await rig[102].answer(1)
    await asyncio.sleep(4)
    rig[101].hang_up()
    await rig[102].over()


@scenario(101, 102)
async def internal_unanswered(rig: Rig) -> None:
    """101 calls 102, which rings 3 s unanswered; 101 gives up."""
    rig[101].dial("102")
    await rig[102].rings()
    await asyncio.sleep(3)
    rig[101].hang_up()


@scenario(101, 102, 103, lines=1)
async def internal_busy(rig: Rig) -> None:
    """102 calls 103 and they talk; 101 calls 102, whose only line is taken: busy; 101 hangs up. Then 102 hangs
    up. Two calls, 102 to 103 answered, 101 to 102 busy."""
    rig[102].dial("103")
    await rig[103].answer(1)
    await asyncio.sleep(1)
    rig[101].dial("102")
    await rig[101].over()
    await asyncio.sleep(1)
    rig[102].hang_up()
    await rig[103].over()


@scenario(101)
async def wrong_extension(rig: Rig) -> None:
    """101 dials 199, which does not exist; the PBX refuses."""
    rig[101].dial("199")
    await rig[101].over()


@scenario(101, 102)
async def two_calls_at_once(rig: Rig) -> None:
    """Client 79161111111 calls 101 and client 79162222222 calls 102 half a second later; both are answered after
    1 s; the second hangs up first (4 s), then the first (7 s)."""
    first = await rig.carrier.call("74951000101", number="79161111111", talk_s=7)
    await asyncio.sleep(0.5)
    second = await rig.carrier.call("74951000102", number="79162222222", talk_s=4)
    await asyncio.gather(rig[101].answer(1), rig[102].answer(1))
    await second.over()
    await first.over()
