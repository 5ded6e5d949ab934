"""Calls given from one party to another: blind, attended, abandoned half-way."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


async def consult(rig: Rig, first: int = 101, second: int = 102) -> None:
    """`first` holds its call and talks to `second` on its other line."""
    rig[first].hold()
    await asyncio.sleep(0.5)
    rig[first].dial(str(second))
    await rig[second].answer(1)
    await asyncio.sleep(2)


async def join(rig: Rig, first: int, second: int) -> None:
    """`first` sends REFER with Replaces in its first call's dialog, naming its call with `second`."""
    consultation = await rig.channel(first)
    tags = {
        key: await rig.variable(consultation, f"CHANNEL(pjsip,{key})") for key in ("call-id", "local_tag", "remote_tag")
    }
    rig[first].line(1)
    await asyncio.sleep(0.2)
    rig[first].refer_to_call(
        target=second, call_id=tags["call-id"], to_tag=tags["local_tag"], from_tag=tags["remote_tag"]
    )


@scenario(101, 102, dialplan=True)
async def attended_feature_code(rig: Rig) -> None:
    """Client calls 101, who answers after 1 s, presses *2 and 102, talks to 102 for 2 s and hangs up; client and
    102 talk until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=16)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("*2")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].answer(1)
    await asyncio.sleep(2)
    rig[101].hang_up()
    await client.over()


@scenario(101, 102)
async def attended_refer(rig: Rig) -> None:
    """Client calls 101, who answers, holds, calls 102 on a second line, talks 2 s, and joins the two by the
    phone's transfer key (REFER with Replaces); client and 102 talk until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=14)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await consult(rig)
    await join(rig, 101, 102)
    await client.over()


@scenario(101, 102)
async def attended_refer_while_ringing(rig: Rig) -> None:
    """Client calls 101, who answers, holds, calls 102 on a second line, and joins the two by the phone's transfer
    key while 102 still rings (REFER with Replaces); 102 answers 2 s later and talks with the client, who hangs
    up."""
    client = await rig.carrier.call("74951000101", talk_s=12)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].hold()
    await asyncio.sleep(0.5)
    rig[101].dial("102")
    await rig[102].rings()
    await asyncio.sleep(1)
    await join(rig, 101, 102)
    await asyncio.sleep(2)
    rig.note("102 answers")
    rig[102].command("accept")
    await client.over()


@scenario(101, 102)
async def attended_refer_back_from_hold(rig: Rig) -> None:
    """Client calls 101, who answers, holds, calls 102 on a second line, talks 2 s, hangs up on 102 and takes the
    client back; no transfer. The client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=14)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await consult(rig)
    rig[101].hang_up()
    await asyncio.sleep(0.5)
    rig[101].line(1)
    await asyncio.sleep(0.2)
    rig[101].resume()
    await client.over()


@scenario(101, 102)
async def attended_aborted(rig: Rig) -> None:
    """Client calls 101, who answers, presses *2 and 102; 102 answers and talks 2 s; 101 presses *1: back to the
    client. The client hangs up after talking to 101 again."""
    client = await rig.carrier.call("74951000101", talk_s=18)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("*2")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("*1")
    await client.over()


@scenario(101, 102)
async def attended_no_answer(rig: Rig) -> None:
    """Client calls 101, who answers, presses *2 and 102; 102 rings 6 s unanswered; 101 is given the client back
    and talks on; the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=20)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("*2")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].rings()
    await client.over()


@scenario(101, 102)
async def attended_while_ringing(rig: Rig) -> None:
    """Client calls 101, who answers, presses *2 and 102, and hangs up while 102 still rings (semi-attended); 102
    answers 2 s later and talks with the client, who hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=16)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("*2")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].rings()
    await asyncio.sleep(1)
    rig[101].hang_up()
    await asyncio.sleep(2)
    rig.note("102 answers")
    rig[102].command("accept")
    await client.over()


@scenario(101, 102)
async def attended_caller_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers, presses *2 and 102; while 101 and 102 talk, the client hangs up; 101 and 102
    talk 2 s more, then 101 hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=9)
    await rig[101].answer(1)
    await asyncio.sleep(1)
    await rig[101].keys("*2")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].answer(1)
    await client.over()
    await asyncio.sleep(2)
    rig[101].hang_up()


@scenario(101, 102)
async def attended_refer_caller_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers, holds and calls 102 on a second line; the client hangs up while they talk;
    101 and 102 talk 2 s more, then 102 hangs up. Two calls: one from outside, one between 101 and 102."""
    client = await rig.carrier.call("74951000101", talk_s=7)
    await rig[101].answer(1)
    await asyncio.sleep(1)
    await consult(rig)
    await client.over()
    await asyncio.sleep(2)
    rig[102].hang_up()


@scenario(101, 102)
async def attended_ami(rig: Rig) -> None:
    """Client calls 101, who answers; the program transfers attended to 102 (AMI Atxfer); 102 answers, talks 2 s
    with 101, who hangs up; client and 102 talk until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=16)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig.note("the program asks for an attended transfer of 101's call to 102")
    answer = await rig.ami.action("Atxfer", Channel=await rig.channel(101), Exten="102", Context="internal")
    assert answer["Response"] == "Success", answer
    await rig[102].answer(1)
    await asyncio.sleep(2)
    rig[101].hang_up()
    await client.over()


@scenario(101, 102)
async def queue_attended_refer(rig: Rig) -> None:
    """Client calls the queue "support"; 101 and 102 ring, 101 answers, holds, calls 102 on a second line, talks 2
    s and joins the two (REFER with Replaces); client and 102 talk until the client hangs up."""
    client = await rig.carrier.call("74951000100", talk_s=14)
    await rig[102].rings()
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[102].events.clear()
    await consult(rig)
    await join(rig, 101, 102)
    await client.over()


@scenario(101, 102, 103)
async def two_blind_transfers(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s transfers blind to 102 (REFER); 102 answers and after 2 s
    transfers blind to 103; 103 answers and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=15)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("102")
    await rig[102].answer(1)
    await asyncio.sleep(2)
    rig[102].transfer("103")
    await rig[103].answer(1)
    await client.over()


@scenario(101, 102)
async def blind_feature_code(rig: Rig) -> None:
    """Client calls 101, who answers, presses #1 and 102; 102 answers and talks until the client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=12)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    await rig[101].keys("#1")
    await asyncio.sleep(1.5)
    await rig[101].keys("102")
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102)
async def blind_refer(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s transfers blind to 102 (REFER); 102 answers and talks until the
    client hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=10)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("102")
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102)
async def blind_caller_hangs_up(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s transfers blind to 102 (REFER); 102 rings and never answers:
    the client hangs up while it rings."""
    client = await rig.carrier.call("74951000101", talk_s=6)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("102")
    await rig[102].rings()
    await client.over()


@scenario(101, 102)
async def blind_no_answer(rig: Rig) -> None:
    """Client calls 101, who answers and after 2 s transfers blind to 102 (REFER); 102 rings 15 s and never
    answers: the PBX hangs up."""
    client = await rig.carrier.call("74951000101", talk_s=30)
    await rig[101].answer(1)
    await asyncio.sleep(2)
    rig[101].transfer("102")
    await rig[102].rings()
    await client.over()
