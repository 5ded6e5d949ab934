"""The ledger and the PBX's own record files: what a reader of a gap would find (CALL-15)."""

import asyncio
import csv
import json
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from callwright.telephony.fake.ledger import read_ledger
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.fake.tests.ami import Ami
from callwright.telephony.fake.tests.plays import CONSULT_RING_S, PLAYS, house_of
from callwright.telephony.fake.users import AmiUser

TRACES = Path(__file__).parents[2] / "asterisk" / "tests" / "traces"
START = 1_795_279_641.0
CDR_COLUMNS = 21


async def play(name: str, folder: Path) -> FakePbx:
    async with FakePbx(speed=None, start=START, records=folder, ledger_file=folder / "ledger.jsonl") as pbx:
        pbx.place(PLAYS[name])
        await pbx.until_quiet()
    return pbx


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


async def test_cdr_file_of_an_answered_call(tmp_path: Path) -> None:
    await play("direct_answered", tmp_path)
    assert (tmp_path / "cdr-csv" / "Master.csv").read_text() == (
        '"","79161234567","74951000101","from-trunk","""79161234567"" <79161234567>","PJSIP/trunk-00000000",'
        '"PJSIP/101-00000001","Dial","PJSIP/101,8,tT","2026-11-21 16:47:21","2026-11-21 16:47:22",'
        '"2026-11-21 16:47:27",6,5,"ANSWERED","DOCUMENTATION","pbx1-1795279641.0","","","pbx1-1795279641.0",0\n'
    )


def party(channel: str) -> str:
    name, _, half = channel.partition(";")
    return name.rpartition("-")[0] + half


def told(records: list[list[str]]) -> list[tuple[str, ...]]:
    """What a CDR row says but for times, numbering, and the names of the dial plan's contexts and callers."""
    return sorted((r[1], r[2], party(r[5]), party(r[6]), r[7], r[14]) for r in records)


async def real_and_fake(name: str, kind: str, folder: Path) -> tuple[list[list[str]], list[list[str]]]:
    swapped = [m for m in (TRACES / f"{name}.ami.txt").read_bytes().split(b"\r\n\r\n") if b"SwapUniqueid" in m]
    pbx = FakePbx(house=house_of(name), speed=None, start=START, records=folder)
    async with pbx:
        pbx.exchange.consult_ring_s = CONSULT_RING_S
        pbx.exchange.party_moves_in = any(b"\r\nChannel: PJSIP/102" in m for m in swapped)
        pbx.place(PLAYS[name])
        await pbx.until_quiet()
    place = {"cdr": "cdr-csv", "cel": "cel-custom"}[kind]
    return rows(TRACES / f"{name}.{kind}.csv"), rows(folder / place / "Master.csv")


RECORDED = sorted(name for name in PLAYS if (TRACES / f"{name}.cdr.csv").exists())


@pytest.mark.parametrize("name", RECORDED)
async def test_cdr_rows_are_those_of_a_real_asterisk(name: str, tmp_path: Path) -> None:
    real, fake = await real_and_fake(name, "cdr", tmp_path)
    assert told(fake) == told(real)
    assert {len(r) for r in fake} == {len(r) for r in real}
    for ours, theirs in zip(sorted(fake, key=told_key), sorted(real, key=told_key), strict=True):
        assert abs(int(ours[12]) - int(theirs[12])) <= 1
        assert abs(int(ours[13]) - int(theirs[13])) <= 1


def told_key(record: list[str]) -> tuple[str, ...]:
    return told([record])[0]


def cel_told(records: list[list[str]]) -> Counter[tuple[str, str]]:
    """Event and party; which channel is the last of a call (LINKEDID_END) is a race, and the fake plays no files."""
    records = [r for r in records if not r[0].startswith("STREAM_")]
    return Counter((r[0], "" if r[0] == "LINKEDID_END" else party(r[9])) for r in records)


@pytest.mark.parametrize("name", RECORDED)
async def test_cel_rows_are_those_of_a_real_asterisk(name: str, tmp_path: Path) -> None:
    real, fake = await real_and_fake(name, "cel", tmp_path)
    assert (cel_told(fake) - cel_told(real), cel_told(real) - cel_told(fake)) == (Counter(), Counter())
    assert {len(r) for r in fake} == {len(r) for r in real}


async def test_queue_timeout_leaves_seven_records(tmp_path: Path) -> None:
    await play("queue_timeout", tmp_path)
    records = rows(tmp_path / "cdr-csv" / "Master.csv")
    assert len(records) == 7
    assert {len(r) for r in records} == {CDR_COLUMNS}
    assert [r[12] for r in records] == ["8", "8", "8", "8", "2", "2", "0"]


async def test_cel_file_ends_each_call_once(tmp_path: Path) -> None:
    await play("attended_ami", tmp_path)
    events = rows(tmp_path / "cel-custom" / "Master.csv")
    names = [e[0] for e in events]
    assert names.count("LINKEDID_END") == 1
    assert names[-1] == "LINKEDID_END"
    assert names.count("CHAN_START") == names.count("CHAN_END") == names.count("HANGUP") == 5
    assert names.count("BRIDGE_ENTER") == names.count("BRIDGE_EXIT")
    assert {e[15] for e in events} == {"pbx1-1795279641.0"}
    hangup = next(e for e in events if e[0] == "HANGUP")
    assert json.loads(hangup[-1])["hangupcause"] == 16


async def test_ledger_file_says_what_the_ledger_says(tmp_path: Path) -> None:
    pbx = await play("blind_transfer_ami", tmp_path)
    (written,) = read_ledger(tmp_path / "ledger.jsonl")
    (true,) = pbx.ledger()
    assert written == true.as_json()
    assert written["started_at"] == "2026-11-21T16:47:21.000000+00:00"
    assert (written["answered_by"], written["transferred_to"], written["talk_s"]) == ("101", "102", 11.0)
    assert [leg["result"] for leg in written["legs"]] == ["answered", "answered"]


async def test_cel_events_go_to_a_user_who_reads_all(tmp_path: Path) -> None:
    everything = AmiUser("full", "secret", events=None)
    pbx = FakePbx(users=[everything], speed=None, start=START)
    async with pbx, Ami(pbx, user="full", secret="secret") as ami:
        pbx.place(CallPlan(Kind.INBOUND, "74951000101"))
        await pbx.until_quiet()
        await ami.settle()
    names = [e["EventName"] for e in ami.of("CEL")]
    assert names.count("LINKEDID_END") == 1
    assert names.index("ANSWER") < names.index("BRIDGE_ENTER") < names.index("HANGUP")


async def test_as_a_process_killed_without_warning_the_ledger_is_whole(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    options = ("--listen", "127.0.0.1:0", "--profile", "load", "--speed", "max", "--ledger", str(ledger))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callwright.telephony.fake", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).startswith(b"fake PBX at 127.0.0.1:")
    for _ in range(1000):
        if ledger.exists() and ledger.stat().st_size > 100_000:
            break
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    calls = read_ledger(ledger)
    assert len(calls) > 50
    assert len({c["call"] for c in calls}) == len(calls)
    assert all(c["ended_at"] and c["status"] for c in calls)
