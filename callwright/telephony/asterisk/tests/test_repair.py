"""What the PBX's own records say of calls that a gap hid (CALL-12)."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.telephony.asterisk.cel import CelRow, read_cel_csv, read_cel_record
from callwright.telephony.asterisk.repair import cdr_events, cel_events, read_cdr_csv, read_cdr_record
from callwright.telephony.asterisk.tests.play import CONFIG, TRACES, calls_of, messages_of, translate
from callwright.telephony.asterisk.tests.test_recorded_scenarios import EXPECTED
from callwright.telephony.asterisk.tests.written import same, written
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import CallEnded, CallEvent

LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
# the records themselves differ: the PBX died or was stopped; an empty queue is entered and left at once; a phone's
# channel is kept after it hung up, until its transfer is done
OTHERWISE = {"pbx_killed", "pbx_restarted", "queue_nobody", "attended_while_ringing"}


CELLS = [
    *("HANGUP", "CHAN_START", "BRIDGE_EXIT", "ANSWER", "PICKUP", "1795288169.1", "nan", "9e99", "PJSIP/101-1", "1.1"),
    *(
        '"',
        '"{""hangupcause"":""x""}"',
        '"{""hangupcause"":16,""hangupsource"":""PJSIP/101-1""}"',
        "[]",
        "",
        "Dial",
        "Queue",
    ),
    *("2026-11-21 19:09:32", "0001-01-01 00:00:00", "2026-13-99", "ANSWERED", "x" * 140_000),
]


def cel_of(name: str) -> list[CelRow]:
    return list(read_cel_csv((TRACES / f"{name}.cel.csv").read_text().splitlines()))


def without_what_cel_cannot_know(line: str) -> str:
    """Neither holding nor the parking space stands in CEL; a leg of which the PBX kept the channel ends with that."""
    line = re.sub(r" hold \d+", "", line)
    return re.sub(r"(park|parking) \S+", r"\1 -", line)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in OTHERWISE])
def test_cel_tells_the_same_calls_as_the_live_link(name: str) -> None:
    events = cel_events("main", CONFIG, cel_of(name), since=LONG_AGO, until=LATER)
    lines = [without_what_cel_cannot_know(line) for call in calls_of(events) for line in written(call)]
    expected = [without_what_cel_cannot_know(line) for line in EXPECTED[name]]
    if name == "anonymous_marked":
        lines = [line.replace("79161234567", "None") for line in lines]
    assert len(lines) == len(expected), lines
    for line, wanted in zip(lines, expected, strict=True):
        assert same(line, wanted, 0.15), f"{line}\n{wanted}"


@pytest.mark.parametrize(
    "name", ["queue_agent_hangs_up", "two_blind_transfers", "outbound_answered", "hangup_by_program"]
)
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.9])
def test_a_call_cut_by_a_gap_is_whole_after_the_repair(name: str, part: float) -> None:
    messages = messages_of(name)
    seen = messages[: int(len(messages) * part)]
    translator = Translator("main", CONFIG)
    events = translate(seen, translator)
    rows = cel_of(name)
    gap = datetime.fromtimestamp(rows[-1].at, UTC) + timedelta(seconds=30)
    events += translator.resync([], [], gap)
    since = max((event.at for event in events if event.at < gap), default=LONG_AGO)
    known = {event.call for event in events if isinstance(event, CallEvent)}
    repaired = cel_events("main", CONFIG, rows, since=since, until=gap, known=known)
    (call,) = calls_of([*events, *repaired])
    lines = written(call)
    assert call.complete
    for line, wanted in zip(lines, EXPECTED[name], strict=True):
        assert same(line, wanted, 0.15), f"{line}\n{wanted}"


def test_only_calls_that_ended_in_the_window_are_told() -> None:
    rows = cel_of("two_calls_at_once")
    ends = sorted(row.at for row in rows if row.event == "LINKEDID_END")
    middle = datetime.fromtimestamp(sum(ends) / 2, UTC)
    early = cel_events("main", CONFIG, rows, since=LONG_AGO, until=middle)
    late = cel_events("main", CONFIG, rows, since=middle + timedelta(seconds=5), until=LATER)
    assert [call.from_number for call in calls_of(early)] == ["79162222222"]
    assert [call.from_number for call in calls_of(late)] == ["79161111111"]


def test_a_call_that_still_runs_is_left_to_the_live_link() -> None:
    rows = [row for row in cel_of("direct_agent_hangs_up") if row.event not in ("HANGUP", "CHAN_END", "LINKEDID_END")]
    assert cel_events("main", CONFIG, rows, since=LONG_AGO, until=LATER) == []


def test_damaged_lines_are_left_out() -> None:
    good = (TRACES / "direct_agent_hangs_up.cel.csv").read_text().splitlines()
    bad = ["", "\0", '"CHAN_START","not a time"', "a,b", '"HANGUP', good[0][:40]]
    rows = list(read_cel_csv([*bad[:4], *good]))
    assert rows == list(read_cel_csv(good))
    list(read_cel_csv(bad))
    list(read_cdr_csv(bad))


@given(st.lists(st.lists(st.sampled_from(CELLS), max_size=22), max_size=8))
def test_damaged_files_never_raise(table: list[list[str]]) -> None:
    lines = [",".join(cells) for cells in table]
    cel_events("main", CONFIG, list(read_cel_csv(lines)), since=LONG_AGO, until=LATER)
    cdr_events("main", CONFIG, list(read_cdr_csv(lines)), since=LONG_AGO, until=LATER)


def test_rows_of_tables_are_read_by_name() -> None:
    record = {
        "eventtype": "HANGUP", "eventtime": datetime(2026, 3, 1, 12, 0, 0, 500_000), "channame": "PJSIP/101-1",
        "uniqueid": "1.1", "linkedid": "1.0", "cid_num": "101", "extra": '{"hangupcause":16}',
    }  # fmt: skip
    row = read_cel_record(record)
    assert row is not None
    assert (row.at, row.extra, row.linked) == (1772366400.5, {"hangupcause": 16}, "1.0")
    assert read_cel_record({"eventtype": "HANGUP", "eventtime": "?"}) is None
    assert read_cdr_record({"start": "2026-03-01 12:00:00", "uniqueid": "1"}) is None


def test_cdr_alone_tells_a_call_to_the_second() -> None:
    rows = list(read_cdr_csv((TRACES / "direct_agent_hangs_up.cdr.csv").read_text().splitlines()))
    (call,) = calls_of(cdr_events("main", CONFIG, rows, since=LONG_AGO, until=LATER))
    assert (call.direction, call.status, call.from_number, call.to_number) == (
        "inbound", "answered", "79161234567", "74951000101",
    )  # fmt: skip
    assert [(leg.party, leg.result) for leg in call.legs] == [("101", "answered")]
    assert abs(call.talk_s - 4) <= 1
    assert call.complete


def test_the_six_or_seven_cdrs_of_a_queue_call_are_one_call() -> None:
    rows = list(read_cdr_csv((TRACES / "queue_timed_out.cdr.csv").read_text().splitlines()))
    assert len(rows) >= 6
    (call,) = calls_of(cdr_events("main", CONFIG, rows, since=LONG_AGO, until=LATER))
    assert (call.status, len(call.legs)) == ("missed", 6)


def test_of_a_known_call_cdr_tells_only_the_end() -> None:
    rows = list(read_cdr_csv((TRACES / "direct_agent_hangs_up.cdr.csv").read_text().splitlines()))
    (event,) = cdr_events("main", CONFIG, rows, since=LONG_AGO, until=LATER, known={rows[0].call})
    assert isinstance(event, CallEnded)
    assert event.at == rows[0].end


def test_cdr_without_linkedid_and_in_local_time() -> None:
    line = (
        '"","79161234567","74951000101","from-trunk","x","PJSIP/trunk-1","PJSIP/101-2","Dial","PJSIP/101",'
        '"2026-07-01 12:00:00","2026-07-01 12:00:02","2026-07-01 12:00:10",10,8,"ANSWERED","DOCUMENTATION","1.5",""'
    )
    (row,) = read_cdr_csv([line], ZoneInfo("Europe/Amsterdam"))
    assert (row.call, row.start) == ("1.5", datetime(2026, 7, 1, 10, 0, tzinfo=UTC))
    (call,) = calls_of(cdr_events("main", CONFIG, [row], since=LONG_AGO, until=LATER))
    assert (call.status, call.talk_s) == ("answered", 8)
