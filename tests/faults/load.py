"""Calls enough that every moment of a fault has some beginning, some going on and some ending."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.profiles import load
from callwright.telephony.fake.scenario import Traffic
from tests.faults.ground import Installation
from tests.faults.truth import Row, differences, register

_LOAD = load(extensions=48, seed=21)
_HASTY = Traffic(
    per_s=10.0, talk_s=(1.0, 6.0), answer_s=(0.3, 1.5), patience_s=(1.5, 5.0), blind_rate=0.1, attended_rate=0.1,
    hold_rate=0.2, abandon_rate=0.1,
)  # fmt: skip
SCENARIO = replace(
    _LOAD,
    traffic=_HASTY,
    house=replace(
        _LOAD.house,
        queues=tuple(replace(queue, ring_s=2.5, retry_s=0.3, wait_s=6.0) for queue in _LOAD.house.queues),
        lines=tuple(replace(line, ring_s=3.0) for line in _LOAD.house.lines),
    ),
)


def busy_pbx(**options: Any) -> FakePbx:
    """A PBX with 48 phones and hasty people: calls of a few seconds, in which everything happens that can."""
    return FakePbx(house=SCENARIO.house, **options)


def records_of(folder: Path) -> Path:
    """Where the PBX of a test writes its records."""
    return folder / "records"


def read_from(folder: Path, kind: str) -> dict[str, str]:
    """The fields of a PBX's row by which the link reads these records: cel or cdr."""
    file = "cel-custom/Master.csv" if kind == "cel" else "cdr-csv/Master.csv"
    return {f"{kind}_csv": str(records_of(folder) / file)}


def make_calls(pbx: FakePbx, count: int) -> None:
    """About ten new calls a second, as the PBX's people please."""
    pbx.schedule(SCENARIO.plans(count=count))


async def linked(pbx: FakePbx, *, limit_s: float = 40) -> None:
    """Returns when the link has logged in and has resynchronised."""
    await pbx.until_reader(limit_s)
    await asyncio.sleep(0.5)


async def left_alone(pbx: FakePbx) -> None:
    """Returns when the PBX has noticed that nobody reads any more."""
    await until(lambda: not pbx.server.somebody.is_set(), 20, "the PBX notices")


async def begun(pbx: FakePbx, count: int) -> None:
    """Returns when so many calls have ended: the load is in full swing."""
    await until(lambda: len(pbx.ledger()) >= count, 60, f"{count} calls")


async def until(condition: Callable[[], bool], limit_s: float, what: str) -> None:
    try:
        async with asyncio.timeout(limit_s):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {limit_s:g} s") from None


async def register_of(house: Installation) -> list[Row]:
    return await asyncio.to_thread(register, house)


async def is_true(house: Installation, pbx: FakePbx, *, within_s: float = 30, **options: Any) -> list[Row]:
    """The register, once it is the truth; fails with the differences when it is not within the time."""
    deadline = time.monotonic() + within_s
    while True:
        rows = await asyncio.to_thread(register, house)
        found = differences(rows, pbx.ledger(), **options)
        if not found:
            assert rows
            return rows
        if time.monotonic() > deadline:
            shown = "\n".join(found[:40])
            raise AssertionError(f"{len(found)} differences of {len(pbx.ledger())} calls:\n{shown}")
        await asyncio.sleep(0.3)
