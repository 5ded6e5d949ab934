"""Each format is recognised by itself; character sets, delimiters, packing, time zones and damage (CALL-11)."""

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callwright.calls.facts import decode_facts
from callwright.calls.projection import CallView
from callwright.imports.reading.found import Bad
from callwright.imports.reading.reader import Reader
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.shapes import recognise
from callwright.imports.reading.text import Unreadable, encoding_of, sample_of
from callwright.imports.reading.times import BadTime, Clock, zone_of
from callwright.imports.tests.conftest import TRACES

GROUND = Ground(slug="main", trunks=["trunk"], home_country="NL")
CDR = (
    '"","0612345678","31201234567","from-trunk","""Jan"" <0612345678>","PJSIP/trunk-00000001","PJSIP/101-00000002",'
    '"Dial","PJSIP/101,30","{start}","{answer}","{end}",20,10,"ANSWERED","DOCUMENTATION","{key}",""\n'
)


def cdr(start: str, answer: str, end: str, key: str = "1795288162.5") -> str:
    return CDR.format(start=start, answer=answer, end=end, key=key)


def plain(key: str = "1795288162.5") -> str:
    return cdr("2026-11-21 10:00:00", "2026-11-21 10:00:10", "2026-11-21 10:00:20", key)


def read(tmp_path: Path, content: str | bytes, **settings: str) -> tuple[str, list[CallView], list[Bad]]:
    file = tmp_path / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    found, _records = recognise(sample_of(file))
    for name, value in settings.items():
        setattr(found, name, value)
    batches = list(Reader(found, GROUND).batches(file))
    return found.shape, [c.view for b in batches for c in b.calls], [one for b in batches for one in b.bad]


EXAMPLE = (
    '"Jan","0612345678","101","public","2026-11-21 10:00:00","2026-11-21 10:00:10","2026-11-21 10:00:20","20","10",'
    '"NORMAL_CLEARING","b5f0e7a0-0000-4000-8000-000000000001","","","PCMA","PCMA"'
)
FREESWITCH = {
    "freeswitch": EXAMPLE,
    "freeswitch_sql": "INSERT INTO cdr VALUES (" + EXAMPLE.removesuffix(',"PCMA","PCMA"') + ");",
    "freeswitch_linksys": EXAMPLE + ',"Linksys/SPA942","PS=1"',
    "freeswitch_snom": '"101",' + EXAMPLE + ',"snom370","","","",""',
    "freeswitch_asterisk": '"","0612345678","101","public","""Jan"" <0612345678>","sofia/external/0612345678@carrier",'
    '"sofia/internal/101","bridge","user/101","2026-11-21 10:00:00","2026-11-21 10:00:10","2026-11-21 10:00:20","20",'
    '"10","NORMAL_CLEARING","3","b5f0e7a0-0000-4000-8000-000000000001",""',
}


@pytest.mark.parametrize("shape", FREESWITCH)
def test_freeswitch_templates(tmp_path: Path, shape: str) -> None:
    found, (call,), bad = read(tmp_path, FREESWITCH[shape] + "\n")
    assert (found, bad) == (shape, [])
    assert (call.direction, call.status, call.from_number, call.talk_s, call.wait_s) == (
        "inbound", "answered", "0612345678", 10, 10,
    )  # fmt: skip
    assert [leg.party for leg in call.legs] == ["101"]


def test_the_two_legs_of_freeswitch_are_one_call(tmp_path: Path) -> None:
    a, b = "b5f0e7a0-0000-4000-8000-000000000001", "b5f0e7a0-0000-4000-8000-000000000002"
    other = EXAMPLE.replace(a, b).replace('"","","PCMA"', f'"{a}","","PCMA"')
    _, calls, bad = read(tmp_path, EXAMPLE.replace(f'"{a}",""', f'"{a}","{b}"') + "\n" + other + "\n")
    assert (len(calls), bad) == (1, [])


def test_freepbx_export_without_end_and_answer(tmp_path: Path) -> None:
    text = (
        "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
        "accountcode,uniqueid,userfield,did,recordingfile,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,linkedid,"
        "peeraccount,sequence\n"
        '2026-11-21 10:00:00,"""Jan"" <0612345678>",0612345678,101,from-did-direct,PJSIP/trunk-00000001,'
        'PJSIP/101-00000002,Dial,"PJSIP/101,30",25,15,ANSWERED,3,,1795288162.5,,31201234567,,0612345678,Jan,,,,'
        "1795288162.5,,1\n"
    )
    shape, (call,), bad = read(tmp_path, text)
    assert (shape, bad) == ("freepbx", [])
    assert (call.dialled_number, call.talk_s, call.wait_s, call.from_name) == ("31201234567", 15, 10, "Jan")


def test_own_csv_with_every_direction_and_status(tmp_path: Path) -> None:
    text = (
        "started,direction,from,to,extension,wait_s,talk_s,status,queue,key\n"
        "2026-11-21 10:00:00,inbound,0612345678,0201234567,101,8,60,answered,sales,a\n"
        "2026-11-21 10:05:00,inbound,0612345678,0201234567,,30,,abandoned,sales,b\n"
        "2026-11-21 10:06:00,outbound,101,0612345678,101,12,,busy,,c\n"
        "2026-11-21 10:07:00,internal,101,102,102,3,9,,,d\n"
        "2026-11-21 10:08:00,inbound,0612345678,0201234567,,20,,voicemail,,e\n"
        "2026-11-21 10:09:00,sideways,0612345678,0201234567,,20,,missed,,f\n"
    )
    shape, calls, bad = read(tmp_path, text)
    assert shape == "own"
    assert [(str(c.direction), c.status, c.talk_s) for c in calls] == [
        ("inbound", "answered", 60), ("inbound", "abandoned", 0), ("outbound", "busy", 0), ("internal", "answered", 9),
        ("inbound", "voicemail", 0),
    ]  # fmt: skip
    assert [(one.line, one.reason, one.column) for one in bad] == [(7, "unknown_word", "direction")]


