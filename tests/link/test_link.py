"""The whole link against the fake PBX: what it did stands in the register, once and true (CALL-1, 2, 3, 12, 14)."""

import asyncio
import contextlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from callwright.calls.models import Call
from callwright.calls.queries.register_of_pbx import calls_of_pbx, ends_known, still_open
from callwright.desk.operations.apply_pbx_events import apply_pbx_events
from callwright.telephony.events import CallEvent, Event
from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.ledger import TrueCall
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.link.commands import take_due
from callwright.telephony.link.connection import PbxLink
from callwright.telephony.models import Command, Pbx
from callwright.telephony.sink import connect_sink
from tests.link.rig import config_for, linked, until, worked_off

pytestmark = pytest.mark.django_db(transaction=True)
register = sync_to_async(calls_of_pbx)


def facts(call: dict[str, Any]) -> tuple[Any, ...]:
    return (
        call["direction"],
        call["from_number"],
        call["dialled_number"],
        call["status"],
        call["answered_by"],
        call["hangup_by"],
        [leg["party"] for leg in call["legs"]],
    )


def truth(call: TrueCall) -> tuple[Any, ...]:
    return (
        call.direction,
        call.from_number,
        call.dialled_number,
        call.status,
        call.answered_by,
        call.hangup_by,
        [leg.party for leg in call.legs],
    )


async def test_calls_of_the_pbx_stand_in_the_register(home: Path) -> None:
    async with FakePbx(speed=None) as pbx, linked(await config_for(pbx)) as link:
        pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=3.0, talk_s=5.0))
        pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=None))
        pbx.place(CallPlan(Kind.OUTBOUND, "79165550000", extension="101", talk_s=4.0))
        await pbx.until_quiet()
        await worked_off(link)
        found = await register("main")
        assert sorted(map(facts, found), key=str) == sorted(map(truth, pbx.ledger()), key=str)
        assert len(found) == 3


async def test_the_state_of_the_link_is_kept_for_the_administration(home: Path) -> None:
    @sync_to_async
    def state() -> tuple[str, str]:
        return Pbx.objects.values_list("state", "problem").get(slug="main")

    async with FakePbx() as pbx:
        async with linked(await config_for(pbx)) as link:
            await until(lambda: link.ami is not None)
            await worked_off(link)
            assert await state() == ("up", "")
        task = asyncio.create_task(PbxLink(await config_for(pbx, secret="wrong")).run())
        async with asyncio.timeout(60):
            while await state() != ("refused", "login_refused"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_dropped_connection_loses_no_call(home: Path) -> None:
    async with FakePbx() as pbx, linked(await config_for(pbx)) as link:
        pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=0.3, talk_s=3.0))
        await until_count(status="talking")
        pbx.server.drop_all()
        await until(lambda: link.ami is None)
        await until(lambda: link.ami is not None)
        await pbx.until_quiet()
        await worked_off(link)
        (call,), (true,) = await register("main"), pbx.ledger()
        assert facts(call) == truth(true)
        assert abs(call["talk_s"] - true.talk_s) <= 1


async def test_calls_that_ended_during_a_gap_are_completed_from_the_records(home: Path, tmp_path: Path) -> None:
    records = tmp_path / "records"
    async with FakePbx(records=records) as pbx:
        config = await config_for(
            pbx, cdr_csv=str(records / "cdr-csv/Master.csv"), cel_csv=str(records / "cel-custom/Master.csv")
        )
        async with linked(config) as link:
            pbx.place(CallPlan(Kind.INBOUND, "74951000100", answer_s=0.3, talk_s=2.0))
            await until_count(status="talking")
        pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=0.2, talk_s=1.0))  # nobody listens
        await pbx.until_quiet()
        async with linked(config) as link:
            await worked_off(link)
            await until_count(2, ended_at__isnull=False, complete=True)
        found = await register("main")
        assert sorted(map(facts, found), key=str) == sorted(map(truth, pbx.ledger()), key=str)


async def until_count(count: int = 1, **wanted: Any) -> None:
    """Returns when the register has so many calls of this kind."""
    found = sync_to_async(lambda: Call.objects.filter(**wanted).count())
    async with asyncio.timeout(60):
        while await found() < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_an_order_is_carried_out_once_and_its_outcome_written(home: Path) -> None:
    @sync_to_async
    def order(verb: str, arguments: dict[str, Any]) -> uuid.UUID:
        row = Command.objects.create(
            id=uuid.uuid4(), pbx=Pbx.objects.get(), verb=verb, arguments=arguments, created_at=datetime.now(UTC)
        )
        return row.id

    @sync_to_async
    def outcome(id: uuid.UUID) -> tuple[str, str]:
        return Command.objects.values_list("state", "refusal").get(id=id)

    async with FakePbx(speed=20) as pbx, linked(await config_for(pbx)) as link:
        dial = await order("originate", {"extension": "101", "number": "+79165550000", "account_id": 1})
        gone = await order("hangup", {"call": "no-such-call"})
        for due in await take_due([link.config.pbx_id]):
            await link.carry_out(due)
        assert await take_due([link.config.pbx_id]) == []
        await pbx.until_quiet()
        await worked_off(link)
        assert await outcome(dial) == ("done", "")
        assert await outcome(gone) == ("refused", "no_such_call")
        (call,) = await register("main")
        assert (call["direction"], call["to_number"], call["from_number"]) == ("outbound", "79165550000", "101")


async def test_a_call_that_the_register_refuses_stops_no_other_and_is_taken_up_later(home: Path) -> None:
    def refuses_101(events: Sequence[Event], now: datetime) -> Sequence[CallEvent]:
        if any(getattr(event, "party", "") == "101" for event in events):
            raise ValueError("a fault of ours")
        return apply_pbx_events(events, now)

    async with FakePbx(speed=None) as pbx:
        config = await config_for(pbx)
        connect_sink(refuses_101, ends_known, still_open)
        try:
            async with linked(config) as link:
                pbx.place(CallPlan(Kind.INBOUND, "74951000101", answer_s=1.0, talk_s=2.0))
                pbx.place(CallPlan(Kind.INBOUND, "74951000102", answer_s=1.0, talk_s=2.0))
                await pbx.until_quiet()
                await worked_off(link)
                assert link.consumer.has_refused
                assert "102" in [call["answered_by"] for call in await register("main")]
        finally:
            connect_sink(apply_pbx_events, ends_known, still_open)
        async with linked(config) as link:
            await worked_off(link)
            assert not link.consumer.has_refused
        assert sorted(map(facts, await register("main")), key=str) == sorted(map(truth, pbx.ledger()), key=str)
