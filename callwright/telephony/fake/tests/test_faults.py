"""What goes wrong on demand, and that one client's trouble is not another's."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from callwright.telephony.fake.faults import BROKEN_MESSAGES, HOSTILE_NAMES, HUGE_LINE
from callwright.telephony.fake.house import Caller, Phone
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.profiles import load
from callwright.telephony.fake.tests.ami import Ami

DIRECT = CallPlan(Kind.INBOUND, "74951000101", answer_s=None, talk_s=None)


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with FakePbx(start=1_795_279_641.0) as pbx:
        pbx.set_phone("101", Phone.DRIVEN)
        pbx.server.refusal_s = 0.01
        yield pbx


async def test_login_refused_and_allowed_again(pbx: FakePbx) -> None:
    pbx.faults.refuse_login = True
    async with Ami(pbx, login=False) as ami:
        assert (await ami.ask("Login", Username="crm", Secret="crmsecret"))["Message"] == "Authentication failed"
    pbx.faults.refuse_login = False
    async with Ami(pbx) as ami:
        assert (await ami.ask("Ping"))["Ping"] == "Pong"


async def test_pings_stay_unanswered(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        pbx.faults.mute_pings = True
        with pytest.raises(TimeoutError):
            await ami.ask("Ping", within_s=0.1)
        assert (await ami.ask("CoreStatus"))["Response"] == "Success"


async def test_connection_dropped(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        pbx.server.drop_all()
        await asyncio.wait_for(ami.closed.wait(), 2)


async def test_messages_cut_in_two_arrive_whole_and_in_order(pbx: FakePbx) -> None:
    pbx.faults.halve, pbx.faults.halve_s = True, 0.001
    async with Ami(pbx) as ami:
        pbx.place(DIRECT)
        pbx.answer("101")
        pbx.hangup("101")
        await ami.wait("Cdr")
        stamps = [float(e["Timestamp"]) for e in ami.events if "Timestamp" in e]
        assert stamps == sorted(stamps)
        assert len(ami.of("Hangup")) == 2


async def test_raw_bytes_reach_the_client(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        for message in BROKEN_MESSAGES[3:5]:
            pbx.server.send_raw(message)
        assert (await ami.wait("Hangup"))["Cause"] == "many"
        pbx.server.send_raw(HUGE_LINE)
        assert len((await ami.wait("Newchannel", Channel="x" * 10_000_000))["Channel"]) == 10_000_000
        assert (await ami.ask("Ping"))["Ping"] == "Pong"


async def test_hostile_names_are_sent_as_they_are(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        for name in HOSTILE_NAMES:
            call = pbx.place(CallPlan(Kind.INBOUND, "74951000101", caller=Caller("79161234567", name), answer_s=None))
            pbx.caller_hangs_up(call)
        await ami.settle()
        said = {e["CallerIDName"] for e in ami.of("Newchannel", ChannelStateDesc="Ring")}
        assert said >= {HOSTILE_NAMES[0], HOSTILE_NAMES[1], HOSTILE_NAMES[5]}
        assert any("\ufffd" in name for name in said)


async def test_doubled_messages(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        pbx.wire.doubled = True
        pbx.caller_hangs_up(pbx.place(DIRECT))
        await ami.settle()
        first, second = ami.of("Cdr")
        assert first == second


async def test_restart_kills_calls_and_comes_back_empty(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        pbx.place(DIRECT)
        pbx.answer("101")
        port = pbx.port
        await pbx.restart(down_s=0.05, graceful=True)
        assert (await ami.wait("Shutdown"))["Shutdown"] == "Cleanly"
        assert ami.of("Hangup") == []
    (true,) = pbx.ledger()
    assert (true.status, true.hangup_by, true.answered_by) == ("answered", "system", "101")
    async with Ami(pbx) as ami:
        assert pbx.port == port
        await ami.wait("FullyBooted")
        assert await ami.items("CoreShowChannels", "CoreShowChannel", "CoreShowChannelsComplete") == []
        pbx.place(DIRECT)
        await ami.wait("DialBegin")


async def test_deaf_server_reads_nothing_until_it_listens_again(pbx: FakePbx) -> None:
    async with Ami(pbx) as ami:
        pbx.server.deafen(True)
        with pytest.raises(TimeoutError):
            await ami.ask("Ping", within_s=0.1)
        pbx.server.deafen(False)
        assert (await ami.ask("CoreStatus"))["Response"] == "Success"
        assert len([r for r in ami.responses if "Ping" in r]) == 1


async def test_a_client_that_does_not_read_is_dropped_and_the_others_get_everything() -> None:
    scenario = load(extensions=40, per_s=2.0)
    async with FakePbx(house=scenario.house, speed=None, start=1_795_279_641.0) as pbx:
        pbx.server.write_timeout_s = 0.3
        sleeper_in, sleeper_out = await asyncio.open_connection(pbx.host, pbx.port, limit=1024)
        sleeper_out.write(b"Action: Login\r\nUsername: crm\r\nSecret: crmsecret\r\n\r\n")
        await sleeper_out.drain()
        async with Ami(pbx) as ami:
            pbx.schedule(scenario.plans(count=800))
            await pbx.until_quiet()
            await ami.settle()
            assert len(pbx.server.sessions) == 1
            ended = {e["Linkedid"] for e in ami.of("Hangup")}
            assert ended == {c.call for c in pbx.ledger()}
        sleeper_out.transport.abort()
        del sleeper_in
