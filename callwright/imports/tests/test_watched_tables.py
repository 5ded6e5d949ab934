"""Watched record tables that change, answer slowly, or write times without a zone; what is cut is told (CALL-11)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.imports.models import BadLine, Import, WatchedTable
from callwright.imports.operations.save_watched import save_table
from callwright.imports.operations.undo_import import begin_undo
from callwright.imports.operations.watch_tables import Mark, Position, _begin
from callwright.imports.reading import table as reading
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.text import Unreadable
from callwright.imports.tests.tables import Records, Watch, once, trace
from callwright.staff.models import User
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]


def test_a_table_whose_first_day_was_changed_is_read_from_that_day(
    client: Client, boss: User, pbx: Pbx, records: Records
) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx, first_day=date(2026, 12, 1))
    watch.round()
    watch.round(30)
    assert not Call.objects.exists()
    client.force_login(boss)
    asked = {"pbx": pbx.pk, "shape": "cdr", "first_day": "2026-11-01", "every_minutes": "5", "late_minutes": "15"}
    assert client.post(f"/imports/tables/{watch.table.pk}/", {**asked, "enabled": "on"}).status_code == 302
    watch.round()
    assert Call.objects.count() == 1
    known = WatchedTable.objects.get().position
    assert client.post(f"/imports/tables/{watch.table.pk}/", {**asked, "every_minutes": "7"}).status_code == 302
    assert known and WatchedTable.objects.get().position == known


def test_what_a_round_learned_while_the_form_was_open_stays(boss: User, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    opened = WatchedTable.objects.get()
    watch.round()
    watch.round()
    opened.every_minutes = 7
    save_table(opened, by=boss.pk, now=watch.now)
    known = WatchedTable.objects.get()
    assert (known.every_minutes, known.looked_at) == (7, None)
    assert known.position["marks"]
    opened.first_day = date(2026, 10, 1)
    save_table(opened, by=boss.pk, now=watch.now)
    assert WatchedTable.objects.get().position == {}


def test_a_table_that_is_watched_for_another_pbx_is_read_for_that_one(
    house: Account, pbx: Pbx, records: Records
) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    watch.round()
    other = Pbx.objects.create(slug="other", name="Other", home_country="RU", record_dsn=records.url, enabled=False)
    WatchedTable.objects.update(pbx=other, position={})
    done = watch.round()
    assert done is not None and (done.pbx, done.added) == (other, 1)


def test_a_table_that_was_made_anew_is_read_from_its_beginning(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    watch.round()
    records.run("TRUNCATE cdr RESTART IDENTITY")
    records.add("cdr", trace("outbound_answered"))
    assert watch.round(30) is not None
    assert Call.objects.count() == 2


def test_in_the_hour_that_comes_twice_rows_are_read(house: Account, pbx: Pbx, records: Records) -> None:
    """Times without a zone go back: what is new looks older than what was read."""
    records.make("cdr", has_id=False)
    records.add("cdr", trace("queue_timed_out"))
    records.run("UPDATE cdr SET start = '2026-10-25 02:50:00', \"end\" = '2026-10-25 02:50:20'")
    watch = Watch(pbx, first_day=date(2026, 10, 1))
    watch.round()
    records.add("cdr", trace("queue_timed_out").replace("pbx1-", "pbx2-"))
    records.run(
        "UPDATE cdr SET start = '2026-10-25 02:10:00', \"end\" = '2026-10-25 02:10:20' WHERE linkedid LIKE 'pbx2-%'"
    )
    watch.round()
    assert Call.objects.count() == 2


def test_rows_without_linkedid_add_to_what_was_read_before(house: Account, pbx: Pbx, records: Records) -> None:
    start = '"","79161234567","74951000100","in","","PJSIP/trunk-00000006",'
    end = ',"NO ANSWER","DOCUMENTATION","pbx1-1795255200.10","","","",'
    first = f'{start}"","Playback","hello","2026-11-21 10:00:00",,"2026-11-21 10:00:30",30,30'
    then = '"PJSIP/101-00000007","Dial","PJSIP/101","2026-11-21 10:00:30",,"2026-11-21 10:01:00",30,25'
    records.make("cdr")
    records.add("cdr", f"{first}{end}1\n")
    watch = Watch(pbx)
    watch.round()
    records.add("cdr", f"{start}{then}{end}2\n")
    watch.round(20)
    (call,) = Call.objects.all()
    assert (call.started_at.isoformat(), (call.ended_at or call.started_at).isoformat()) == (
        "2026-11-21T10:00:00+00:00",
        "2026-11-21T10:01:00+00:00",
    )


def test_a_round_begins_nothing_while_its_last_import_is_undone(boss: User, pbx: Pbx, records: Records) -> None:
    """Somebody has it undone while the PBX's database is asked."""
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    done = watch.round()
    assert done is not None
    begin_undo(import_id=done.pk, by=boss.pk, now=timezone.now())
    table = WatchedTable.objects.get()
    new = (Settings(shape="cdr", since="2026-11-01"), Mark(1.0))
    assert _begin(table, Position(), done, new, Unreadable(""), watch.now) is None
    assert Import.objects.get().state == "undoing"
    assert not WatchedTable.objects.get().position.get("next")


def test_a_database_that_does_not_answer_is_not_waited_for_for_ever(
    house: Account, pbx: Pbx, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOOK_S", 1)
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    records.run("BEGIN")
    records.run("LOCK TABLE cdr")
    assert watch.round() is None
    records.run("ROLLBACK")
    watch.table.refresh_from_db()
    assert (watch.table.problem, watch.table.detail) == ("table_gone", "57014")
    assert watch.round() is not None


def test_no_part_of_a_password_is_told(house: Account, pbx: Pbx, records: Records) -> None:
    Pbx.objects.filter(pk=pbx.pk).update(record_dsn="postgresql://pbx:s3@cr3t@127.0.0.1:1/asterisk")
    watch = Watch(pbx)
    assert watch.round() is None
    watch.table.refresh_from_db()
    assert (watch.table.problem, watch.table.detail) == ("table_gone", "")


@pytest.mark.parametrize("is_watched", [False, True])
def test_rows_of_calls_without_a_beginning_are_told_where_the_table_is_read_once(
    house: Account, pbx: Pbx, records: Records, is_watched: bool
) -> None:
    records.make("cel")
    cut = trace("queue_timed_out", "cel").splitlines(keepends=True)[1:]
    records.add("cel", "".join(cut))
    records.add("cel", trace("outbound_answered", "cel"))
    done: Any = Watch(pbx, "cel").round() if is_watched else once(pbx, "cel")
    assert (done.added, done.bad) == (1, 0 if is_watched else len(cut))
    assert set(BadLine.objects.values_list("reason", flat=True)) == (set() if is_watched else {"call_not_begun"})
