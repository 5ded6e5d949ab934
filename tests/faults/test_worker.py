"""The link and the worker alone see to what nobody asks for: limits, missed calls, folders, totals (CALL-6, CALL-7)."""

from pathlib import Path
from typing import Any

import pytest

from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.house import Caller
from callwright.telephony.fake.plan import CallPlan, Kind
from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, linked, make_calls, until

pytestmark = pytest.mark.fault

LIMIT_S = 10
RULE = """
    INSERT INTO calls_toolongrule (name, prefix, direction, limit_s, active, changed_at)
    VALUES ('', '', '', %s, true, now()) RETURNING id
"""
FLAGGED = """
    SELECT EXTRACT(epoch FROM clock_timestamp() - talking_since)::float, limit_s FROM calls_call
    WHERE too_long AND ended_at IS NULL
"""
FOLDER = """
    INSERT INTO imports_watchedfolder (path, pbx_id, zone, after, enabled, sizes, problem)
    SELECT %s, id, 'UTC', 'move', true, '{}', '' FROM telephony_pbx RETURNING id
"""
RECORD = (
    '"","0612345678","31209002040","in","","PJSIP/trunk-00000001","PJSIP/2040-00000002","Dial","PJSIP/2040,30",'
    '"2026-11-02 10:00:00","2026-11-02 10:00:10","2026-11-02 10:00:20",20,10,"ANSWERED","",'
    '"1793613600.1",""'
)
TOTALS = "SELECT direction, status, sum(calls)::int, sum(talk_s)::int FROM calls_daytotal GROUP BY 1, 2 ORDER BY 1, 2"
CALLER, CLIENT = "31612345678", "31687654321"


def call_in(pbx: FakePbx, number: str, **plan: Any) -> None:
    pbx.place(CallPlan(Kind.INBOUND, "31209002040", caller=Caller(number), **plan))


def call_out(pbx: FakePbx, number: str, **plan: Any) -> None:
    pbx.place(CallPlan(Kind.OUTBOUND, number, caller=Caller(number), extension="2001", **plan))


def follow_up(house: Installation, *states: str) -> bool:
    """Whether these are the states of the missed calls, in their order."""
    return house.rows("SELECT follow_up FROM calls_call WHERE follow_up <> '' ORDER BY id") == [(s,) for s in states]


async def test_a_long_call_and_a_missed_one(house: Installation) -> None:
    house.rows(RULE, LIMIT_S)
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        house.start("link")
        worker = house.start("worker")
        await linked(pbx)
        call_in(pbx, CLIENT, answer_s=None, patience_s=1.5)
        await until(lambda: follow_up(house, "not_called_back"), 60, "the missed call waits to be called back")

        call_in(pbx, CALLER, answer_s=0.3, talk_s=LIMIT_S + 4.0)
        await until(lambda: bool(house.rows(FLAGGED)), LIMIT_S + 10, "the call that takes too long is flagged")
        ((talked_s, limit_s),) = house.rows(FLAGGED)
        assert LIMIT_S <= talked_s < LIMIT_S + 2 and limit_s == LIMIT_S

        call_out(pbx, CLIENT, answer_s=0.3, talk_s=2.0)
        await until(lambda: follow_up(house, "called_back"), 30, "the call back settles it")
        await pbx.until_quiet(60)
        rows = await is_true(house, pbx)
        talked = {row["direction"]: row["talk_s"] for row in rows if row["status"] == "answered"}
        expected = [
            ("inbound", "answered", 1, talked["inbound"]),
            ("inbound", "missed", 1, 0),
            ("outbound", "answered", 1, talked["outbound"]),
        ]
        await until(lambda: house.rows(TOTALS) == expected, 30, "the totals hold the three calls")
        assert house.rows("SELECT count(*) FROM calls_toolongreview WHERE told_at IS NOT NULL") == [(1,)]
    assert "could not be done" not in worker.said() and "failed" not in worker.said()


async def test_a_file_that_comes_into_a_watched_folder(house: Installation, tmp_path: Path) -> None:
    watched = tmp_path / "cdr"
    watched.mkdir()
    house.rows(FOLDER, str(watched))
    house.start("worker")
    (watched / "Master.csv").write_text(RECORD + "\n")
    await until((watched / "done" / "Master.csv").exists, 120, "the file is imported and put away")
    assert house.rows("SELECT client_number, status, talk_s FROM calls_call") == [("+31612345678", "answered", 10)]
    await until(lambda: house.rows(TOTALS) == [("inbound", "answered", 1, 10)], 30, "its day is added up")


async def test_a_call_back_counts_when_the_clock_of_the_pbx_was_set_back_before_it(house: Installation) -> None:
    """By the PBX's own clock the call back was made an hour before the call that was missed."""
    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        house.start("link")
        house.start("worker")
        await linked(pbx)
        call_in(pbx, CLIENT, answer_s=None, patience_s=1.5)
        await until(lambda: follow_up(house, "not_called_back"), 60, "the missed call waits to be called back")
        make_calls(pbx, 30)
        await begun(pbx, 8)
        pbx.wire.set_back(3600)
        await pbx.until_quiet(60)
        call_out(pbx, CLIENT, answer_s=0.3, talk_s=2.0)
        settled = "SELECT follow_up FROM calls_call WHERE client_number = '+31687654321' AND follow_up <> ''"
        await until(lambda: house.rows(settled) == [("called_back",)], 30, "the call back settles it")
        await pbx.until_quiet(60)
        await is_true(house, pbx)
