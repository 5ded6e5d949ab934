"""Play scenarios on a real PBX and keep what it said: AMI of the full and of the lean user, CDR and CEL.

python -m tests.pbx.record [-o FOLDER] [SCENARIO ...]
(tests/pbx/isolated.sh before it: in a network of its own)
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.pbx import scenarios
from tests.pbx.ami import Ami, Message
from tests.pbx.pbx import HERE, Pbx, free_net, install
from tests.pbx.rig import Rig
from tests.pbx.scenario import ALL, Scenario

TRACES = HERE.parents[1] / "callwright" / "telephony" / "asterisk" / "tests" / "traces"
NOISE = {
    "TestEvent",
    "VarSet",
    "RTCPSent",
    "RTCPReceived",
    "SuccessfulAuth",
    "ChallengeSent",
    "ChallengeResponseFailed",
    "RequestBadFormat",
    "SessionLimit",
    "UnexpectedAddress",
    "InvalidPassword",
}


def write(path: Path, messages: list[Message], *, started_at: float, without: set[str]) -> None:
    """The trace format: a line `# +seconds` before each message, as it came."""
    kept = [one for one in messages if one.name and one.name not in without]
    path.write_bytes(b"".join(f"# +{one.came_at - started_at:.3f}\r\n".encode() + one.raw for one in kept))


def rest(path: Path, since: int) -> bytes:
    return path.read_bytes()[since:] if path.exists() else b""


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


async def record(rig: Rig, one: Scenario, users: dict[str, Ami], out: Path) -> None:
    await rig.register(one.phones, lines=one.lines)
    await asyncio.sleep(0.5)
    before = {name: len(ami.events) for name, ami in users.items()}
    cdr, cel = size(rig.pbx.cdr_file), size(rig.pbx.cel_file)
    rig.log.clear()
    rig.started_at = time.time()
    await one.play(rig)
    await rig.quiet()
    without = NOISE if one.dialplan else NOISE | {"Newexten"}
    for name, ami in users.items():
        kind = ".ami.txt" if name == "crm" else ".lean.ami.txt"
        drop = without if name == "crm" else set()
        write(out / (one.name + kind), ami.events[before[name] :], started_at=rig.started_at, without=drop)
    (out / f"{one.name}.cdr.csv").write_bytes(rest(rig.pbx.cdr_file, cdr))
    (out / f"{one.name}.cel.csv").write_bytes(rest(rig.pbx.cel_file, cel))
    happened = [f"+{at:.1f} {text}" for at, text in rig.log]
    (out / f"{one.name}.truth.json").write_text(
        json.dumps({"truth": one.truth, "happened": happened}, ensure_ascii=False, indent=1) + "\n"
    )


async def run(names: list[str], out: Path, work: Path) -> int:
    pbx = Pbx(home=install(), run=work / "run", net=free_net())
    await pbx.start()
    failed = 0
    try:
        rig = Rig(pbx=pbx, folder=work / "rig")
        await rig.start()
        users = {name: Ami(pbx.ip, user=name, stay=True) for name in ("crm", "crm-lean")}
        for ami in users.values():
            await ami.start()
        for name in names:
            began = time.time()
            try:
                await record(rig, ALL[name], users, out)
                print(f"{name}: {time.time() - began:.1f} s", flush=True)
            except Exception:
                failed += 1
                print(f"{name}: FAILED", *(f"   +{at:.1f} {text}" for at, text in rig.log), sep="\n")
                traceback.print_exc(limit=4)
                await pbx.cli("channel request hangup all")
            finally:
                await rig.clear()
                await asyncio.sleep(0.3)
        for ami in users.values():
            await ami.stop()
        await rig.stop()
    finally:
        await pbx.stop()
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=TRACES)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="callwright-pbx-"))
    failed = asyncio.run(run(options.names or list(scenarios.ALL), options.out, work))
    print(f"{failed} failed; instance folder {work}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
