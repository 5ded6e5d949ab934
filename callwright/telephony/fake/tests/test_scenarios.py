"""Scenarios: the same seed gives the same calls, rates come out as asked, files are checked, traces replay."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from callwright.telephony.fake.__main__ import arguments, chosen_scenario
from callwright.telephony.fake.house import REFERENCE_HOUSE, Caller, Extension, House, Line, Phone, Queue, Strategy
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.people import PERSON_FIRST_S
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.profiles import demo, load
from callwright.telephony.fake.replay import BadTrace, parse_trace, read_trace
from callwright.telephony.fake.scenario import BadScenario, Scenario, Traffic, read_scenario
from callwright.telephony.fake.tests.ami import Ami

TRACES = Path(__file__).parents[2] / "asterisk" / "tests" / "traces"
START = 1_795_279_641.0


def test_the_same_seed_gives_the_same_calls() -> None:
    scenario = demo((Caller("31611111111", "Jan"),))
    assert list(scenario.plans(count=200)) == list(scenario.plans(count=200))
    assert list(scenario.plans(count=200)) != list(replace(scenario, seed=2).plans(count=200))


def test_rates_come_out_as_asked() -> None:
    traffic = Traffic(per_s=2.0, outbound_rate=0.3, internal_rate=0.1, withheld_rate=0.2, answer_rate=0.7)
    plans = list(Scenario(REFERENCE_HOUSE, traffic).plans(count=4000))
    kinds = Counter(p.kind for p in plans)
    assert 0.27 < kinds[Kind.OUTBOUND] / 4000 < 0.33
    assert 0.08 < kinds[Kind.INTERNAL] / 4000 < 0.12
    inbound = [p for p in plans if p.kind is Kind.INBOUND]
    assert 0.17 < sum(p.caller.number is None for p in inbound) / len(inbound) < 0.23
    assert 1900 < plans[-1].at_s < 2100
    assert all(a.at_s <= b.at_s for a, b in pairwise(plans))


def test_the_daily_curve_shapes_the_arrivals() -> None:
    curve = (0.0,) * 9 + (1.0,) * 8 + (0.0,) * 7
    plans = Scenario(REFERENCE_HOUSE, Traffic(per_s=0.05, curve=curve)).plans(count=500, start=0.0)
    hours = Counter(int(p.at_s / 3600 % 24) for p in plans)
    assert sum(hours[h] for h in range(9, 17)) > 470


async def test_two_runs_say_the_same_to_the_byte() -> None:
    async def run() -> list[dict[str, str]]:
        scenario = load(extensions=16, per_s=1.0)
        pbx = FakePbx(house=scenario.house, speed=None, start=START)
        async with pbx, Ami(pbx) as ami:
            pbx.schedule(scenario.plans(count=50))
            await pbx.until_quiet()
            await ami.settle()
            return ami.events

    assert await run() == await run()


async def test_one_by_one_rings_one_member_at_a_time() -> None:
    house = House(
        extensions=(Extension("101", "A"), Extension("102", "B")),
        queues=(Queue("q", ("101", "102"), strategy=Strategy.ONE_BY_ONE, ring_s=5.0),),
        lines=(Line("700", queue="q"),),
    )
    async with FakePbx(house=house, speed=None, start=START) as pbx:
        pbx.place(CallPlan(Kind.INBOUND, "700", answer_s=8.0, talk_s=3.0))
        await pbx.until_quiet()
        (true,) = pbx.ledger()
    assert [(leg.party, leg.result) for leg in true.legs] == [("101", "no_answer"), ("102", "answered")]


async def test_a_person_is_given_time_before_a_colleague_takes_the_call() -> None:
    house = demo().house
    async with FakePbx(house=house, speed=None, start=START) as pbx:
        pbx.place(CallPlan(Kind.INBOUND, "31201234500", answer_s=3.0, talk_s=5.0))
        await pbx.until_quiet()
        (true,) = pbx.ledger()
    assert pbx.exchange.phones["101"].phone is Phone.PERSON
    assert true.answered_by not in (None, "101")
    first = true.legs[0]
    assert (first.party, first.result) == ("101", "answered_elsewhere")
    assert first.ended_at is not None
    assert PERSON_FIRST_S <= first.ended_at - first.rung_at <= 20.0


async def test_demo_calls_ring_within_seconds_at_real_speed() -> None:
    scenario = demo()
    async with FakePbx(house=scenario.house) as pbx, Ami(pbx) as ami:
        pbx.schedule(scenario.plans(start=pbx.clock.now))
        await ami.wait("DialBegin", within_s=5)


def test_a_scenario_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "callers.txt").write_text("# demo\n+31 6 1,Jan de Boer\n0612345678\tGábor\n\n")
    path = tmp_path / "s.json"
    path.write_text(
        json.dumps(
            {
                "house": {
                    "extensions": [{"number": "201", "name": "A", "phone": "person"}, {"number": "202", "name": "B"}],
                    "queues": [{"name": "q", "members": ["201", "202"], "strategy": "linear"}],
                    "lines": [{"number": "3120", "queue": "q"}],
                },
                "traffic": {"per_s": 3, "talk_s": [1, 2]},
                "callers_file": "callers.txt",
                "seed": 5,
            }
        )
    )
    scenario = read_scenario(path)
    assert scenario.house.extensions[0].phone is Phone.PERSON
    assert scenario.callers == (Caller("+31 6 1", "Jan de Boer"), Caller("0612345678", "Gábor"))
    options = arguments().parse_args(["--scenario", str(path), "--rate", "9", "--person", "202"])
    chosen = chosen_scenario(options)
    assert chosen.traffic.per_s == 9
    assert [e.phone for e in chosen.house.extensions] == [Phone.AUTO, Phone.PERSON]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"traffic": {"perhaps": 1}}',
        '{"traffic": {"curve": [1, 2]}}',
        '{"house": {"extensions": [], "lines": [{"number": "1", "queue": "none"}]}}',
        '{"house": {"extensions": [], "queues": [{"name": "q", "members": ["9"]}]}}',
        '{"house": {}}',
    ],
)
def test_a_bad_scenario_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    with pytest.raises(BadScenario):
        read_scenario(path)


async def test_a_recorded_trace_is_replayed_over_tcp() -> None:
    trace = read_trace(TRACES / "direct_answered.ami.txt")
    async with FakePbx() as pbx, Ami(pbx) as ami:
        await pbx.until_reader()
        await pbx.replay(trace, speed=50.0)
        await ami.wait("Cdr", UniqueID="pbx1-1795279696.34")
        await ami.settle()
        names = [n for n in ami.names() if n != "FullyBooted"]
    assert names.count("BridgeEnter") == 2
    assert "TestEvent" not in names
    assert names == [r.event for r in trace if r.event in set(names)]


def test_what_is_no_trace_is_refused() -> None:
    with pytest.raises(BadTrace):
        list(parse_trace(b"Event: Hangup\r\n\r\n"))


async def test_speed_can_change_while_running() -> None:
    async with FakePbx(speed=1.0, start=START) as pbx:
        pbx.place(CallPlan(Kind.INBOUND, "74951000101", talk_s=3600.0))
        await asyncio.sleep(0.05)
        assert pbx.ledger() == []
        pbx.clock.set_speed(None)
        await pbx.until_quiet(timeout_s=5)
        assert pbx.ledger()[0].talk_s == pytest.approx(3600.0, abs=0.1)


async def test_a_long_run_forgets_what_is_over() -> None:
    scenario = load(extensions=40, per_s=2.0)
    async with FakePbx(house=scenario.house, speed=None, start=START, keep_calls=10) as pbx:
        pbx.schedule(scenario.plans(count=3000))
        await pbx.until_quiet(timeout_s=60)
        assert len(pbx.ledger()) == 10
        assert (pbx.exchange.channels, pbx.exchange.calls, pbx.exchange.owner) == ({}, {}, {})
        assert all(not phone.channels and not phone.holding for phone in pbx.exchange.phones.values())
        assert all(not queue.callers for queue in pbx.exchange.queues.values())
        assert pbx.clock.pending < 200


def test_most_calls_go_to_queues() -> None:
    plans = list(Scenario(REFERENCE_HOUSE, Traffic(direct_rate=0.2)).plans(count=2000))
    inbound = [p for p in plans if p.kind is Kind.INBOUND]
    assert 0.16 < sum(p.dialled != "74951000100" for p in inbound) / len(inbound) < 0.24
