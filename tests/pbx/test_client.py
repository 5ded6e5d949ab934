"""The product's AMI client and translator against the real PBX: login, lists, orders, refusals, a live call."""

import asyncio
from datetime import UTC, datetime

import pytest

from callwright.telephony.asterisk.client import ActionRefused, Address, Ami, AmiError, Problem
from callwright.telephony.asterisk.protocol import parse
from callwright.telephony.asterisk.tests.play import CONFIG, calls_of
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import AgentStateChanged, CallEvent, Event
from tests.pbx.pbx import Pbx
from tests.pbx.rig import Rig

pytestmark = pytest.mark.asterisk


def address(pbx: Pbx, user: str = "crm-lean", secret: str = "crmsecret", port: int = 5038, **more: bool) -> Address:
    return Address(host=pbx.ip, port=port, username=user, secret=secret, connect_timeout_s=2, **more)


class Listener:
    """Keeps all events of one connection, translated."""

    def __init__(self, ami: Ami) -> None:
        self.ami, self.translator, self.events = ami, Translator("main", CONFIG), list[Event]()
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for block in self.ami.blocks():
            self.events += self.translator.feed(parse(block), datetime.now(UTC))

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.ami.close()


@pytest.mark.parametrize("challenge", [True, False])
async def test_lean_user_logs_in_and_may_list_channels_queues_and_phones(rig: Rig, challenge: bool) -> None:
    await rig.register([101])
    ami = await Ami.connect(address(rig.pbx, challenge=challenge))
    rig[101].dial("600")
    await rig[101].connected()
    channels = await ami.list("CoreShowChannels")
    members = [m for m in await ami.list("QueueStatus") if m.get("Event") == "QueueMember"]
    devices = await ami.list("DeviceStateList")
    await ami.close()
    assert [(m.get("CallerIDNum"), m.get("Exten")) for m in channels] == [("101", "600")]
    assert {m.get("Name") for m in members if m.get("Queue") == "support"} == {"Anna", "Boris"}
    assert {m.get("Device"): m.get("State") for m in devices}["PJSIP/101"] in ("INUSE", "BUSY")


@pytest.mark.parametrize(
    ("user", "secret", "port", "problem", "lasting"),
    [
        ("crm-lean", "wrong", 5038, Problem.LOGIN_REFUSED, True),
        ("nobody", "crmsecret", 5038, Problem.LOGIN_REFUSED, True),
        ("crm-elsewhere", "crmsecret", 5038, Problem.LOGIN_REFUSED, True),
        ("crm-nolists", "crmsecret", 5038, Problem.MISSING_PRIVILEGE, True),
        ("crm-lean", "crmsecret", 5039, Problem.UNREACHABLE, False),
        ("crm-lean", "crmsecret", 8088, Problem.NOT_ASTERISK, False),
    ],
)
async def test_what_is_wrong_with_a_login_is_told(
    rig: Rig, user: str, secret: str, port: int, problem: Problem, lasting: bool
) -> None:
    with pytest.raises(AmiError) as caught:
        await Ami.connect(address(rig.pbx, user, secret, port))
    assert (caught.value.problem, caught.value.lasting) == (problem, lasting)


async def test_a_live_call_is_one_call_as_the_phones_had_it(rig: Rig) -> None:
    await rig.register([101, 102])
    listener = Listener(await Ami.connect(address(rig.pbx)))
    client = await rig.carrier.call("74951000100", number="79035557799", name="Ольга", talk_s=30)
    await rig[101].rings()
    await rig[102].answer(1)
    await asyncio.sleep(2)
    rig[102].hang_up()
    await client.over()
    await rig.quiet()
    await listener.stop()
    (call,) = calls_of(event for event in listener.events if isinstance(event, CallEvent))
    assert (call.from_number, call.dialled_number, call.answered_by) == ("79035557799", "74951000100", "102")
    assert (str(call.status), str(call.hangup_by), [q for q, *_ in call.queue_visits]) == (
        "answered",
        "agent",
        ["support"],
    )
    assert {(leg.party, str(leg.result)) for leg in call.legs} == {("101", "answered_elsewhere"), ("102", "answered")}
    assert 1.5 <= call.talk_s <= 3.5


async def test_orders_of_the_lean_user_are_carried_out(rig: Rig) -> None:
    await rig.register([101, 102])
    listener = Listener(await Ami.connect(address(rig.pbx)))
    client = await rig.carrier.call("74951000101", talk_s=30)
    await rig[101].answer(0.5)
    await asyncio.sleep(1)
    act = listener.ami.act
    await act("BlindTransfer", {"Channel": await rig.channel(101), "Exten": "102", "Context": "internal"})
    await rig[102].answer(0.5)
    await act("Hangup", {"Channel": await rig.channel(102), "Cause": "16"})
    await client.over()
    for paused in ("true", "false"):
        await act("QueuePause", {"Interface": "PJSIP/101", "Queue": "support", "Paused": paused, "Reason": "lunch"})
    await rig.quiet()
    await listener.stop()
    (call,) = calls_of(event for event in listener.events if isinstance(event, CallEvent))
    assert [(str(transfer.kind), transfer.to) for transfer in call.transfers] == [("blind", "102")]
    states = [
        (e.paused, e.reason) for e in listener.events if isinstance(e, AgentStateChanged) and e.extension == "101"
    ]
    assert (True, "lunch") in states
    assert states[-1][0] is False


async def test_orders_that_the_pbx_refuses_say_why(rig: Rig) -> None:
    ami = await Ami.connect(address(rig.pbx))
    with pytest.raises(ActionRefused, match="No such channel"):
        await ami.act("Hangup", {"Channel": "PJSIP/101-99999999"})
    with pytest.raises(ActionRefused, match="Interface not found"):
        await ami.act("QueuePause", {"Interface": "PJSIP/199", "Queue": "support", "Paused": "true"})
    await ami.close()
    ami = await Ami.connect(address(rig.pbx, "crm-readonly"))
    with pytest.raises(ActionRefused, match="Permission denied"):
        await ami.act("Originate", {"Channel": "PJSIP/101", "Application": "Echo"})
    await ami.close()


async def read_all(ami: Ami) -> None:
    async for _ in ami.blocks():
        pass


async def test_a_pbx_that_stops_ends_the_connection_and_lets_it_in_again(rig: Rig) -> None:
    ami = await Ami.connect(address(rig.pbx))
    reading = asyncio.create_task(read_all(ami))
    await rig.pbx.stop()
    with pytest.raises(AmiError) as caught:
        await asyncio.wait_for(reading, 10)
    await ami.close()
    with pytest.raises(AmiError) as refused:
        await Ami.connect(address(rig.pbx))
    await rig.pbx.again()
    await (await Ami.connect(address(rig.pbx))).close()
    assert caught.value.problem == Problem.CLOSED
    assert (refused.value.problem, refused.value.lasting) == (Problem.UNREACHABLE, False)
