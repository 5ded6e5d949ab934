"""Queues: who rang, who answered, members who come, pause and go."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


@scenario(101, 102, dialplan=True)
async def queue_caller_hangs_up(rig: Rig) -> None:
    """Client calls the queue "support": 101 and 102 ring; 101 answers after 3 s; the client hangs up after 5 s of
    talk."""
    client = await rig.carrier.call("74951000100", talk_s=5)
    await rig[102].rings()
    await rig[101].answer(3)
    await client.over()


@scenario(101, 102)
async def queue_caller_gives_up(rig: Rig) -> None:
    """Client calls the queue "support": 101 and 102 ring; the client gives up after 4 s of waiting."""
    client = await rig.carrier.give_up("74951000100", after_s=4)
    await client.over()


@scenario(101, 102)
async def queue_timed_out(rig: Rig) -> None:
    """Client calls the queue "support": 101 and 102 ring three times (8 s, 8 s, 2 s), nobody answers; after 20 s
    the PBX takes the client out and hangs up."""
    client = await rig.carrier.in_vain("74951000100")
    await client.over()


@scenario(101, 102)
async def queue_agent_hangs_up(rig: Rig) -> None:
    """Client calls the queue "support": 101 and 102 ring; 102 answers after 1 s, talks 4 s and hangs up."""
    client = await rig.carrier.call("74951000100", talk_s=20)
    await rig[101].rings()
    await rig[102].answer(1)
    await asyncio.sleep(4)
    rig[102].hang_up()
    await client.over()


@scenario(101, 102)
async def queue_hold(rig: Rig) -> None:
    """Client calls the queue "support": 101 answers after 1 s, talks 2 s, holds 2 s, talks on; the client hangs
    up after 8 s in all."""
    client = await rig.carrier.call("74951000100", talk_s=8)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].hold()
    await asyncio.sleep(2)
    rig[101].resume()
    await client.over()


@scenario(103, 104)
async def queue_second_agent(rig: Rig) -> None:
    """Client calls the queue "sales" (linear): 103 rings 4 s unanswered, then 104 rings, answers after 1 s and
    talks 4 s until the client hangs up."""
    client = await rig.carrier.call("74951000112", talk_s=4)
    await rig[103].rings()
    await rig[104].answer(1)
    await client.over()


@scenario(103, 104)
async def queue_agent_busy(rig: Rig) -> None:
    """Client calls the queue "sales" (linear): 103 refuses as busy after 1 s, then 104 rings, answers after 1 s
    and talks 4 s until the client hangs up."""
    client = await rig.carrier.call("74951000112", talk_s=4)
    await rig[103].refuse(1)
    await rig[104].answer(1)
    await client.over()


@scenario(101, 102)
async def queue_nobody(rig: Rig) -> None:
    """Client calls the queue "night", which has no members and lets nobody in (joinempty=no); the PBX hangs up at
    once."""
    client = await rig.carrier.in_vain("74951000117")
    await client.over()


@scenario(101, 102)
async def queue_members(rig: Rig) -> None:
    """No call. 101 joins the queue "night", is paused ("lunch"), unpaused, and leaves it; 102 of "support" is
    paused and unpaused."""
    steps = (
        ("QueueAdd", {"Queue": "night", "Interface": "PJSIP/101", "MemberName": "Anna", "StateInterface": "PJSIP/101"}),
        ("QueuePause", {"Queue": "night", "Interface": "PJSIP/101", "Paused": "true", "Reason": "lunch"}),
        ("QueuePause", {"Queue": "night", "Interface": "PJSIP/101", "Paused": "false"}),
        ("QueueRemove", {"Queue": "night", "Interface": "PJSIP/101"}),
        ("QueuePause", {"Queue": "support", "Interface": "PJSIP/102", "Paused": "true", "Reason": "meeting"}),
        ("QueuePause", {"Queue": "support", "Interface": "PJSIP/102", "Paused": "false"}),
    )
    for action, headers in steps:
        rig.note(f"{action} {headers}")
        answer = await rig.ami.action(action, **headers)
        assert answer["Response"] == "Success", answer
        await asyncio.sleep(0.5)


@scenario(101, 102)
async def queue_paused_agent(rig: Rig) -> None:
    """101 is paused in "support"; a client calls the queue: only 102 rings, answers after 1 s and talks 3 s until
    the client hangs up; 101 is unpaused."""
    pause = {"Queue": "support", "Interface": "PJSIP/101"}
    await rig.ami.action("QueuePause", **pause, Paused="true", Reason="lunch")
    client = await rig.carrier.call("74951000100", talk_s=3)
    await rig[102].answer(1)
    await client.over()
    await rig.ami.action("QueuePause", **pause, Paused="false")


@scenario(101, 102)
async def queue_local_members(rig: Rig) -> None:
    """Client calls the queue "local", whose members are Local/101@internal/n and Local/102@internal/n: both
    phones ring, 102 answers after 1 s and talks 4 s until the client hangs up."""
    client = await rig.carrier.call("74951000118", talk_s=4)
    await rig[101].rings()
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102)
async def queue_local_abandoned(rig: Rig) -> None:
    """Client calls the queue "local" (Local members): both phones ring, the client gives up after 3 s."""
    client = await rig.carrier.give_up("74951000118", after_s=3)
    await client.over()


@scenario(101, 102)
async def queue_two_callers(rig: Rig) -> None:
    """Client 79161111111 calls "support"; 101 answers after 1 s. Client 79162222222 calls it 1 s later: only 102
    rings and answers after 1 s. The first hangs up after 8 s of talk, the second after 4 s."""
    first = await rig.carrier.call("74951000100", number="79161111111", talk_s=8)
    await rig[102].rings()
    await rig[101].answer(1)
    await asyncio.sleep(1)
    rig[102].events.clear()
    second = await rig.carrier.call("74951000100", number="79162222222", talk_s=4)
    await rig[102].answer(1)
    await second.over()
    await first.over()


@scenario(101, 102)
async def queue_blind_transfer(rig: Rig) -> None:
    """Client calls "support": 101 and 102 ring, 101 answers after 1 s, talks 2 s and transfers blind to 102
    (REFER); 102 answers after 1 s and talks until the client hangs up."""
    client = await rig.carrier.call("74951000100", talk_s=10)
    await rig[102].rings()
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[102].events.clear()
    rig[101].transfer("102")
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102, 103)
async def queue_to_queue(rig: Rig) -> None:
    """Client calls the menu, presses 2: queue "support"; 101 answers after 1 s, talks 2 s and transfers blind to
    extension 103 (REFER), who answers after 1 s and talks until the client hangs up."""
    client = await rig.carrier.call("74951000111", talk_s=14, keys="2")
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("103")
    await rig[103].answer(1)
    await client.over()
