"""What the product's translator makes of the fake's messages is what really happened: the ledger (CALL-1, CALL-3)."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from callwright.telephony.asterisk.protocol import Splitter, is_wanted, parse
from callwright.telephony.asterisk.tests.play import CONFIG, CallView, calls_of
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import Event
from callwright.telephony.fake.call import Call as FakeCall
from callwright.telephony.fake.house import REFERENCE_HOUSE, House, Phone
from callwright.telephony.fake.inputs import CancelTransfer
from callwright.telephony.fake.ledger import TrueCall
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.profiles import load
from callwright.telephony.fake.tests.plays import PLAYS, house_of
from callwright.telephony.fake.users import LEAN


class Reader:
    """A sink that gives every message to the translator, as the link does."""

    def __init__(self) -> None:
        self.translator = Translator("fake", CONFIG)
        self.splitter = Splitter()
        self.events: list[Event] = []

    def wants(self, name: str, privilege: str) -> bool:
        return name in LEAN

    def take(self, message: bytes) -> None:
        for block in self.splitter.feed(message):
            if is_wanted(block):
                self.events += self.translator.feed(parse(block), datetime(2000, 1, 1, tzinfo=UTC))


async def run(plans: list[CallPlan], house: House = REFERENCE_HOUSE) -> tuple[list[TrueCall], list[CallView]]:
    reader = Reader()
    async with FakePbx(house=house, speed=None, start=1_795_279_641.0) as pbx:
        pbx.wire.attach(reader)
        pbx.schedule(plans)
        await pbx.until_quiet(timeout_s=60)
        assert reader.translator.sizes() == {"calls": 0, "channels": 0, "bridges": 0}
        return pbx.ledger(), calls_of(reader.events)


def serial(call: TrueCall) -> int:
    return int(call.call.rpartition(".")[2])


def true_facts(call: TrueCall) -> dict[str, object]:
    return {
        "direction": call.direction,
        "status": call.status,
        "from_number": call.from_number,
        "to_number": call.to_number,
        "dialled_number": call.dialled_number,
        "queue": call.queue,
        "answered_by": call.answered_by or "",
        "transferred_to": call.transferred_to or "",
        "hangup_by": call.hangup_by,
        "legs": sorted((leg.party, leg.result) for leg in call.legs),
    }


def seen_facts(call: CallView) -> dict[str, object]:
    return {
        "direction": str(call.direction),
        "status": call.status,
        "from_number": call.from_number,
        "to_number": call.to_number,
        "dialled_number": call.dialled_number,
        "queue": call.queue,
        "answered_by": call.answered_by,
        "transferred_to": call.transferred_to,
        "hangup_by": str(call.hangup_by),
        "legs": sorted((leg.party, str(leg.result)) for leg in call.legs),
    }


def assert_same_times(true: TrueCall, seen: CallView) -> None:
    """Message stamps run ahead of the event by microseconds only, so all must agree within a tenth of a second."""
    assert seen.ended_at is not None
    assert true.ended_at is not None
    assert abs(seen.started_at.timestamp() - true.started_at) < 0.1
    assert abs(seen.ended_at.timestamp() - true.ended_at) < 0.1
    assert abs(seen.talk_s - true.talk_s) <= 0.6
    assert abs(seen.hold_s - true.hold_s) <= 0.6
    rings = sorted(leg.rung_at.timestamp() for leg in seen.legs if leg.rung_at is not None)
    for told, real in zip(rings, sorted(leg.rung_at for leg in true.legs), strict=True):
        assert abs(told - real) < 0.1


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_each_scenario_becomes_the_call_that_was_made(name: str) -> None:
    (true,), (seen,) = await run([PLAYS[name]], house_of(name))
    assert seen_facts(seen) == true_facts(true)
    assert_same_times(true, seen)


@pytest.mark.parametrize("moves_in", [True, False])
async def test_either_end_of_an_attended_transfer_is_the_same_call(moves_in: bool) -> None:
    reader = Reader()
    async with FakePbx(speed=None, start=1_795_279_641.0) as pbx:
        pbx.exchange.party_moves_in = moves_in
        pbx.wire.attach(reader)
        pbx.place(PLAYS["attended_ami"])
        await pbx.until_quiet()
        (true,) = pbx.ledger()
    (seen,) = calls_of(reader.events)
    assert seen_facts(seen) == true_facts(true)
    assert_same_times(true, seen)


DIRECT = CallPlan(Kind.INBOUND, "74951000101", answer_s=None, talk_s=None)


async def drive(*steps: Callable[[FakePbx, FakeCall], object], plan: CallPlan = DIRECT) -> tuple[TrueCall, CallView]:
    """A call in which people do one thing after another, each a little later."""
    reader = Reader()
    async with FakePbx(speed=20.0) as pbx:
        for number in ("101", "102"):
            pbx.set_phone(number, Phone.DRIVEN)
        pbx.wire.attach(reader)
        call = pbx.place(plan)
        for step in steps:
            await asyncio.sleep(0.05)
            step(pbx, call)
        await pbx.until_quiet()
        assert not pbx.exchange.channels
        (true,) = pbx.ledger()
    (seen,) = calls_of(reader.events)
    return true, seen


def consult(pbx: FakePbx, call: FakeCall) -> None:
    pbx.attended_transfer("101", "102")


def cancel(pbx: FakePbx, call: FakeCall) -> None:
    own = next(c for c in pbx.exchange.phones["101"].channels)
    pbx.post(own, CancelTransfer(own))


def answer(number: str) -> Callable[[FakePbx, FakeCall], object]:
    return lambda pbx, call: pbx.answer(number)


def hangup(number: str) -> Callable[[FakePbx, FakeCall], object]:
    return lambda pbx, call: pbx.hangup(number)


def client_hangs_up(pbx: FakePbx, call: FakeCall) -> None:
    pbx.caller_hangs_up(call)


CONSULTATIONS = {
    "left to a ringing phone": (answer("101"), consult, hangup("101"), answer("102"), client_hangs_up),
    "left to a phone that nobody answers": (answer("101"), consult, hangup("101"), client_hangs_up),
    "taken back while it rings": (answer("101"), consult, cancel, client_hangs_up),
    "taken back while they talk": (answer("101"), consult, answer("102"), cancel, hangup("101")),
    "the new party hangs up": (answer("101"), consult, answer("102"), hangup("102"), hangup("101")),
    "the client hangs up meanwhile": (answer("101"), consult, answer("102"), client_hangs_up, hangup("102")),
    "the client hangs up while it rings": (answer("101"), consult, client_hangs_up),
}


@pytest.mark.parametrize("name", sorted(CONSULTATIONS))
async def test_every_end_of_a_consultation(name: str) -> None:
    true, seen = await drive(*CONSULTATIONS[name])
    assert seen_facts(seen) == true_facts(true)
    assert_same_times(true, seen)


async def test_a_busy_day_of_calls_becomes_exactly_the_ledger() -> None:
    scenario = load(extensions=40, per_s=0.5, seed=7)
    trues, seens = await run(list(scenario.plans(count=600)), scenario.house)
    assert len(trues) > 500
    for true, seen in zip(sorted(trues, key=serial), seens, strict=True):
        assert seen_facts(seen) == true_facts(true), true
        assert_same_times(true, seen)
