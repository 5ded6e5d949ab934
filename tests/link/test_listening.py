"""A supervisor listens in, whispers, joins in, takes a call over: the same on the fake PBX and on a real one (REP-6).

What the supervisor's phone does must never stand in the register: neither as a call of its own, nor as a talk with the
client.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from callwright.calls.models import Call
from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.models import Command, Listening
from callwright.telephony.operations.listen import listen
from tests.link.ordering import Desk, at_work
from tests.link.rig import until_found

pytestmark = [pytest.mark.xdist_group("listening"), pytest.mark.django_db(transaction=True)]


CLIENT_TALKS_S = 20


class House(Protocol):
    """A PBX with its phones and one client."""

    async def client_calls(self) -> None: ...
    async def answers(self, extension: int) -> None: ...
    async def refuses(self, extension: int) -> None: ...
    async def hangs_up(self, extension: int) -> None: ...
    async def client_hangs_up(self) -> None: ...


@dataclass
class Simulated:
    pbx: FakePbx
    call: Any = None

    async def client_calls(self) -> None:
        self.call = self.pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=None, talk_s=None))

    async def _rings(self, extension: int) -> None:
        await until_found(sync_to_async(lambda: self.pbx.exchange.phones[str(extension)].device_state == "RINGING"))

    async def answers(self, extension: int) -> None:
        await self._rings(extension)
        self.pbx.answer(str(extension))

    async def refuses(self, extension: int) -> None:
        await self._rings(extension)
        self.pbx.reject(str(extension))

    async def hangs_up(self, extension: int) -> None:
        self.pbx.hangup(str(extension))

    async def client_hangs_up(self) -> None:
        self.pbx.caller_hangs_up(self.call)


@dataclass
class Real:
    rig: Any
    client: Any = None

    async def client_calls(self) -> None:
        self.client = await self.rig.carrier.call("74951000101", talk_s=CLIENT_TALKS_S)

    async def answers(self, extension: int) -> None:
        await self.rig[extension].answer(0.3)

    async def refuses(self, extension: int) -> None:
        await self.rig[extension].refuse(0.3)

    async def hangs_up(self, extension: int) -> None:
        self.rig[extension].hang_up()

    async def client_hangs_up(self) -> None:
        await self.client.over()  # by itself, after so many seconds


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=pytest.mark.asterisk)])
async def stage(request: Any, home: Path) -> AsyncIterator[tuple[House, Desk]]:
    if request.param == "fake":
        async with FakePbx() as pbx:
            for number in ("101", "102"):
                pbx.set_phone(number, Phone.DRIVEN)
            async with at_work(host=pbx.host, port=pbx.port, username="crm", simulated=True) as desk:
                yield Simulated(pbx), desk
        return
    from tests.pbx.fixtures import new_pbx
    from tests.pbx.rig import Rig

    asterisk = new_pbx()
    await asterisk.start()
    rig = Rig(pbx=asterisk, folder=home / "rig")
    await rig.start()
    try:
        await rig.register([101, 102])
        async with at_work(host=asterisk.ip, username="crm-lean") as desk:
            yield Real(rig), desk
    finally:
        await rig.stop()
        await asterisk.stop()


@sync_to_async
def _listen(mode: str, call: str, leg: str, by: int) -> UUID:
    row = Call.objects.get(pbx_key=call)
    assert row.pbx_id is not None
    return listen(
        pbx_id=row.pbx_id, call_key=call, leg=leg, agent_extension="101", extension="102", mode=mode, by=by,
        agent_id=None, account_id=row.account_id, call_id=row.id, is_shown=True, now=timezone.now(),
    )  # fmt: skip


async def state_of(order: UUID, **wanted: Any) -> Listening:
    return await until_found(sync_to_async(Listening.objects.filter(pk=order, **wanted).first))


@pytest.fixture
def by(make_user: Any) -> int:
    return int(make_user("sofia", role="supervisor", all_accounts=True).pk)


async def talking(house: House, desk: Desk) -> Any:
    await house.client_calls()
    await house.answers(101)
    return await desk.live("101")


async def only_call(desk: Desk) -> Call:
    (call,) = await desk.until_over()
    assert await sync_to_async(Call.objects.count)() == 1
    return call


async def test_a_supervisor_hears_a_call_and_the_register_does_not_know(stage: Any, by: int) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen("listen", live.call, live.leg, by)
    await house.answers(102)
    assert await desk.outcome(order) == "done"
    row = await state_of(order, began_at__isnull=False)
    assert row.ended_at is None
    assert (await desk.live("101")).call == live.call  # the talk goes on, and is the only call
    assert await sync_to_async(Call.objects.count)() == 1
    assert await desk.do("stop_listening", listening=str(order)) == "done"
    await state_of(order, ended_at__isnull=False)
    await asyncio.sleep(0.5)
    assert (await desk.live("101")).call == live.call  # whoever listened left, and nobody else
    await house.client_hangs_up()
    call = await only_call(desk)
    assert (call.status, call.rung, call.transferred_to, call.answered_by) == ("answered", ["101"], "", "101")


@pytest.mark.parametrize("mode", ["whisper", "barge"])
async def test_an_agent_who_hangs_up_ends_whisper_and_barge(stage: Any, by: int, mode: str) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen(mode, live.call, live.leg, by)
    await house.answers(102)
    assert await desk.outcome(order) == "done"
    await house.hangs_up(101)
    await state_of(order, began_at__isnull=False, ended_at__isnull=False)
    call = await only_call(desk)
    assert (call.status, call.rung, call.hangup_by) == ("answered", ["101"], "agent")


async def test_a_supervisor_who_refuses_leaves_no_trace_but_the_reason(stage: Any, by: int) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen("listen", live.call, live.leg, by)
    await house.refuses(102)
    assert await desk.outcome(order) == "busy"
    await state_of(order, began_at=None, ended_at__isnull=False)
    await house.client_hangs_up()
    assert (await only_call(desk)).rung == ["101"]


async def test_a_phone_that_rings_to_listen_can_be_stopped(stage: Any, by: int) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen("listen", live.call, live.leg, by)
    await until_found(sync_to_async(Command.objects.filter(pk=order, state="sent").exists))
    await asyncio.sleep(1)  # it rings
    assert await desk.do("stop_listening", listening=str(order)) == "done"
    await state_of(order, began_at=None, ended_at__isnull=False)
    await house.client_hangs_up()
    assert (await only_call(desk)).rung == ["101"]


async def test_who_listens_is_known_although_the_link_was_not_there_when_the_phone_was_picked_up(
    stage: Any, by: int
) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen("whisper", live.call, live.leg, by)
    await until_found(sync_to_async(Command.objects.filter(pk=order, state="sent").exists))
    await asyncio.sleep(0.5)
    await desk.end_link()
    await house.answers(102)
    await asyncio.sleep(1)
    await desk.begin_link()
    await state_of(order, began_at__isnull=False, ended_at=None)
    assert await desk.do("stop_listening", listening=str(order)) == "done"
    await state_of(order, ended_at__isnull=False)
    await house.client_hangs_up()
    assert (await only_call(desk)).rung == ["101"]


async def test_an_end_that_was_not_heard_is_found_out(stage: Any, by: int) -> None:
    house, desk = stage
    live = await talking(house, desk)
    order = await _listen("barge", live.call, live.leg, by)
    await house.answers(102)
    await state_of(order, began_at__isnull=False)
    await desk.end_link()
    await house.hangs_up(102)
    await house.client_hangs_up()
    await desk.begin_link()
    await state_of(order, ended_at__isnull=False)


async def test_a_call_that_is_over_cannot_be_heard(stage: Any, by: int) -> None:
    house, desk = stage
    live = await talking(house, desk)
    await house.client_hangs_up()
    await only_call(desk)
    order = await _listen("listen", live.call, live.leg, by)
    assert await desk.outcome(order) == "no_such_call"
    await state_of(order, ended_at__isnull=False)


async def test_a_call_taken_over_is_a_transfer_to_the_supervisor(stage: Any) -> None:
    house, desk = stage
    live = await talking(house, desk)
    assert await desk.do("take_over", call=live.call, leg=live.leg, extension="102") == "done"
    await house.answers(102)
    assert (await desk.live("102")).call == live.call
    await house.client_hangs_up()
    call = await only_call(desk)
    assert (call.status, call.rung, call.answered_by, call.transferred_to) == (
        "answered", ["101", "102"], "101", "102",
    )  # fmt: skip
