"""`python -m callwright.telephony.fake`: the fake PBX as a process of its own."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from callwright.telephony.fake.house import Phone
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.profiles import PROFILES
from callwright.telephony.fake.replay import BadTrace, Recorded, read_trace
from callwright.telephony.fake.scenario import BadScenario, Scenario, read_callers, read_scenario
from callwright.telephony.fake.users import AmiUser


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m callwright.telephony.fake", description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:5039", metavar="HOST:PORT")
    parser.add_argument("--user", default="crm")
    parser.add_argument(
        "--secret", default=os.environ.get("FAKE_PBX_SECRET", "crmsecret"), help="or FAKE_PBX_SECRET in the environment"
    )
    parser.add_argument("--full", action="store_true", help="send every message, not only those a call record needs")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scenario", type=Path, metavar="FILE", help="a house and its traffic, JSON")
    what.add_argument("--profile", choices=sorted(PROFILES), default=None)
    what.add_argument("--replay", type=Path, metavar="FILE", help="a recorded trace, played after the first login")
    parser.add_argument("--callers", type=Path, metavar="FILE", help="outside parties: number, name on each line")
    parser.add_argument("--person", action="append", default=None, metavar="EXTENSION", help="a real person sits here")
    parser.add_argument("--rate", type=float, default=None, metavar="CALLS/S")
    parser.add_argument("--calls", type=int, default=None, help="how many calls in all (default: without end)")
    parser.add_argument("--wait-for-login", action="store_true", help="no call before somebody reads")
    parser.add_argument("--speed", default="1", help="virtual seconds a second, or max")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--ledger", type=Path, default=None, metavar="FILE", help="the true facts of each call, JSONL")
    parser.add_argument("--records", type=Path, default=None, metavar="FOLDER", help="cdr-csv and cel-custom go here")
    return parser


def chosen_scenario(options: argparse.Namespace) -> Scenario:
    """The scenario that the options describe. Raises BadScenario, OSError."""
    scenario = read_scenario(options.scenario) if options.scenario else PROFILES[options.profile or "reference"]
    if options.callers:
        scenario = replace(scenario, callers=scenario.callers + tuple(read_callers(options.callers)))
    if options.rate is not None:
        scenario = replace(scenario, traffic=replace(scenario.traffic, per_s=options.rate))
    if options.seed is not None:
        scenario = replace(scenario, seed=options.seed)
    if options.person is not None:
        extensions = tuple(
            replace(e, phone=Phone.PERSON if e.number in options.person else Phone.AUTO)
            for e in scenario.house.extensions
        )
        scenario = replace(scenario, house=replace(scenario.house, extensions=extensions))
    return scenario


async def serve(options: argparse.Namespace) -> None:
    scenario = chosen_scenario(options)
    trace = read_trace(options.replay) if options.replay else None
    host, _, port = options.listen.rpartition(":")
    speed = None if options.speed == "max" else float(options.speed)
    user = AmiUser(options.user, options.secret)
    pbx = FakePbx(
        house=scenario.house,
        users=[replace(user, events=None) if options.full else user],
        host=host or "127.0.0.1",
        port=int(port),
        speed=speed,
        seed=scenario.seed,
        ledger_file=options.ledger,
        records=options.records,
        keep_calls=1000,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with pbx:
        gc.freeze()
        sys.stdout.write(f"fake PBX at {pbx.host}:{pbx.port}\n")
        sys.stdout.flush()
        playing = asyncio.create_task(_play(pbx, options, scenario, trace, speed))
        try:
            await pbx.run_until(stopped)
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)


async def _play(
    pbx: FakePbx, options: argparse.Namespace, scenario: Scenario, trace: list[Recorded] | None, speed: float | None
) -> None:
    if options.wait_for_login:
        await pbx.until_reader()
    if trace is None:
        pbx.schedule(scenario.plans(count=options.calls, start=pbx.clock.now))
        return
    await pbx.until_reader()
    await pbx.replay(trace, speed=speed)


def main() -> int:
    options = arguments().parse_args()
    try:
        asyncio.run(serve(options))
    except (BadScenario, BadTrace, OSError) as error:
        sys.stderr.write(f"fake PBX: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
