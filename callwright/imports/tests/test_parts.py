"""A call of which a file has only a part is completed by the next file of its PBX (CALL-11)."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call, CallFacts
from callwright.imports.models import BadLine, Import, PartLine
from callwright.imports.operations.keep_parts import WAITS, end_parts
from callwright.imports.operations.undo_import import begin_undo, run_undo
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.staff.models import User
from callwright.telephony.asterisk.cel import COLUMNS as CEL_COLUMNS
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]
TRACE = TRACES / "attended_refer.cel.csv"
SCENES = ["queue_timed_out", "queue_local_members", "attended_refer", "queue_agent_hangs_up", "two_calls_at_once"]


def everything() -> list[Any]:
    """Calls with their legs, and their facts, but for the ids, which follow from the part that came first."""
    return [
        sorted(map(str, calls())),
        sorted(str(facts) for facts in CallFacts.objects.values_list("facts", flat=True)),
    ]


def anew() -> None:
    for table in (PartLine, CallFacts, Call, Import):
        table.objects.all().delete()  # type: ignore[attr-defined]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("kind", ["cel", "cdr"])
def test_two_files_cut_anywhere_make_what_one_file_makes(imported: Run, house: Account, scene: str, kind: str) -> None:
    lines = (TRACES / f"{scene}.{kind}.csv").read_text().splitlines(keepends=True)
    imported("".join(lines))
    whole = everything()
    for cut in sorted({1, len(lines) // 3, len(lines) // 2, len(lines) - 1} - {0}):
        anew()
        first = imported("".join(lines[:cut]), name="1.csv")
        second = imported("".join(lines[cut:]), name="2.csv")
        assert everything() == whole, cut
        assert (first.bad, second.bad, BadLine.objects.count()) == (0, 0, 0)
        assert not PartLine.objects.filter(used_by=None).exclude(reason="").exists()


def test_the_rest_may_come_first(imported: Run, house: Account) -> None:
    lines = TRACE.read_text().splitlines(keepends=True)
    imported("".join(lines))
    whole = everything()
    anew()
    rest = imported("".join(lines[20:]), name="2.csv")
    assert (rest.added, rest.bad, Call.objects.count()) == (0, 0, 0)
    assert PartLine.objects.filter(of=rest, reason="call_not_begun").count() == len(lines) - 20
    imported("".join(lines[:20]), name="1.csv")
    assert everything() == whole


def test_the_same_part_twice_waits_once(imported: Run, house: Account) -> None:
    lines = TRACE.read_text().splitlines(keepends=True)
    first = imported("".join(lines[:20]), name="1.csv")
    waiting = PartLine.objects.count()
    again = imported("".join(lines[:20]) + "\n", name="1b.csv")
    assert (waiting, PartLine.objects.count(), first.bad + again.bad) == (20, 20, 0)
    done = imported("".join(lines[15:]), name="2.csv")  # files that overlap
    assert (done.added, done.bad) == (1, 0)
    repeated = imported("".join(lines[15:]) + "\n", name="2b.csv")
    assert (repeated.added, repeated.merged, repeated.unchanged) == (0, 0, 1)


def test_old_cdr_without_linkedid_that_was_cut_is_one_call(imported: Run, house: Account) -> None:
    """What was told of its first lines under another key becomes part of it."""
    trace = (TRACES / "queue_local_members.cdr.csv").read_text().splitlines()
    lines = [line.rsplit(",", 3)[0] + "\n" for line in trace]
    imported("".join(lines))
    (whole,) = calls()
    for cut in range(1, len(lines)):
        anew()
        imported("".join(lines[:cut]), name="1.csv")
        imported("".join(lines[cut:]), name="2.csv")
        assert calls() == [whole], cut


def test_the_two_legs_of_freeswitch_in_two_files_are_one_call(imported: Run, house: Account) -> None:
    legs = [
        f'"Jan","0612345678","101","public","2026-11-21 10:00:0{n}","2026-11-21 10:00:10","2026-11-21 10:00:20","20",'
        f'"10","NORMAL_CLEARING","b5f0e7a0-0000-4000-8000-00000000000{n}","{other}","","PCMA","PCMA"\n'
        for n, other in ((1, "b5f0e7a0-0000-4000-8000-000000000002"), (2, ""))
    ]
    imported("".join(legs))
    whole = calls()
    for order in (legs, legs[::-1]):
        anew()
        imported(order[0], name="1.csv")
        imported(order[1], name="2.csv")
        assert calls() == whole


def test_files_for_one_account_do_not_go_on_in_those_for_another(imported: Run, house: Account) -> None:
    lines = TRACE.read_text().splitlines(keepends=True)
    imported("".join(lines[:20]), name="1.csv", account=Account.objects.create(name="Shop"))
    imported("".join(lines[20:]), name="2.csv")
    assert not Call.objects.exists()


def test_after_a_week_without_the_rest_they_are_bad_lines(
    imported: Run, house: Account, client: Client, pbx: Pbx
) -> None:
    lines = TRACE.read_text().splitlines(keepends=True)
    done = imported("".join(lines[:20]))
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    assert (
        "20 lines belong to calls of which this file has only a part"
        in client.get(f"/imports/{done.pk}/").content.decode()
    )
    assert end_parts(timezone.now() + WAITS - timedelta(minutes=1)) == 0
    assert end_parts(timezone.now() + WAITS + timedelta(minutes=1)) == 20
    done.refresh_from_db()
    assert (done.bad, PartLine.objects.count()) == (20, 0)
    bad = BadLine.objects.order_by("line").first()
    assert bad is not None and (bad.line, bad.raw, bad.reason) == (1, lines[0], "call_not_ended")


def test_a_line_that_is_a_bad_one_already_is_counted_once(imported: Run, house: Account) -> None:
    lines = TRACE.read_text().splitlines(keepends=True)
    done, other = imported("".join(lines[:20])), imported(lines[0], name="other.csv", account=house)
    BadLine.objects.create(of=done, line=1, reason="quote", raw=lines[0])
    Import.objects.filter(pk=done.pk).update(bad=1)
    assert end_parts(timezone.now() + WAITS + timedelta(minutes=1)) == 21
    done.refresh_from_db()
    other.refresh_from_db()
    assert (done.bad, other.bad) == (20, 1)
    assert BadLine.objects.filter(of=done).count() == 20


def test_lines_of_calls_that_were_told_go_without_a_word(imported: Run, house: Account) -> None:
    imported(TRACES / "queue_timed_out.cdr.csv")
    assert PartLine.objects.filter(reason="").exists()
    assert end_parts(timezone.now() + WAITS + timedelta(minutes=1)) == 0
    assert not PartLine.objects.exists() and not BadLine.objects.exists()


def test_what_an_undone_import_left_is_not_read_any_more(imported: Run, house: Account) -> None:
    boss = User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    lines = TRACE.read_text().splitlines(keepends=True)
    first, second = imported("".join(lines[:20]), name="1.csv"), imported("".join(lines[20:]), name="2.csv")
    assert PartLine.objects.filter(of=first, used_by=second).count() == 20
    begin_undo(import_id=second.pk, by=boss.pk, now=timezone.now())
    run_undo(second.pk)
    assert (Call.objects.count(), PartLine.objects.filter(of=first, used_by=None).count()) == (0, 20)
    again = imported("".join(lines[20:]) + "\n", name="2.csv")
    assert (again.added, Call.objects.count()) == (1, 1)


def test_a_call_of_which_a_part_is_joined_to_a_whole_one_waits(imported: Run, house: Account) -> None:
    """As where somebody picks up a call: the one is in at once, and no line of the other is lost."""
    whole = (TRACES / "queue_timed_out.cel.csv").read_text().splitlines(keepends=True)
    cut = (TRACES / "outbound_answered.cel.csv").read_text().splitlines(keepends=True)
    joined = cut[2].replace("CHAN_START", "USER_DEFINED").replace('""\n', '"{""pickup_channel_uniqueid"":""%s""}"\n')
    uid = next(csv.reader([whole[0]]))[CEL_COLUMNS.index("uniqueid")]
    first = imported("".join([*whole, *cut[1:], joined % uid]), name="1.csv")
    assert (first.added, first.bad) == (1, 0)
    assert PartLine.objects.filter(reason="call_not_begun").count() == len(cut)
    second = imported(cut[0], name="2.csv")
    assert (second.added, Call.objects.count()) == (1, 2)


def test_of_whole_calls_nothing_is_taken_for_a_part(imported: Run, house: Account) -> None:
    """The one recorded scene with rows of a call that never ended is that of a PBX that was killed."""
    for file in sorted(file for file in TRACES.glob("*.cel.csv") if file.stat().st_size):
        imported(file, name=file.name)
    waiting = PartLine.objects.exclude(reason="")
    assert set(waiting.values_list("of__name", flat=True)) == {"pbx_killed.cel.csv"}
