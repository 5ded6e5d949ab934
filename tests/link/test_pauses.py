"""A PBX that is restarted forgets whom its queues must leave alone: it is told again at once, and nobody's state
changes (REG-3). The same on the fake PBX and on a real one.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from callwright.calls.models import Call, Leg
from callwright.registration.models import MustRegister
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AgentState, PauseReason
from callwright.staff.operations.set_state import set_state
from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.models import Command, Pbx, QueueMember
from tests.link.ordering import at_work
from tests.link.rig import until_found
from tests.pbx.pbx import Pbx as Asterisk

pytestmark = [pytest.mark.xdist_group("pauses"), pytest.mark.django_db(transaction=True)]
AGENTS = ("101", "102")


class House(Protocol):
    """A PBX with the two agents in its queue "support"."""

    async def paused(self) -> set[str]: ...
    async def restart(self) -> None: ...


@dataclass
class Simulated:
    pbx: FakePbx

    async def paused(self) -> set[str]:
        members = self.pbx.exchange.queues["support"].members.values()
        return {member.extension for member in members if member.paused}

    async def restart(self) -> None:
        await self.pbx.restart(down_s=0.3)


@dataclass
class Real:
    pbx: Asterisk

    async def paused(self) -> set[str]:
        shown = (await self.pbx.cli("queue show support")).splitlines()
        return {one for one in AGENTS for line in shown if f"PJSIP/{one}" in line and "(paused" in line}

    async def restart(self) -> None:
        await self.pbx.kill()
        await self.pbx.again()


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=pytest.mark.asterisk)])
async def house(request: Any, home: Path) -> AsyncIterator[House]:
    if request.param == "fake":
        async with FakePbx() as pbx:
            for number in AGENTS:
                pbx.set_phone(number, Phone.DRIVEN)
            async with at_work(host=pbx.host, port=pbx.port, username="crm", simulated=True):
                yield Simulated(pbx)
        return
    from tests.pbx.fixtures import new_pbx

    asterisk = new_pbx()
    await asterisk.start()
    try:
        async with at_work(host=asterisk.ip, username="crm-lean"):
            yield Real(asterisk)
    finally:
        await asterisk.stop()


@sync_to_async
def seated(make_user: Any, account: Any) -> None:
    """Anna is at lunch; Boris has talked and must register that first."""
    pbx, now = Pbx.objects.get(slug="main"), timezone.now()
    anna, boris = (
        make_user(name, accounts=[account], extension=(number, pbx))
        for name, number in zip(("anna", "boris"), AGENTS, strict=True)
    )
    PauseReason.objects.create(code="lunch", label="Lunch")
    MustRegister.objects.create(account=account, changed_at=now)
    make_category("Reason", "Order")
    set_state(user_id=anna.pk, choice="paused", reason="lunch", now=now)
    set_state(user_id=boris.pk, choice="ready", now=now)
    Conversation("102").answer("102").hang_up("102")


@sync_to_async
def states() -> list[tuple[Any, ...]]:
    return list(AgentState.objects.order_by("user_id").values_list("state", "wanted", "reason__code", "since", "due"))


@sync_to_async
def orders() -> list[str]:
    """Of which extensions the PBX was told that they are paused."""
    return sorted(
        one.arguments["extension"] for one in Command.objects.filter(verb="queue_pause", arguments__paused=True)
    )


async def both_paused(house: House) -> None:
    async def are() -> bool:
        return await house.paused() == set(AGENTS)

    await until_found(are, timeout_s=10)
    in_step = sync_to_async(lambda: not AgentState.objects.filter(queue_in_step=False).exists())
    await until_found(in_step, timeout_s=5)


async def test_a_restarted_pbx_leaves_alone_whom_it_was_to_leave_alone(
    house: House, make_user: Any, account: Any
) -> None:
    await until_found(sync_to_async(lambda: QueueMember.objects.filter(extension__in=AGENTS).count() >= 2))
    await seated(make_user, account)
    await both_paused(house)
    before = await states()
    assert [(state, wanted, reason) for state, wanted, reason, *_ in before] == [
        ("paused", "paused", "lunch"), ("wrap_up", "ready", None)
    ]  # fmt: skip
    told = await orders()
    await house.restart()
    await both_paused(house)
    assert await orders() == sorted([*told, *AGENTS]) and await states() == before
    if isinstance(house, Simulated):
        await nobody_rings(house)
    assert await states() == before


async def nobody_rings(house: Simulated) -> None:
    rung = await sync_to_async(Leg.objects.count)()
    house.pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=None, talk_s=None))
    await until_found(sync_to_async(Call.objects.filter(status="ringing").exists))
    await asyncio.sleep(1.5)
    assert await sync_to_async(Leg.objects.count)() == rung
