"""`callwright replay`: every recorded trace becomes the calls that were made (CALL-1, 2, 3)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from callwright.config.commands.replay import replay
from callwright.telephony.asterisk.tests.play import TRACES
from callwright.telephony.asterisk.tests.test_recorded_scenarios import CASES, EXPECTED

TOLERANCE_S = 0.1
KEYS = {
    "direction", "from_number", "to_number", "dialled_number", "status", "queue", "answered_by", "transferred_to",
    "ring_s", "wait_s", "talk_s", "hold_s", "hangup_by", "started_at", "ended_at", "legs",
}  # fmt: skip
LEG_KEYS = {"party", "result", "rung_at", "answered_at", "ended_at"}
_CALL = re.compile(r"(\w+) (\w+) (\S+) > (\S+) ended ([\d.]+) by (\w+)")


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One register for all traces, each as a PBX of its own."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)
        connections.close_all()


def none(word: str) -> str | None:
    return None if word in ("None", "-") else word


def after(call: dict[str, Any], moment: str | None) -> float | None:
    begun = datetime.fromisoformat(call["started_at"])
    return None if moment is None else (datetime.fromisoformat(moment) - begun).total_seconds()


def near(word: str) -> Any:
    return None if word == "-" else pytest.approx(float(word), abs=TOLERANCE_S)


def check(call: dict[str, Any], lines: list[str]) -> None:
    found = _CALL.match(lines[0])
    assert found is not None
    shown = (call["direction"], call["status"], call["from_number"], call["to_number"])
    assert shown == (found[1], found[2], none(found[3]), none(found[4]))
    assert after(call, call["ended_at"]) == near(found[5])
    assert call["hangup_by"] == none(found[6])
    talks = [float(b) - float(a) for a, b in re.findall(r"talk ([\d.]+) ([\d.]+)", lines[0])]
    assert call["talk_s"] == pytest.approx(sum(talks), abs=0.6)
    held = re.search(r"hold (\d+)", lines[0])
    assert call["hold_s"] == int(held[1] if held else 0)
    queue = re.findall(r"queue (\w+)", lines[0])
    assert call["queue"] == (queue[-1] if queue else None)
    answered_by = re.search(r"answered-by (\d+)", lines[0])
    assert call["answered_by"] == (answered_by[1] if answered_by else None)
    given = re.findall(r"given (?:blind|attended|forward) (\d+)", lines[0])
    assert call["transferred_to"] == (given[-1] if given else None)
    for leg, line in zip(call["legs"], lines[1:], strict=True):
        _, party, result, rung, answered, ended = line.split()
        assert (leg["party"], leg["result"]) == (party, result)
        times = [after(call, leg[key]) for key in ("rung_at", "answered_at", "ended_at")]
        assert times == [near(rung), near(answered), near(ended)], line


def split(lines: list[str]) -> list[list[str]]:
    calls: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            calls[-1].append(line)
        else:
            calls.append([line])
    return calls


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_trace_gives_the_calls_that_were_made(name: str, kind: str, register: None, tmp_path: Path) -> None:
    trace = (TRACES / f"{name}{kind}.ami.txt").read_bytes()
    slug = f"{name}{kind}".replace("_", "-").replace(".", "-")[:40]
    calls = replay(trace, slug=slug, trunks=["trunk"], country="NL", folder=tmp_path)
    expected = split(EXPECTED[name])
    assert len(calls) == len(expected)
    for call, lines in zip(sorted(calls, key=lambda one: str(one["started_at"])), expected, strict=True):
        check(call, lines)


def test_half_a_trace_gives_calls_that_go_on(register: None, tmp_path: Path) -> None:
    trace = (TRACES / "direct_agent_hangs_up.ami.txt").read_bytes()
    half = trace[: trace.index(b"Event: HangupRequest") + 30]
    (call,) = replay(half, slug="half", trunks=["trunk"], country="NL", folder=tmp_path)
    assert (call["status"], call["ended_at"], call["answered_by"]) == ("talking", None, "101")


# ── the command itself ────────────────────────────────────────────────────────────────────────────────────────────


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callwright.config.command", "replay", *map(str, words)]
    return subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False)


def test_the_command_prints_json_alone(db: None) -> None:
    done = run(TRACES / "queue_blind_transfer.ami.txt", "--trunk", "trunk", "--trunk", "another")
    assert done.returncode == 0, done.stderr
    (call,) = json.loads(done.stdout)
    assert set(call) == KEYS
    assert {key for leg in call["legs"] for key in leg} == LEG_KEYS
    check(call, EXPECTED["queue_blind_transfer"])


def test_garbage_is_no_call(db: None, tmp_path: Path) -> None:
    file = tmp_path / "garbage.txt"
    file.write_bytes(b"# +1\r\nEvent: \xff\xfe\r\n\r\n" + os.urandom(20_000) + b"\r\n\r\nEvent: Newchannel\r\n\r\n")
    done = run(file)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_a_file_that_is_not_there_is_told() -> None:
    done = run("/nowhere/trace.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert "The trace cannot be read" in done.stderr
