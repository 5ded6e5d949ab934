"""AMI actions as a client meets them: what is granted, and what is refused in Asterisk's words (CALL-14)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from callwright.telephony.asterisk.client import ActionRefused, Address
from callwright.telephony.asterisk.client import Ami as Client
from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.tests.ami import Ami
from callwright.telephony.fake.users import AmiUser

DIRECT = CallPlan(Kind.INBOUND, "74951000101", answer_s=None, talk_s=None)
READER = AmiUser("reader", "secret", write=frozenset({"reporting"}))


@pytest.fixture
async def pbx() -> AsyncIterator[FakePbx]:
    async with FakePbx(users=[AmiUser("crm", "crmsecret"), READER], start=1_795_279_641.0) as pbx:
        for number in ("101", "102"):
            pbx.set_phone(number, Phone.DRIVEN)
        pbx.server.refusal_s = 0.01
        yield pbx


@pytest.fixture
async def ami(pbx: FakePbx) -> AsyncIterator[Ami]:
    async with Ami(pbx) as ami:
        yield ami


async def test_banner_and_boot_event(ami: Ami) -> None:
    assert ami.banner == "Asterisk Call Manager/11.0.0"
    assert (await ami.wait("FullyBooted"))["Status"] == "Fully Booted"


async def test_wrong_password_is_refused_and_the_connection_closed(pbx: FakePbx) -> None:
    async with Ami(pbx, login=False) as ami:
        answer = await ami.ask("Login", Username="crm", Secret="wrong")
        assert (answer["Response"], answer["Message"]) == ("Error", "Authentication failed")
        await asyncio.wait_for(ami.closed.wait(), 2)


async def test_nothing_is_allowed_before_login(pbx: FakePbx) -> None:
    async with Ami(pbx, login=False) as ami:
        assert (await ami.ask("CoreStatus"))["Message"] == "Permission denied"
        pbx.place(DIRECT)
        await asyncio.sleep(0.05)
        assert ami.events == []


async def test_login_by_md5_challenge(pbx: FakePbx) -> None:
    async with Ami(pbx, login=False) as ami:
        challenge = (await ami.ask("Challenge", AuthType="MD5"))["Challenge"]
        key = hashlib.md5((challenge + "crmsecret").encode()).hexdigest()
        answer = await ami.ask("Login", AuthType="MD5", Username="crm", Key=key)
        assert answer["Message"] == "Authentication accepted"


async def test_a_challenge_must_be_asked_for(pbx: FakePbx) -> None:
    async with Ami(pbx, login=False) as ami:
        key = hashlib.md5(b"crmsecret").hexdigest()
        assert (await ami.ask("Login", AuthType="MD5", Username="crm", Key=key))["Response"] == "Error"


@pytest.mark.parametrize(
    ("action", "headers", "message"),
    [
        ("Nonsense", {}, "Invalid/unknown command: Nonsense. Use Action: ListCommands to show available commands."),
        ("Hangup", {}, "No channel specified"),
        ("Hangup", {"Channel": "PJSIP/999-1"}, "No such channel"),
        ("BlindTransfer", {"Channel": "PJSIP/999-1", "Exten": "1"}, "Channel specified does not exist"),
        ("Atxfer", {"Channel": "PJSIP/999-1", "Exten": "1"}, "Channel specified does not exist"),
        ("QueuePause", {"Interface": "PJSIP/999", "Paused": "true"}, "Interface not found"),
        ("QueueAdd", {"Queue": "no", "Interface": "PJSIP/1"}, "Unable to add interface to queue: No such queue"),
        ("QueueAdd", {"Queue": "support", "Interface": "PJSIP/101"}, "Unable to add interface: Already there"),
        ("QueueRemove", {"Queue": "support", "Interface": "PJSIP/9"}, "Unable to remove interface: Not there"),
        ("Originate", {"Exten": "1"}, "Channel not specified"),
        ("FakeAnswer", {"Exten": "101"}, "Nothing to do on this phone"),
        ("FakePhone", {"Exten": "101", "Mode": "robot"}, "Mode must be auto, person or driven"),
    ],
)
async def test_refusals(ami: Ami, action: str, headers: dict[str, str], message: str) -> None:
    answer = await ami.ask(action, **headers)
    assert (answer["Response"], answer["Message"]) == ("Error", message)


async def test_an_action_needs_its_write_class(pbx: FakePbx) -> None:
    async with Ami(pbx, user="reader", secret="secret") as ami:
        for action in ("Hangup", "Originate", "QueuePause", "BlindTransfer", "Command"):
            assert (await ami.ask(action))["Message"] == "Permission denied", action
        assert (await ami.ask("CoreSettings"))["AsteriskVersion"].startswith("22.")


async def test_ping_version_and_status(pbx: FakePbx, ami: Ami) -> None:
    assert (await ami.ask("Ping"))["Ping"] == "Pong"
    assert (await ami.ask("Command", Command="core show version"))["Output"].startswith("Asterisk 22.")
    assert (await ami.ask("CoreSettings"))["SystemName"] == "pbx1"
    pbx.place(DIRECT)
    assert (await ami.ask("CoreStatus"))["CoreCurrentCalls"] == "2"


async def test_channels_of_a_ringing_call_are_listed(pbx: FakePbx, ami: Ami) -> None:
    call = pbx.place(DIRECT)
    shown = await ami.items("CoreShowChannels", "CoreShowChannel", "CoreShowChannelsComplete")
    assert [(c["ChannelStateDesc"], c["Linkedid"]) for c in shown] == [
        ("Ring", call.linkedid),
        ("Ringing", call.linkedid),
    ]
    assert shown[0]["Application"] == "Dial"


async def test_queue_status_tells_members_and_who_waits(pbx: FakePbx, ami: Ami) -> None:
    pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=None))
    members = await ami.items("QueueStatus", "QueueMember", "QueueStatusComplete")
    assert [(m["Location"], m["Status"], m["Paused"]) for m in members] == [
        ("PJSIP/101", "6", "0"),
        ("PJSIP/102", "6", "0"),
    ]
    (waiting,) = ami.of("QueueEntry")
    assert (waiting["Position"], waiting["CallerIDNum"]) == ("1", "79161234567")
    (summary,) = await ami.items("QueueSummary", "QueueSummary", "QueueSummaryComplete")
    assert (summary["LoggedIn"], summary["Available"], summary["Callers"]) == ("2", "0", "1")


async def test_a_paused_member_is_not_rung(pbx: FakePbx, ami: Ami) -> None:
    answer = await ami.ask("QueuePause", Interface="PJSIP/101", Paused="true", Reason="lunch")
    assert answer["Message"] == "Interface paused successfully"
    said = await ami.wait("QueueMemberPause")
    assert (said["Paused"], said["PausedReason"], said["MemberName"]) == ("1", "lunch", "Anna")
    pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=None))
    await ami.wait("AgentCalled")
    assert {e["Interface"] for e in ami.of("AgentCalled")} == {"PJSIP/102"}


async def test_members_come_and_go(ami: Ami) -> None:
    await ami.ask("QueueAdd", Queue="support", Interface="PJSIP/103", MemberName="Web")
    assert (await ami.wait("QueueMemberAdded"))["Membership"] == "dynamic"
    await ami.ask("QueueRemove", Queue="support", Interface="PJSIP/103")
    assert (await ami.wait("QueueMemberRemoved"))["MemberName"] == "Web"


async def test_filter_and_event_mask(pbx: FakePbx, ami: Ami) -> None:
    assert (await ami.ask("Filter", Operation="Add", Filter="Event: Newchannel"))["Response"] == "Success"
    call = pbx.place(DIRECT)
    await ami.settle()
    assert set(ami.names()) == {"FullyBooted", "Newchannel"}
    assert (await ami.ask("Events", EventMask="off"))["Events"] == "Off"
    pbx.caller_hangs_up(call)
    await ami.settle()
    assert len(ami.of("Newchannel")) == 2


async def test_logoff_says_goodbye_and_closes(ami: Ami) -> None:
    assert (await ami.ask("Logoff"))["Response"] == "Goodbye"
    await asyncio.wait_for(ami.closed.wait(), 2)


async def test_answer_hold_transfer_and_hangup_by_command(pbx: FakePbx, ami: Ami) -> None:
    pbx.place(DIRECT)
    assert (await ami.ask("FakeAnswer", Exten="101"))["Response"] == "Success"
    await ami.wait("BridgeEnter")
    own = ami.of("DialBegin")[0]["DestChannel"]
    await ami.ask("FakeHold", Exten="101", Hold="yes")
    await ami.wait("Hold", Channel=own)
    await ami.ask("FakeHold", Exten="101", Hold="no")
    await ami.wait("Unhold", Channel=own)
    assert (await ami.ask("BlindTransfer", Channel=own, Exten="102", Context="internal"))["Response"] == "Success"
    await ami.wait("BlindTransfer", Extension="102")
    await ami.ask("FakeAnswer", Exten="102")
    await ami.wait("DialEnd", DestCallerIDNum="102", DialStatus="ANSWER")
    await ami.ask("Hangup", Channel=ami.of("DialBegin")[1]["DestChannel"])
    await pbx.until_quiet()
    (true,) = pbx.ledger()
    assert (true.answered_by, true.transferred_to, true.hangup_by) == ("101", "102", "agent")


async def test_click_to_call_answers_with_the_given_channel_id(pbx: FakePbx, ami: Ami) -> None:
    pbx.manners.answer_rate, pbx.manners.answer_s, pbx.manners.talk_s = 1.0, (0.05, 0.05), None
    headers = {"Channel": "PJSIP/101", "Exten": "79165550000", "Context": "internal", "Async": "true"}
    await ami.ask("Originate", ChannelId="crm-1", CallerID='"CRM call" <79165550000>', **headers)
    await ami.wait("Newchannel", Uniqueid="crm-1", Linkedid="crm-1")
    pbx.answer("101")
    said = await ami.wait("OriginateResponse")
    assert (said["Response"], said["Reason"], said["Uniqueid"]) == ("Success", "4", "crm-1")
    await ami.wait("BridgeEnter", Uniqueid="crm-1")
    assert (await ami.ask("Originate", ChannelId="crm-1", **headers))["Response"] == "Error"
    pbx.hangup("101")
    await pbx.until_quiet()
    (true,) = pbx.ledger()
    assert (true.direction, true.command, true.to_number) == ("outbound", "crm-1", "79165550000")


@pytest.mark.parametrize("number", ["103", "999"])
async def test_click_to_call_to_a_phone_that_is_not_there(pbx: FakePbx, ami: Ami, number: str) -> None:
    await ami.ask("Originate", Channel=f"PJSIP/{number}", Exten="79165550000", ChannelId="x", Async="true")
    said = await ami.wait("OriginateResponse")
    assert (said["Response"], said["Reason"], said["Uniqueid"]) == ("Failure", "0", "x")
    assert pbx.ledger() == []


async def test_attended_transfer_by_command(pbx: FakePbx, ami: Ami) -> None:
    pbx.place(DIRECT)
    pbx.answer("101")
    own = (await ami.wait("DialEnd"))["DestChannel"]
    assert (await ami.ask("Atxfer", Channel=own, Exten="102"))["Message"] == "Atxfer successfully queued"
    await ami.wait("LocalBridge")
    pbx.answer("102")
    await ami.wait("DialEnd", DestCallerIDNum="102")
    pbx.hangup("101")
    await ami.wait("AttendedTransfer", Result="Success")
    pbx.hangup("102")
    await pbx.until_quiet()
    (true,) = pbx.ledger()
    assert (true.answered_by, true.transferred_to, true.hangup_by) == ("101", "102", "agent")


async def test_a_consultation_taken_back_leaves_the_caller_with_the_agent(pbx: FakePbx, ami: Ami) -> None:
    call = pbx.place(DIRECT)
    pbx.answer("101")
    pbx.attended_transfer("101", "102")
    pbx.reject("102")
    await ami.wait("Unhold")
    assert call.talking_since is not None
    pbx.caller_hangs_up(call)
    await pbx.until_quiet()
    (true,) = pbx.ledger()
    assert (true.transferred_to, true.hangup_by) == (None, "caller")
    assert not pbx.exchange.channels


async def test_list_commands_tells_what_the_user_may_do(pbx: FakePbx, ami: Ami) -> None:
    assert {"Originate", "Atxfer", "CoreShowChannels", "DeviceStateList"} <= (await ami.ask("ListCommands")).keys()
    async with Ami(pbx, user="reader", secret="secret") as other:
        told = await other.ask("ListCommands")
        assert "Originate" not in told
        assert "CoreShowChannels" in told


async def test_a_phone_holds_resumes_and_answers_when_notified(pbx: FakePbx, ami: Ami) -> None:
    pbx.place(DIRECT)
    own = (await ami.wait("DialBegin"))["DestChannel"]
    await ami.ask("PJSIPNotify", Channel=own, Variable="Event=talk")
    await ami.wait("BridgeEnter", Channel=own)
    await ami.ask("PJSIPNotify", Channel=own, Variable="Event=hold")
    await ami.wait("Hold", Channel=own)
    await ami.ask("PJSIPNotify", Channel=own, Variable="Event=talk")
    await ami.wait("Unhold", Channel=own)
    assert (await ami.ask("PJSIPNotify", Channel="PJSIP/9-1"))["Message"] == "Channel not found"


async def test_an_attended_transfer_completed_and_another_cancelled_by_command(pbx: FakePbx, ami: Ami) -> None:
    pbx.place(DIRECT)
    pbx.answer("101")
    own = (await ami.wait("DialEnd"))["DestChannel"]
    await ami.ask("Atxfer", Channel=own, Exten="102")
    pbx.answer("102")
    assert (await ami.ask("CancelAtxfer", Channel=own))["Message"] == "CancelAtxfer successfully queued"
    await ami.wait("Unhold", Channel=own)
    await ami.ask("Atxfer", Channel=own, Exten="102")
    pbx.answer("102")
    await ami.ask("Hangup", Channel=own)
    await ami.wait("AttendedTransfer")
    pbx.hangup("102")
    await pbx.until_quiet()
    (true,) = pbx.ledger()
    assert (true.transferred_to, [leg.party for leg in true.legs]) == ("102", ["101", "102", "102"])


async def test_the_product_s_own_client_links_and_reads_the_state(pbx: FakePbx) -> None:
    pbx.place(DIRECT)
    client = await Client.connect(Address(host=pbx.host, port=pbx.port, username="crm", secret="crmsecret"))
    try:
        assert len(await client.list("CoreShowChannels")) == 2
        assert [m.name for m in await client.list("QueueStatus")] == ["QueueParams", "QueueMember", "QueueMember"]
        states = {m.get("Device"): m.get("State") for m in await client.list("DeviceStateList")}
        assert states["PJSIP/101"] == "RINGING"
        assert states["PJSIP/103"] == "UNAVAILABLE"
        with pytest.raises(ActionRefused, match="No such channel"):
            await client.act("Hangup", {"Channel": "PJSIP/9-1"})
    finally:
        await client.close()
