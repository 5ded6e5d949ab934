"""Whatever stands in a file, its import ends: texts are cut, a line that is no call is a bad line (CALL-11)."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, connection

from callwright.accounts.models import Account
from callwright.calls.intake import storable
from callwright.calls.models import Call
from callwright.imports.models import BadLine
from callwright.imports.operations import run_import as running
from callwright.imports.operations.load_or_refuse import MOST_REFUSED
from callwright.imports.reading.reader import MOST_RAW, Reader
from callwright.imports.reading.shapes import OWN, recognise
from callwright.imports.reading.text import sample_of
from callwright.imports.reading.times import BadTime, Clock, seconds_in
from callwright.imports.tests.conftest import TRACES, Run
from callwright.imports.tests.test_formats import GROUND, plain, read
from callwright.telephony import events as e

HEAD = "started,direction,from,to,extension,talk_s,status,queue,key,from_name,transferred_to,cause\n"
LONG = "9" * 99
NASTY = [LONG, "1" * 20 + "2", "a\\", '"x', "{b", "a\tb", "\x01", "\x7f", "\u2028x", "🙂" * 90, "\\N", "ő" * 70, "%s"]


def own(**cells: str) -> str:
    known = {
        "started": "2026-11-21 10:00:00", "direction": "inbound", "from": "0612345678", "to": "0201234567",
        "extension": "101", "talk_s": "60", "status": "answered", "queue": "sales", "key": "k1", "from_name": "Jan",
        "transferred_to": "", "cause": "16",
    }  # fmt: skip
    row = [{**known, **cells}[name] for name in HEAD.strip().split(",")]
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["from", "to", "extension", "queue", "key", "from_name", "transferred_to"])
def test_a_text_that_no_column_holds_is_cut(imported: Run, house: Account, column: str) -> None:
    """CALL-11: in a line of ordinary length, too."""
    lines = [own(**{"key": f"k{n}", column: value}) for n, value in enumerate(NASTY)]
    done = imported(HEAD + "".join(lines))
    assert (done.state, done.problem, done.added + done.bad) == ("finished", "", len(NASTY)), done.detail
    assert done.added >= len(NASTY) - 3, list(BadLine.objects.values_list("raw", "reason"))


@pytest.mark.django_db
def test_long_endpoints_and_keys_of_a_pbx_come_in(imported: Run, house: Account) -> None:
    trace = (TRACES / "queue_timed_out.cdr.csv").read_text()
    trace = trace.replace("PJSIP/101-", f"PJSIP/{'1' * 60}-").replace("pbx1-1795288167.10", "k" * 300)
    done = imported(trace)
    assert (done.state, done.added) == ("finished", 1), done.detail
    key = Call.objects.get().pbx_key
    assert key.startswith("k" * 100) and len(key) <= 150
    again = imported(trace.replace("k" * 300, "k" * 301))
    assert (again.state, again.added) == ("finished", 1), "two long keys are two calls"


@pytest.mark.django_db
def test_a_call_of_many_years_is_a_bad_line(imported: Run, house: Account) -> None:
    done = imported(HEAD + own(talk_s="999999999", key="a") + own(key="b"))
    assert (done.state, done.added, done.bad) == ("finished", 1, 1)
    assert BadLine.objects.get().reason == "lasts_too_long"


@pytest.mark.django_db
def test_nothing_that_may_stand_in_a_csv_stops_its_import(imported: Run, house: Account) -> None:
    """Seeded: cells of all kinds in all columns; whatever becomes of a line, the import ends, the good ones are in."""
    choice = random.Random(11)
    values = [*NASTY, "", "0", "-1", "1e999", "9" * 5000, "0001-01-01 00:00:00", "9999-12-31 23:59:59", "99:99:99",
              "2026-11-21 10:00:00+99:99", "²", "٣", "nan", "answered", "inbound", "9" * 400 + ":00"]  # fmt: skip
    head = ",".join(OWN) + "\n"
    rows = []
    for n in range(400):
        cells = {name: "" for name in OWN} | {
            "key": f"k{n}",
            "started": "2026-11-21 10:00:00",
            "from": "06",
            "to": "02",
        }
        if n % 10:
            cells |= {choice.choice(OWN): choice.choice(values) for _ in range(choice.randint(1, 4))}
        rows.append(",".join('"' + cells[name].replace('"', '""') + '"' for name in OWN) + "\n")
    done = imported(head + "".join(rows))
    assert (done.state, done.problem, done.lines) == ("finished", "", 400), done.detail
    assert not BadLine.objects.filter(reason="refused").exists()
    good = set(Call.objects.values_list("pbx_key", flat=True))
    assert {f"k{n}" for n in range(0, 400, 10)} <= good


@pytest.mark.django_db
def test_a_call_that_the_database_refuses_is_a_bad_line_and_the_others_come_in(
    imported: Run, house: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = running.load_calls

    def refusing(calls: Any, **more: Any) -> Any:
        if any(call.key == "k7" for call in calls):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'x'::integer")
        return whole(calls, **more)

    monkeypatch.setattr(running, "load_calls", refusing)
    done = imported(HEAD + "".join(own(key=f"k{n}") for n in range(20)))
    assert (done.state, done.added, done.bad) == ("finished", 19, 1)
    bad = BadLine.objects.get()
    assert (bad.line, bad.reason) == (9, "refused")
    assert "integer" in bad.value


@pytest.mark.django_db
def test_where_the_database_takes_nothing_the_import_ends_and_says_so(
    imported: Run, house: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not be queued again for ever."""

    def refusing(calls: Any, **more: Any) -> Any:
        raise DataError("value too long for type character varying(20)\nCONTEXT: Jan Jansen")

    with monkeypatch.context() as patched:
        patched.setattr(running, "load_calls", refusing)
        done = imported(HEAD + "".join(own(key=f"k{n}") for n in range(MOST_REFUSED + 5)))
    assert (done.state, done.problem) == ("failed", "refused")
    assert done.detail == "value too long for type character varying(20)"
    assert list(running.left_behind(done.created_at.replace(year=2100))) == []
    running.Import.objects.filter(pk=done.pk).update(state="waiting")  # “Go on”
    assert running.run_import(done.pk).added == MOST_REFUSED + 5


