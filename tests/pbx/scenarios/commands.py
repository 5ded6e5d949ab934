"""What the product asks of the PBX: click to call, hang up."""

import asyncio
import itertools
import time

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario

CLIENT = "79165550000"
_count = itertools.count(1)


async def click_to_call(rig: Rig, extension: int = 101, *, timeout_s: int = 20) -> None:
    """Ring the extension first, then dial the client, with ids of our own."""
    call = f"cw-{int(time.time())}-{next(_count)}"
    rig.note(f"the program asks to call {CLIENT} for {extension}")
    answer = await rig.ami.action(
        "Originate", Channel=f"PJSIP/{extension}", Context="internal", Exten=CLIENT, Priority="1",
        Timeout=str(timeout_s * 1000), CallerID=f'"Click to call" <{CLIENT}>', Async="true",
        ChannelId=f"{call}-a", OtherChannelId=f"{call}-b", Variable=[f"__CALLWRIGHT_COMMAND={call}"],
    )  # fmt: skip
    assert answer["Response"] == "Success", answer


@scenario(101, dialplan=True)
async def click_to_call_answered(rig: Rig) -> None:
    """The program calls 101, who answers after 1 s; then 79165550000 is dialled, rings 2 s and answers; they talk
    4 s and 101 hangs up."""
    client = await rig.carrier.answers(rings_s=2)
    await click_to_call(rig)
    await rig[101].answer(1)
    await asyncio.sleep(6)
    rig[101].hang_up()
    await client.over()


@scenario(101)
async def click_to_call_client_hangs_up(rig: Rig) -> None:
    """The program calls 101, who answers after 1 s; then 79165550000 is dialled, rings 2 s, answers, talks 4 s
    and hangs up."""
    client = await rig.carrier.hangs_up(rings_s=2, talk_s=4)
    await click_to_call(rig)
    await rig[101].answer(1)
    await client.over()


@scenario(101)
async def click_to_call_busy(rig: Rig) -> None:
    """The program calls 101, who answers after 1 s; 79165550000 is dialled and is busy."""
    client = await rig.carrier.refuses()
    await click_to_call(rig)
    await rig[101].answer(1)
    await client.over()


@scenario(101)
async def click_to_call_no_answer(rig: Rig) -> None:
    """The program calls 101, who answers after 1 s; 79165550000 is dialled and rings; 101 gives up after 4 s."""
    await rig.carrier.answers(rings_s=50)
    await click_to_call(rig)
    await rig[101].answer(1)
    await asyncio.sleep(4)
    rig[101].hang_up()
    await asyncio.sleep(0.5)


@scenario(101)
async def click_to_call_agent_no_answer(rig: Rig) -> None:
    """The program calls 101, which rings 4 s unanswered; the client is never dialled."""
    await click_to_call(rig, timeout_s=4)
    await rig[101].rings()
    await asyncio.sleep(5)


@scenario(101)
async def click_to_call_agent_refuses(rig: Rig) -> None:
    """The program calls 101, who refuses as busy after 1 s; the client is never dialled."""
    await click_to_call(rig)
    await rig[101].refuse(1)
    await asyncio.sleep(1)


@scenario(101)
async def click_to_call_unregistered(rig: Rig) -> None:
    """The program calls 106, whose phone is not registered; nothing rings."""
    await click_to_call(rig, 106)
    await asyncio.sleep(1)


@scenario(101)
async def hangup_by_program(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s; after 3 s of talk the program hangs up 101's channel (AMI
    Hangup)."""
    client = await rig.carrier.call("74951000101", talk_s=20)
    await rig[101].answer(1)
    await asyncio.sleep(3)
    rig.note("the program hangs up 101's call")
    answer = await rig.ami.action("Hangup", Channel=await rig.channel(101), Cause="16")
    assert answer["Response"] == "Success", answer
    await client.over()


@scenario(101, 102)
async def blind_transfer_by_program(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s; after 2 s the program transfers to 102 (AMI BlindTransfer); 102
    answers after 1 s and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=10)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig.note("the program transfers 101's call to 102")
    answer = await rig.ami.action("BlindTransfer", Channel=await rig.channel(101), Exten="102", Context="internal")
    assert answer["Response"] == "Success", answer
    await rig[102].answer(1)
    await client.over()
