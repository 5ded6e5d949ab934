"""A call hidden by a gap: what the product reads of it from the fake's CEL file is what really happened (CALL-15)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from callwright.telephony.asterisk.cel import read_cel_csv
from callwright.telephony.asterisk.repair import cel_events
from callwright.telephony.asterisk.tests.play import CONFIG, CallView, calls_of
from callwright.telephony.fake.house import House
from callwright.telephony.fake.ledger import TrueCall
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan
from callwright.telephony.fake.profiles import load
from callwright.telephony.fake.tests.plays import PLAYS, house_of
from callwright.telephony.fake.tests.test_translated import seen_facts, serial, true_facts

LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


async def recorded(plans: list[CallPlan], house: House, folder: Path) -> tuple[list[TrueCall], list[CallView]]:
    async with FakePbx(house=house, speed=None, start=1_795_279_641.0, records=folder) as pbx:
        pbx.schedule(plans)
        await pbx.until_quiet(timeout_s=60)
    rows = read_cel_csv((folder / "cel-custom" / "Master.csv").read_text().splitlines())
    return pbx.ledger(), calls_of(cel_events("main", CONFIG, rows, since=LONG_AGO, until=LATER))


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_each_scenario_is_read_back_from_the_records(name: str, tmp_path: Path) -> None:
    (true,), (seen,) = await recorded([PLAYS[name]], house_of(name), tmp_path)
    assert seen_facts(seen) == true_facts(true)
    assert seen.ended_at is not None
    assert true.ended_at is not None
    assert abs(seen.started_at.timestamp() - true.started_at) < 0.1
    assert abs(seen.ended_at.timestamp() - true.ended_at) < 0.1
    assert abs(seen.talk_s - true.talk_s) <= 0.6


def without_reason(facts: dict[str, object]) -> dict[str, object]:
    """CEL does not say why a leg was not answered when the caller gave up just after the queue had."""
    legs = cast("list[tuple[str, str]]", facts["legs"])
    return facts | {"legs": [(who, result.replace("no_answer", "cancelled")) for who, result in legs]}


async def test_a_busy_day_is_read_back_from_the_records(tmp_path: Path) -> None:
    scenario = load(extensions=40, per_s=0.5, seed=11)
    trues, seens = await recorded(list(scenario.plans(count=300)), scenario.house, tmp_path)
    for true, seen in zip(sorted(trues, key=serial), seens, strict=True):
        assert without_reason(seen_facts(seen)) == without_reason(true_facts(true)), true
