"""What the link did not hear of a real Asterisk: afterwards each call stands in the register once, with its true end
(CALL-12).
"""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from callwright.calls.models import Call
from tests.link.cable import Cable
from tests.link.rig import configured, linked, until, until_found, worked_off
from tests.pbx.rig import Rig

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.xdist_group("gaps"),
    pytest.mark.django_db(transaction=True),
]
LATE_S = 1.0  # phones and clients note their end up to this much after the PBX


def records_of(rig: Rig, kind: str) -> dict[str, str]:
    """Where the PBX keeps its records; those of other tests, whose calls nobody knows any more, are forgotten."""
    for file in (rig.pbx.cdr_file, rig.pbx.cel_file):
        file.write_text("")
    cdr, cel = {"cdr_csv": str(rig.pbx.cdr_file)}, {"cel_csv": str(rig.pbx.cel_file)}
    return {"cel": cdr | cel, "cdr": cdr, "none": {}}[kind]


async def all_calls() -> list[Call]:
    return await sync_to_async(lambda: list(Call.objects.order_by("id")))()


async def until_status(status: str) -> None:
    await until_found(sync_to_async(Call.objects.filter(status=status).exists))


async def until_ended(count: int, **wanted: Any) -> list[Call]:
    """Waits until so many calls have their end, and returns all calls that there are a moment later."""
    ended = Call.objects.filter(ended_at__isnull=False, **wanted)
    await until_found(sync_to_async(lambda: ended.all().count() >= count), timeout_s=30)
    await asyncio.sleep(0.5)
    return await all_calls()


def ended_at(call: Call, moment: float, *, within_s: float = LATE_S) -> None:
    assert call.ended_at is not None
    assert abs((call.ended_at - datetime.fromtimestamp(moment, UTC)).total_seconds()) <= within_s, (call, moment)


@pytest.mark.parametrize("kind", ["cel", "cdr"])
async def test_the_link_stood_still_while_calls_went_on(rig: Rig, home: Path, kind: str) -> None:
    await rig.register([101, 102])
    config = await configured(host=rig.pbx.ip, username="crm-lean", **records_of(rig, kind))
    first = await rig.carrier.call("74951000101", talk_s=4)
    async with linked(config) as link:
        await rig[101].answer(0.5)
        await until_status("talking")
        await worked_off(link)
    second = await rig.carrier.call("74951000102", number="79162222222", talk_s=2)
    await rig[102].answer(0.5)
    await second.over()
    second_over = time.time()
    await first.over()
    first_over = time.time()
    async with linked(config):
        calls = sorted(await until_ended(2, complete=True), key=lambda call: call.answered_by)
    by = "caller" if kind == "cel" else ""  # a CDR does not say who hung up
    found = [(call.status, call.answered_by, call.hangup_by) for call in calls]
    assert found == [("answered", "101", by), ("answered", "102", by)]
    for call, over, talk_s in zip(calls, (first_over, second_over), (4, 2), strict=True):
        ended_at(call, over, within_s=LATE_S + (1 if kind == "cdr" else 0))
        assert abs(call.talk_s - talk_s) <= 1


@pytest.mark.parametrize("kind", ["cel", "none"])
async def test_the_cable_was_cut_in_mid_call(rig: Rig, home: Path, kind: str) -> None:
    await rig.register([101, 102])
    async with Cable(rig.pbx.ip) as cable:
        config = await configured(host="127.0.0.1", port=cable.port, username="crm-lean", **records_of(rig, kind))
        async with linked(config) as link:
            ends_meanwhile = await rig.carrier.call("74951000101", talk_s=6)
            goes_on = await rig.carrier.call("74951000102", number="79162222222", talk_s=12)
            await asyncio.gather(rig[101].answer(0.5), rig[102].answer(0.5))
            await asyncio.sleep(0.7)  # a phone whose call is not quite up ignores the key
            rig[102].hold()
            await asyncio.sleep(2)
            rig[102].resume()
            await asyncio.sleep(0.3)
            await worked_off(link)
            cable.cut()
            cut = time.time()
            await until(lambda: link.ami is None)
            await ends_meanwhile.over()
            first_over = time.time()
            cable.mend()
            await until(lambda: link.ami is not None)
            mended = time.time()
            await goes_on.over()
            second_over = time.time()
            calls = await until_ended(2, **({"complete": True} if kind == "cel" else {}))
            first, second = sorted(calls, key=lambda call: call.answered_by)
    assert (second.status, second.answered_by, second.hangup_by, second.complete) == ("answered", "102", "caller", True)
    ended_at(second, second_over)
    assert 1 <= second.hold_s <= 3  # the PBX's records say nothing of it
    assert (first.status, first.answered_by) == ("answered", "101")
    if kind == "cel":
        assert (first.hangup_by, first.complete) == ("caller", True)
        ended_at(first, first_over)
    else:  # nobody can know more than that it ended meanwhile
        assert (first.hangup_by, first.complete) == ("", False)
        assert first.ended_at is not None
        assert cut - LATE_S <= first.ended_at.timestamp() <= mended + LATE_S


async def test_the_pbx_was_stopped_in_mid_call_and_started_again(rig: Rig, home: Path) -> None:
    await rig.register([101])
    config = await configured(host=rig.pbx.ip, username="crm-lean", **records_of(rig, "cel"))
    async with linked(config) as link:
        await rig.carrier.call("74951000101", talk_s=40)
        await rig[101].answer(0.5)
        await worked_off(link)
        await asyncio.sleep(2)
        stopped = time.time()
        await rig.pbx.stop()
        await until(lambda: link.ami is None)
        await rig.pbx.again()
        await rig.clear()
        await until(lambda: link.ami is not None)
        await until_ended(1)
        await rig.register([101])
        again = await rig.carrier.call("74951000101", talk_s=2)
        await rig[101].answer(0.5)
        await again.over()
        calls = await until_ended(2)
    assert [(call.status, call.answered_by, call.complete) for call in calls] == [("answered", "101", True)] * 2
    assert calls[0].hangup_by == "system"
    ended_at(calls[0], stopped, within_s=3)


async def test_the_pbx_was_killed_in_mid_call(rig: Rig, home: Path) -> None:
    await rig.register([101])
    config = await configured(host=rig.pbx.ip, username="crm-lean", **records_of(rig, "cel"))
    async with linked(config) as link:
        await rig.carrier.call("74951000101", talk_s=40)
        await rig[101].answer(0.5)
        await worked_off(link)
        await asyncio.sleep(2)
        killed = time.time()
        await rig.pbx.kill()
        await until(lambda: link.ami is None)
        await rig.clear()
        await rig.pbx.again()
        await until(lambda: link.ami is not None)
        (call,) = await until_ended(1)
        await asyncio.sleep(2)  # a repair that comes later must not add another
        (call,) = await all_calls()
    assert (call.status, call.answered_by, call.complete) == ("answered", "101", False)
    assert call.hangup_by in ("", "system")  # not a person
    ended_at(call, killed, within_s=3)