def test_cdr_of_a_queue_without_linkedid_is_joined_by_its_local_channels(tmp_path: Path) -> None:
    lines = (TRACES / "queue_local_members.cdr.csv").read_text().splitlines()
    old = "\n".join(line.rsplit(",", 3)[0] for line in lines) + "\n"  # as before newcdrcolumns
    shape, (call,), bad = read(tmp_path, old)
    assert (shape, bad, call.queue, call.answered_by, len(call.legs)) == ("cdr", [], "local", "102", 2)


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "Łódź"), ("utf-8-sig", "Zoë"), ("cp1250", "Őszi Ürge"), ("utf-8", "شركة")]
)
def test_character_sets(tmp_path: Path, encoding: str, name: str) -> None:
    text = "".join(plain(f"17952881{n:02}.1").replace("Jan", name) for n in range(30))
    _, calls, bad = read(tmp_path, text.encode(encoding))
    assert (len(calls), bad) == (30, [])
    assert encoding_of(text.encode(encoding)) == encoding
    assert calls[0].from_name == name


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = "started;from;to;talk_s\n2026-11-21 10:00:00;0612345678;0201234567;61\n".replace(";", delimiter)
    shape, (call,), _ = read(tmp_path, text)
    assert (shape, call.talk_s) == ("own", 61)


def test_packed_files(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Master.csv", plain())
    for content in (gzip.compress(plain().encode()), packed.getvalue()):
        assert len(read(tmp_path, content)[1]) == 1


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callwright.imports.reading.text._RATIO_FROM", 1_000_000)
    file = tmp_path / "bomb.csv.gz"
    file.write_bytes(gzip.compress(b"0," * 20_000_000))
    with pytest.raises(Unreadable, match="bomb"):
        list(Reader(Settings(shape="cdr", columns=["src", "dst"]), GROUND).batches(file))


def test_damage_costs_only_the_lines_that_have_it(tmp_path: Path) -> None:
    good = [plain(f"17952881{n:02}.1") for n in range(10)]
    hostile = [
        "\0" * 50 + "\n", '"unclosed,' + "x" * 40 + "\n", "=cmd|' /C calc'!A0,1\n", "y" * 3_000_000 + "\n",
        good[0].replace("2026-11-21 10:00:00", "21st of November"), good[0].replace("1795288100.1", ""),
    ]  # fmt: skip
    text = "".join(good[:5] + hostile + good[5:])
    _, calls, bad = read(tmp_path, text)
    assert len(calls) == 10
    assert {one.reason for one in bad} == {"quote", "cells_missing", "line_too_long", "time_unreadable", "key_missing"}
    assert max(len(one.raw) for one in bad) < 1_000


def test_nul_bytes_inside_a_line_are_left_out(tmp_path: Path) -> None:
    _, (call,), bad = read(tmp_path, plain().replace("Jan", "J\0an"))
    assert (call.from_name, bad) == ("Jan", [])


def test_the_doubled_hour_is_told_apart_by_the_key_and_by_what_came_before() -> None:
    clock = Clock("Europe/Amsterdam")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert clock.moment("2026-10-25 02:30:00", hint=first.timestamp()) == first
    assert clock.moment("2026-10-25 02:30:00", hint=second.timestamp()) == second
    assert clock.moment("2026-10-25 02:30:00") == first
    assert clock.moment("2026-10-25 02:30:00", after=second) == second
    assert clock.doubled == 4
    assert clock.moment("2026-10-25 04:30:00") == datetime(2026, 10, 25, 3, 30, tzinfo=UTC)


def test_the_hour_that_the_clock_jumped_over_does_not_exist() -> None:
    with pytest.raises(BadTime, match="time_gap"):
        Clock("Europe/Amsterdam").moment("2026-03-29 02:30:00")


def test_the_zone_of_a_file_is_found_by_its_keys() -> None:
    at = datetime(2026, 7, 1, 10, 0, tzinfo=UTC).timestamp()
    zones = ["UTC", "Europe/Amsterdam", "Europe/Moscow"]
    assert zone_of([("2026-07-01 12:00:00", at)], zones) == "Europe/Amsterdam"
    assert zone_of([("2026-07-01 10:00:00", at)], zones) == "UTC"
    assert zone_of([("2026-07-01 15:00:00", at)], zones) == ""


def test_what_was_read_is_not_read_again_but_for_calls_that_were_not_complete(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text("".join(plain(f"1795{n:06}.1") for n in range(15_000)))
    settings, _ = recognise(sample_of(file))
    whole = [c.keys[0] for b in Reader(settings, GROUND).batches(file) for c in b.calls]
    first = next(iter(Reader(settings, GROUND).batches(file)))
    rest = list(Reader(settings, GROUND, seen=first.seen, held=first.held).batches(file))
    again = [c.keys[0] for b in [first, *rest] for c in b.calls]
    assert sorted(again) == sorted(whole)
    assert first.lines + sum(b.lines for b in rest) == 15_000
    assert decode_facts(first.calls[0].facts.decode()).key == first.calls[0].keys[0]
