"""Orders to a real Asterisk with real phones: carried out, or refused with the reason (CALL-14)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.link.ordering import at_work
from tests.link.test_recorded_twice import until_silent
from tests.pbx.rig import Rig

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.xdist_group("orders"),
    pytest.mark.django_db(transaction=True),
]


def lean(rig: Rig, **more: Any) -> dict[str, Any]:
    return {"host": rig.pbx.ip, "username": "crm-lean", **more}


async def test_click_to_call_then_hold_and_hang_up(rig: Rig, home: Path) -> None:
    await rig.register([101])
    client = await rig.carrier.answers(rings_s=1)
    async with at_work(**lean(rig)) as desk:
        order = await desk.dial("101")
        await rig[101].answer(0.5)
        assert await desk.outcome(order) == "done"
        live = await desk.live("101")
        assert live.call == str(order)
        assert await desk.do("hold", call=live.call, leg=live.leg) == "done"
        await asyncio.sleep(2)
        assert await desk.do("unhold", call=live.call, leg=live.leg) == "done"
        await asyncio.sleep(1)
        assert await desk.do("hangup", call=live.call, leg=live.leg) == "done"
        await client.over()
        (call,) = await desk.until_over()
    assert (call.direction, call.status, call.from_number, call.to_number) == (
        "outbound", "answered", "101", "+79165550000",
    )  # fmt: skip
    assert (call.hangup_by, call.pbx_key) == ("agent", str(order))
    assert 2 <= call.hold_s <= 4


async def test_click_to_call_that_comes_to_nothing_is_told_with_its_reason(
    rig: Rig, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callwright.telephony.link.commands.AGENT_RINGS_S", 4)
    await rig.register([101, 102, 103])
    await rig.carrier.refuses()
    async with at_work(**lean(rig)) as desk:
        orders = {extension: await desk.dial(extension) for extension in ("101", "102", "106")}
        await rig[102].refuse(0.5)
        silent = await asyncio.gather(*(desk.outcome(order) for order in orders.values()))
        assert dict(zip(orders, silent, strict=True)) == {"101": "no_answer", "102": "busy", "106": "not_registered"}
        client_is_busy = await desk.dial("103")
        await rig[103].answer(0.5)
        assert await desk.outcome(client_is_busy) == "done"
        calls = await desk.until_over(3)
    found = {call.extension: (call.direction, call.status, call.to_number) for call in calls}
    assert found == {
        "101": ("outbound", "failed", "+79165550000"),
        "102": ("outbound", "failed", "+79165550000"),
        "103": ("outbound", "busy", "+79165550000"),
    }


async def test_transfers(rig: Rig, home: Path) -> None:
    await rig.register([101, 102, 103])
    client = await rig.carrier.call("74951000101", talk_s=22)
    async with at_work(**lean(rig)) as desk:
        await rig[101].answer(0.5)
        live = await desk.live("101")
        started = await desk.do("attended_transfer", call=live.call, leg=live.leg, to="102")
        await rig[102].answer(0.5)
        await asyncio.sleep(1.5)
        cancelled = await desk.do("cancel_transfer", call=live.call, leg=live.leg)
        await rig[102].over()
        assert (started, cancelled) == ("done", "done")
        await asyncio.sleep(1)
        rig[102].events.clear()
        assert await desk.do("attended_transfer", call=live.call, leg=live.leg, to="102") == "done"
        await rig[102].answer(0.5)
        await asyncio.sleep(1)
        assert await desk.do("complete_transfer", call=live.call, leg=live.leg) == "done"
        await asyncio.sleep(1)
        second = await desk.live("102")
        assert second.call == live.call
        assert await desk.do("blind_transfer", call=live.call, leg=second.leg, to="103") == "done"
        await rig[103].answer(0.5)
        await client.over()
        (call,) = await desk.until_over()
    assert (call.status, call.answered_by, call.transferred_to, call.hangup_by) == ("answered", "101", "103", "caller")
    assert call.rung == ["101", "102", "103"]


async def test_orders_that_cannot_be_carried_out_say_why(rig: Rig, home: Path) -> None:
    await rig.register([101, 102])
    client = await rig.carrier.call("74951000101", talk_s=6)
    async with at_work(**lean(rig)) as desk:
        ringing = await desk.live("101", status="ringing")
        assert await desk.do("blind_transfer", call=ringing.call, leg=ringing.leg, to="102") == "not_connected"
        await rig[101].answer()
        live = await desk.live("101")
        assert await desk.do("blind_transfer", call=live.call, leg=live.leg, to="999") == "no_such_extension"
        assert await desk.do("queue_pause", extension="107", paused=True, reason="lunch") == "no_such_member"
        assert await desk.do("hangup", call="1699999999.1") == "no_such_call"
        assert await desk.do("attended_transfer", call=live.call, leg=live.leg, to="10 2") == "refused"
        await client.over()
        (call,) = await desk.until_over()
        assert await desk.do("hangup", call=live.call, leg=live.leg) == "no_such_call"
    assert (call.status, call.transferred_to) == ("answered", "")


async def test_a_pause_keeps_the_queue_away_until_it_is_over(rig: Rig, home: Path) -> None:
    await rig.register([101, 102])
    async with at_work(**lean(rig)) as desk:
        assert await desk.do("queue_pause", extension="101", paused=True, reason="lunch") == "done"
        client = await rig.carrier.give_up("74951000100", after_s=2)
        await rig[102].rings()
        await client.over()
        assert await desk.do("queue_pause", extension="101", paused=False, reason="") == "done"
        client = await rig.carrier.give_up("74951000100", after_s=2)
        await rig[101].rings()
        await client.over()
        calls = await desk.until_over(2)
    assert [(call.status, call.rung) for call in calls] == [("abandoned", ["102"]), ("abandoned", ["101", "102"])]


async def test_a_user_without_the_right_to_order_is_refused_in_words(rig: Rig, home: Path) -> None:
    await rig.register([101])
    client = await rig.carrier.call("74951000101", talk_s=3)
    async with at_work(**lean(rig, username="crm-readonly")) as desk:
        await rig[101].answer()
        live = await desk.live("101")
        refused = [
            await desk.do("originate", extension="101", number="+79165550000", account_id=1),
            await desk.do("blind_transfer", call=live.call, leg=live.leg, to="102"),
            await desk.do("queue_pause", extension="101", paused=True, reason="lunch"),
        ]
        await client.over()
        await desk.until_over()
    assert refused == ["missing_privilege"] * 3


async def test_a_pause_silences_all_that_is_recorded_of_a_call(rig: Rig, home: Path) -> None:
    await rig.register([101])
    client = await rig.carrier.call("74951000123", talk_s=8)
    async with at_work(**lean(rig)) as desk:
        await rig[101].answer(0.5)
        live = await desk.live("101")
        await asyncio.sleep(1)
        assert await desk.do("pause_recording", call=live.call) == "done"
        await until_silent(True)
        assert await desk.do("resume_recording", call=live.call) == "done"
        await until_silent(False)
        await client.over()
        await desk.until_over()