@pytest.mark.django_db
def test_a_fault_in_the_program_ends_the_import_too(
    imported: Run, house: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise KeyError("of nobody")

    monkeypatch.setattr(running, "load_calls", broken)
    done = imported(HEAD + own())
    assert (done.state, done.problem, done.detail) == ("failed", "unexpected", "KeyError")


def test_what_is_let_in_fits_its_columns() -> None:
    at = Clock("UTC").moment("2026-11-21 10:00:00")
    assert at is not None
    base: dict[str, Any] = {"pbx": "main", "at": at, "call": "c" * 151}
    ringing = storable(e.LegRinging(**base, leg="l", party="1" * 30))
    assert isinstance(ringing, e.LegRinging)
    assert (len(ringing.party), len(ringing.call)) == (20, 150)
    outside = storable(e.LegRinging(**base, leg="l", party="1" * 70, kind=e.LegKind.NUMBER))
    assert isinstance(outside, e.LegRinging) and len(outside.party) == 64
    ended = storable(e.CallEnded(**base, cause=99_999, cause_text="a\0\ud800b"))
    assert isinstance(ended, e.CallEnded) and (ended.cause, ended.cause_text) == (None, "ab")
    started = e.CallStarted(**{**base, "call": "c"}, direction=e.Direction.INBOUND, from_number=None, from_name="Zoë")
    assert storable(started) is started


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-11-21 10:00:00+99:99", "²²²²²²²²²", "9" * 400,
        "1" * 300 + ".5",
    ],
)  # fmt: skip
def test_times_that_are_none_are_told_as_such(text: str) -> None:
    for zone in ("Europe/Amsterdam", "Pacific/Kiritimati"):
        with pytest.raises(BadTime):
            Clock(zone).moment(text)


def test_durations_that_are_none_are_told_as_such() -> None:
    for text in ("9" * 400 + ":00", "1" * 10, "9" * 5000, "²"):
        with pytest.raises(ValueError, match=r"[9²1]"):
            seconds_in(text)


def test_of_bad_lines_only_so_much_is_held_as_memory_has_room_for(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(plain() * 20 + ("x" * 60_000 + "\n") * 3_000)
    settings, _ = recognise(sample_of(file))
    batches = list(Reader(settings, GROUND).batches(file))
    assert len(batches) > 1
    assert max(sum(len(one.raw) for one in batch.bad) for batch in batches) < 9_000_000
    assert {len(one.raw) for batch in batches for one in batch.bad} == {MOST_RAW}


def test_a_row_without_a_key_has_the_same_one_however_its_columns_are_named(tmp_path: Path) -> None:
    text = "begin;van;naar;wat\n2026-11-21 10:00:00;0612345678;0201234567;x\n"
    keys = set()
    for columns in (
        ["started", "from", "to", ""],
        ["started", "from", "line", "from_name"],
        ["started", "", "to", "queue"],
    ):
        file = tmp_path / "list.csv"
        file.write_text(text)
        settings, _ = recognise(sample_of(file))
        settings.columns, settings.header = columns, True
        (call,) = [call for batch in Reader(settings, GROUND).batches(file) for call in batch.calls]
        keys.add(call.keys[0])
    assert len(keys) == 1


def test_in_the_doubled_hour_no_event_is_before_its_call(tmp_path: Path) -> None:
    """CEL tells times by the clock alone; the key says when the call began, and the rows go on in order."""
    clock = Clock("Europe/Amsterdam")
    began = Clock("UTC").moment("2026-10-25 00:50:00")  # 02:50 on the clock, the first time
    assert began is not None
    first = clock.moment("2026-10-25 02:51:00", hint=began.timestamp())
    second = clock.moment("2026-10-25 02:20:00", hint=began.timestamp())
    assert first is not None and second is not None
    assert (str(first), str(second)) == ("2026-10-25 00:51:00+00:00", "2026-10-25 01:20:00+00:00")
    long = clock.moment("2026-10-25 02:40:00", hint=began.timestamp() - 7200, after=second)
    assert str(long) == "2026-10-25 01:40:00+00:00"


def test_cel_of_the_doubled_hour_is_one_call_of_its_length(tmp_path: Path) -> None:
    text = (TRACES / "outbound_answered.cel.csv").read_text()
    _, (call,), _ = read(tmp_path, text)
    began = int(call.started_at.timestamp())
    shift = int(datetime(2026, 10, 25, 0, 59, 57, tzinfo=UTC).timestamp()) - began
    lines = []
    for line in text.splitlines():
        cells = line.split('","')
        at = datetime.fromtimestamp(float(cells[1]) + shift, ZoneInfo("Europe/Amsterdam"))
        cells[1] = at.strftime("%Y-%m-%d %H:%M:%S.%f")  # the clock is set back in the middle of the call
        lines.append('","'.join(cells).replace(str(began), str(began + shift)))
    assert len({line.split('","')[1][:16] for line in lines}) > 1
    _, (moved,), bad = read(tmp_path, "\n".join(lines) + "\n", zone="Europe/Amsterdam")
    assert (bad, moved.talk_s, moved.ring_s) == ([], call.talk_s, call.ring_s)
    assert int(moved.started_at.timestamp()) == began + shift
