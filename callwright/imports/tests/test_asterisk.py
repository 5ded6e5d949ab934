"""Real records of a real Asterisk: what an import makes of them is what the live link would have written (CALL-11)."""

import pytest

from callwright.accounts.models import Account
from callwright.calls.models import Call, Leg
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.telephony.asterisk.cel import read_cel_csv
from callwright.telephony.asterisk.repair import all_events
from callwright.telephony.asterisk.tests.play import CONFIG, calls_of

pytestmark = pytest.mark.django_db


def test_the_seven_cdrs_of_a_queue_call_are_one_call_with_its_legs(imported: Run, bakery: Account) -> None:
    done = imported(TRACES / "queue_timed_out.cdr.csv")
    assert (done.state, done.lines, done.added, done.bad) == ("finished", 7, 1, 0)
    (call,) = calls()
    assert (call["status"], call["queue"], call["wait_s"], len(call["legs"])) == ("missed", "support", 20, 6)
    row = Call.objects.get()
    assert (row.account, row.client_number, row.pbx_key) == (bakery, "+79161234567", "pbx1-1795288167.10")
    assert Leg.objects.filter(call_id=row.pk).count() == 6


def test_cel_gives_the_calls_that_the_live_link_writes(imported: Run, house: Account) -> None:
    for name in ("queue_agent_hangs_up", "attended_refer", "outbound_answered", "voicemail_left", "two_calls_at_once"):
        Call.objects.all().delete()
        done = imported(TRACES / f"{name}.cel.csv")
        events = all_events("main", CONFIG, read_cel_csv((TRACES / f"{name}.cel.csv").read_text().splitlines()))
        told = calls_of(events)
        assert (done.state, done.added, done.bad) == ("finished", len(told), 0), name
        found = [
            (c["direction"], c["status"], c["talk_s"], c["wait_s"], c["answered_by"], len(c["legs"])) for c in calls()
        ]
        wanted = [(str(v.direction), v.status, v.talk_s, v.wait_s, v.answered_by or None, len(v.legs)) for v in told]
        assert sorted(found, key=str) == sorted(wanted, key=str), name


@pytest.mark.parametrize("kind", ["cdr", "cel"])
def test_the_same_file_twice_changes_nothing(imported: Run, house: Account, kind: str) -> None:
    first = imported(TRACES / f"queue_local_members.{kind}.csv")
    before = calls()
    again = imported(TRACES / f"queue_local_members.{kind}.csv")
    assert (first.added, again.added, again.merged, again.unchanged) == (1, 0, 0, 1)
    assert calls() == before


def test_overlapping_files_become_one_call(imported: Run, house: Account) -> None:
    lines = (TRACES / "queue_timed_out.cdr.csv").read_text().splitlines(keepends=True)
    imported("".join(lines[:4]), name="a.csv")
    second = imported("".join(lines[2:]), name="b.csv")
    halves = calls()
    assert (second.added, second.merged) == (0, 1)
    assert (len(halves), halves[0]["status"], halves[0]["wait_s"], len(halves[0]["legs"])) == (1, "missed", 20, 6)
    again = imported("".join(lines[:5]), name="d.csv")
    assert (again.added, again.merged, again.unchanged) == (0, 0, 1)
    assert calls() == halves


def test_cel_after_cdr_of_the_same_call_makes_no_second_call(imported: Run, house: Account) -> None:
    imported(TRACES / "attended_refer.cdr.csv")
    assert Call.objects.count() == 2  # CDR does not know that the consultation became part of the call
    done = imported(TRACES / "attended_refer.cel.csv")
    assert done.merged >= 1
    (call,) = calls()
    assert (call["status"], call["talk_s"]) == ("answered", 14)
