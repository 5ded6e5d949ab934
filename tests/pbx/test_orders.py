"""The product's orders carried out by a real Asterisk: click to call, hold, transfer, pause (CALL-14)."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime

import pytest

from callwright.telephony.asterisk import commands
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.client import ActionRefused, Address, Ami
from callwright.telephony.asterisk.commands import Order, Refusal, refusal_of
from callwright.telephony.asterisk.protocol import parse
from callwright.telephony.asterisk.tests.play import CallView, calls_of
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import CallEvent, Event
from tests.pbx.rig import Rig

pytestmark = pytest.mark.asterisk


class Desk:
    """Gives orders and reads what comes of them, as the link does."""

    def __init__(self, ami: Ami) -> None:
        self.ami = ami
        self.translator = Translator("main", TranslatorConfig(trunks=frozenset(["trunk"])))
        self.events: list[Event] = []
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for block in self.ami.blocks():
            self.events += self.translator.feed(parse(block), datetime.now(UTC))

    async def give(self, orders: Order | Iterable[Order]) -> Refusal | None:
        try:
            for order in [orders] if isinstance(orders, Order) else orders:
                await self.ami.act(order.action, order.fields)
        except ActionRefused as refused:
            return refusal_of(refused.message)
        return None

    def channels(self) -> tuple[str, str]:
        """101's and the client's."""
        key = next(event.call for event in self.events if isinstance(event, CallEvent))
        channels = self.translator.channel_of(key, "101"), self.translator.client_channel_of(key)
        assert channels[0] and channels[1]
        return channels[0], channels[1]

    async def hold(self) -> None:
        agent, client = self.channels()
        assert await self.give(commands.hold(channel=agent, client=client)) is None
        self.events += self.translator.feed(parse(commands.held(channel=agent)), datetime.now(UTC))

    async def call_over(self) -> CallView:
        for _ in range(100):
            if self.events and not any(self.translator.sizes().values()):
                (call,) = calls_of(self.events)
                return call
            await asyncio.sleep(0.1)
        raise AssertionError(self.translator.sizes())

    async def close(self) -> None:
        self._task.cancel()
        await self.ami.close()


@pytest.fixture
async def desk(rig: Rig) -> AsyncIterator[Desk]:
    await rig.register([101, 102])
    desk = Desk(await Ami.connect(Address(host=rig.pbx.ip, username="crm", secret="crmsecret")))
    yield desk
    await desk.close()


async def test_the_client_is_held_and_taken_back_with_any_phone(rig: Rig, desk: Desk) -> None:
    await rig.carrier.call("74951000101", talk_s=25)
    await rig[101].answer(0.5)
    await asyncio.sleep(1)
    agent, client = desk.channels()
    await desk.hold()
    await asyncio.sleep(2)
    assert await desk.give(commands.unhold(channel=agent, client=client)) is None
    await asyncio.sleep(1)
    rig[101].hang_up()
    call = await desk.call_over()
    assert (call.status, call.hangup_by, call.hold_s, len(call.talks)) == ("answered", "agent", 2, 2)


async def test_a_client_who_hangs_up_on_hold_frees_the_agent(rig: Rig, desk: Desk) -> None:
    await rig.carrier.call("74951000101", talk_s=3)
    await rig[101].answer(0.5)
    await asyncio.sleep(1)
    await desk.hold()
    call = await desk.call_over()
    assert (call.status, call.hangup_by) == ("answered", "caller")
    assert call.hold_s >= 1


async def test_click_to_call_rings_the_agent_then_the_client_and_is_held_too(rig: Rig, desk: Desk) -> None:
    await rig.carrier.answers(rings_s=1)
    order = commands.originate(command="cw-order-1", device="PJSIP/101", number="79165550000", context="internal")
    assert await desk.give(order) is None
    await rig[101].answer(0.5)
    await asyncio.sleep(2.5)
    await desk.hold()
    await asyncio.sleep(1)
    agent, client = desk.channels()
    assert await desk.give(commands.unhold(channel=agent, client=client)) is None
    await asyncio.sleep(1)
    assert await desk.give(commands.hang_up(channel=agent)) is None
    call = await desk.call_over()
    assert (call.direction, call.status, call.to_number, call.hangup_by) == (
        "outbound",
        "answered",
        "79165550000",
        "agent",
    )
    assert [(leg.party, leg.result) for leg in call.legs] == [("101", "answered"), ("79165550000", "answered")]
    assert call.hold_s == 1


async def test_an_attended_transfer_is_taken_back_and_then_done(rig: Rig, desk: Desk) -> None:
    await rig.carrier.call("74951000101", talk_s=14)
    await rig[101].answer(0.5)
    await asyncio.sleep(0.5)
    agent, _ = desk.channels()
    transfer = commands.attended_transfer(channel=agent, to="102", context="internal")
    assert await desk.give(transfer) is None
    await rig[102].answer(0.5)
    await asyncio.sleep(0.7)
    assert await desk.give(commands.cancel_transfer(channel=agent)) is None
    await asyncio.sleep(1)
    assert await desk.give(transfer) is None
    await rig[102].answer(0.5)
    await asyncio.sleep(0.7)
    assert await desk.give(commands.hang_up(channel=agent)) is None
    call = await desk.call_over()
    assert (call.status, call.transferred_to, call.hangup_by) == ("answered", "102", "caller")
    assert [(leg.party, leg.result) for leg in call.legs] == [
        ("101", "answered"),
        ("102", "answered"),
        ("102", "answered"),
    ]


async def test_the_pbx_says_why_not(desk: Desk) -> None:
    assert await desk.give(commands.hang_up(channel="PJSIP/999-00000001")) is Refusal.NO_SUCH_CHANNEL
    assert (
        await desk.give(commands.attended_transfer(channel="PJSIP/9-1", to="1", context="x")) is Refusal.NO_SUCH_CHANNEL
    )
    assert await desk.give(commands.queue_pause(device="PJSIP/199", paused=True)) is Refusal.NO_SUCH_MEMBER
    assert await desk.give(commands.queue_add(device="PJSIP/101", queue="support")) is Refusal.ALREADY_MEMBER
    assert await desk.give(commands.queue_remove(device="PJSIP/101", queue="support")) is Refusal.NOT_PERMITTED
    assert await desk.give(commands.queue_pause(device="PJSIP/101", paused=True, reason="lunch")) is None
    assert await desk.give(commands.queue_pause(device="PJSIP/101", paused=False)) is None
