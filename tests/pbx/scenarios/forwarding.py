"""Calls that go elsewhere because someone is busy or does not answer: another phone, the outside, the mailbox."""

import asyncio

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario


@scenario(101, 102, dialplan=True)
async def forward_busy(rig: Rig) -> None:
    """Client calls ...114: 101 rings 1 s and refuses as busy; 102 rings, answers after 1 s and talks 4 s until
    the client hangs up."""
    client = await rig.carrier.call("74951000114", talk_s=4)
    await rig[101].refuse(1)
    await rig[102].answer(1)
    await client.over()


@scenario(101, 102)
async def forward_outside(rig: Rig) -> None:
    """Client calls ...109, which the PBX sends to the mobile 79990001122 outside; it rings 2 s, answers, and they
    talk 5 s until the client hangs up. No phone of the house rings."""
    mobile = await rig.carrier.answers(rings_s=2)
    client = await rig.carrier.call("74951000109", talk_s=5)
    await client.over()
    await mobile.over()


@scenario(101, dialplan=True)
async def forward_outside_no_answer(rig: Rig) -> None:
    """Client calls ...115: 101 rings 4 s unanswered, then the mobile 79990001122 outside rings 2 s, answers, and
    they talk 5 s until the client hangs up."""
    mobile = await rig.carrier.answers(rings_s=2)
    client = await rig.carrier.call("74951000115", talk_s=5)
    await client.over()
    await mobile.over()


@scenario(101, dialplan=True)
async def voicemail_left(rig: Rig) -> None:
    """Client calls ...113: 101 rings 4 s unanswered, the mailbox of 101 answers, the client leaves a message and
    hangs up after 9 s in the mailbox."""
    client = await rig.carrier.call("74951000113", talk_s=9)
    await client.over()
    await asyncio.sleep(1)
    assert list(rig.pbx.mailboxes.glob("101/INBOX/*.wav")), "no message was left"


@scenario(101)
async def voicemail_hung_up(rig: Rig) -> None:
    """Client calls ...113: 101 rings 4 s unanswered, the mailbox answers; the client hangs up during its greeting
    after 1 s and leaves no message."""
    client = await rig.carrier.call("74951000113", talk_s=1)
    await client.over()


@scenario(102)
async def forward_by_phone(rig: Rig) -> None:
    """Client calls 108, whose phone sends all calls on to 102 (302); 102 rings, answers after 1 s and talks 4 s
    until the client hangs up."""
    phone = await rig.carrier.phone_forwards("102")
    client = await rig.carrier.call("74951000108", talk_s=4)
    await rig[102].answer(1)
    await client.over()
    await phone.over()


@scenario(102)
async def forward_by_phone_outside(rig: Rig) -> None:
    """Client calls 108, whose phone sends all calls on to the mobile 79990001122 outside (302), which rings 1 s,
    answers and talks 4 s until the client hangs up."""
    phone = await rig.carrier.phone_forwards("79990001122")
    mobile = await rig.carrier.answers(rings_s=1)
    client = await rig.carrier.call("74951000108", talk_s=4)
    await client.over()
    await mobile.over()
    await phone.over()
