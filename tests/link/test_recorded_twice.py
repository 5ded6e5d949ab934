"""A call that is recorded in several places is paused as a whole, or not at all (CALL-9)."""

from datetime import datetime
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from callwright.calls.models import Call
from callwright.calls.queries.recorded import recording_now
from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.plan import CallPlan, Kind
from tests.link.ordering import Desk, at_work
from tests.link.rig import until_found

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def recorded() -> tuple[bool, datetime | None]:
    call = Call.objects.get()
    return recording_now(call.account_id, call.id)


async def until_silent(expected: bool) -> None:
    async def found() -> bool:
        is_recorded, since = await recorded()
        return is_recorded and (since is not None) is expected

    assert await until_found(found)


def tape(pbx: FakePbx, channel: Channel) -> None:
    """The dialplan begins to record this channel too."""
    channel.taped = True
    pbx.exchange.say.call("MixMonitorStart", channel.snapshot())
    pbx.clock.after(0, lambda: None)  # said now, and not with whatever the PBX says next


def agent_of(pbx: FakePbx) -> Channel:
    return next(one for name, one in pbx.exchange.channels.items() if name.startswith("PJSIP/101-"))


async def pause(desk: Desk, call: str) -> None:
    assert await desk.do("pause_recording", call=call) == "done"
    await until_silent(True)


async def test_all_that_is_recorded_is_silenced_and_heard_again(home: Path) -> None:
    async with FakePbx() as pbx, at_work(host=pbx.host, port=pbx.port, simulated=True) as desk:
        pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=0.2, talk_s=8))
        live = await desk.live("101")
        assert [name for name, one in pbx.exchange.channels.items() if one.taped] != []
        tape(pbx, agent_of(pbx))
        await pause(desk, live.call)
        assert await desk.do("resume_recording", call=live.call) == "done"
        await until_silent(False)


async def test_what_begins_to_be_recorded_during_a_pause_ends_it_until_it_is_paused_too(home: Path) -> None:
    async with FakePbx() as pbx, at_work(host=pbx.host, port=pbx.port, simulated=True) as desk:
        pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=0.2, talk_s=8))
        live = await desk.live("101")
        await pause(desk, live.call)
        tape(pbx, agent_of(pbx))
        await until_silent(False)
        await pause(desk, live.call)


async def test_a_call_that_is_not_recorded_cannot_be_paused(home: Path) -> None:
    async with FakePbx() as pbx, at_work(host=pbx.host, port=pbx.port, simulated=True) as desk:
        pbx.place(CallPlan(Kind.INTERNAL, "102", extension="101", answer_s=0.2, talk_s=4))
        live = await desk.live("102")
        assert await desk.do("pause_recording", call=live.call) == "not_recorded"
