"""The scenarios on real PBXs: several Asterisks side by side, each with its phones, its carrier and its link."""

import asyncio
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from callwright.telephony.link.connection import PbxLink
from tests.link.contract.kept import EXPECTED, Reader
from tests.link.rig import configured, linked, worked_off
from tests.pbx.pbx import Pbx
from tests.pbx.rig import Rig
from tests.pbx.scenario import Scenario
from tests.pbx.scenarios import ALL


@dataclass
class Outcome:
    """What the register kept, the notes of phones and clients, or what went wrong in playing."""

    calls: list[list[str]] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    failure: str = ""


async def play_all(pbxs: list[Pbx], names: list[str], folder: Path) -> dict[str, Outcome]:
    """Plays the scenarios, the longest first, each on the PBX that is free next."""
    waiting = sorted(names, key=_length)
    outcomes: dict[str, Outcome] = {}
    await asyncio.gather(*(_play_on(pbx, number, waiting, outcomes, folder) for number, pbx in enumerate(pbxs)))
    return outcomes


def _length(name: str) -> float:
    lines = EXPECTED[name] or ["ended 0"]
    return max(float(line.split("ended ")[1].split()[0]) for line in lines if "ended " in line)


async def _play_on(pbx: Pbx, number: int, waiting: list[str], outcomes: dict[str, Outcome], folder: Path) -> None:
    await pbx.start()
    rig = Rig(pbx=pbx, folder=folder / f"rig{number}")
    try:
        await rig.start()
        config = await configured(slug=f"pbx{number}", host=pbx.ip, username="crm-lean")
        async with linked(config) as link:
            reader = Reader(config.slug)
            while waiting:
                name = waiting.pop()
                outcomes[name] = await _play(rig, link, reader, ALL[name])
        await rig.stop()
    finally:
        await pbx.stop()


async def _play(rig: Rig, link: PbxLink, reader: Reader, scenario: Scenario) -> Outcome:
    outcome = Outcome()
    try:
        await rig.register(scenario.phones, lines=scenario.lines)
        await asyncio.sleep(0.3)
        rig.log.clear()
        await scenario.play(rig)
        await rig.quiet()
        await worked_off(link)
        outcome.calls = await reader.new()
    except Exception:
        outcome.failure = traceback.format_exc(limit=6)
        await rig.pbx.cli("channel request hangup all")
    finally:
        outcome.happened = [f"+{at:.1f} {text}" for at, text in rig.log]
        await rig.clear()
    return outcome
