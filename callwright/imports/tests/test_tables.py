"""The record tables of a PBX, in a database of their own: read once, and watched (CALL-11)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account, Organisation
from callwright.calls.models import Call
from callwright.imports.jobs import look_into_tables
from callwright.imports.models import BadLine, Import, WatchedFolder, WatchedTable
from callwright.imports.operations.prepare import prepare_table
from callwright.imports.operations.run_import import run_import
from callwright.imports.operations.start_import import add_table_import
from callwright.imports.operations.undo_import import begin_undo, run_undo
from callwright.imports.reading.text import Unreadable
from callwright.imports.tests.conftest import calls
from callwright.imports.tests.tables import Records, Watch, once, trace
from callwright.messaging.models import Notification
from callwright.staff.models import AccountRight, AuditEntry, User
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]


@pytest.mark.parametrize("shape", ["cdr", "cel"])
def test_a_table_is_read_as_its_file_is(imported: Any, house: Account, pbx: Pbx, records: Records, shape: str) -> None:
    text = "".join(trace(name, shape) for name in ("queue_timed_out", "attended_refer", "outbound_answered"))
    imported(text)
    from_file = calls()
    Call.objects.all().delete()
    records.make(shape)
    records.add(shape, text)
    done = once(pbx, shape)
    assert (done.state, done.bad, done.problem) == ("finished", 0, "")
    assert calls() == from_file


def test_times_in_the_pbx_s_own_zone_are_found_out_by_its_keys(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    records.run("UPDATE cdr SET start = start + interval '1 hour', \"end\" = \"end\" + interval '1 hour'")
    done = once(pbx)
    assert (done.settings["zone"], done.added) == ("Europe/Amsterdam", 1)
    assert Call.objects.get().started_at.isoformat() == "2026-11-21T19:09:27+00:00"


def test_a_call_over_midnight_is_read_as_a_whole(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    records.run("UPDATE cdr SET start = '2026-11-20 23:59:50' WHERE id = 1")
    once(pbx)
    (call,) = calls()
    assert len(call["legs"]) == 6


def test_an_import_that_was_stopped_reads_the_table_anew(
    house: Account, pbx: Pbx, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows may have come between those that were read: by their place in the table calls would be lost."""
    records.make("cdr", has_id=False)
    records.add("cdr", trace("outbound_answered"))
    settings = prepare_table(pbx_id=pbx.pk, shape="cdr", since="2026-11-21", until="2026-11-22")
    row = add_table_import(settings=settings, pbx_id=pbx.pk, account_id=None, by=None, now=timezone.now())
    Import.objects.filter(pk=row.pk).update(seen=7, held=[3], state="running")
    records.add("cdr", trace("queue_timed_out"))
    done = run_import(row.pk)
    assert (done.state, done.added, Call.objects.count()) == ("finished", 2, 2)


@pytest.mark.parametrize("shape", ["cdr", "cel"])
@pytest.mark.parametrize("has_id", [True, False])
def test_new_rows_come_in_with_each_round_and_late_ones_too(
    house: Account, pbx: Pbx, records: Records, shape: str, has_id: bool
) -> None:
    """A call whose rows come bit by bit is one call, and what came once is not counted twice."""
    records.make(shape, has_id=has_id)
    watch, lines = Watch(pbx, shape), trace("queue_timed_out", shape).splitlines(keepends=True)
    assert watch.round() is None  # an empty table
    for n, part in enumerate((lines[:3], lines[3:6], lines[6:])):
        records.add(shape, "".join(part))
        done = watch.round()
        assert done is not None and (done.state, done.bad) == ("finished", 0)
        assert Call.objects.count() == (1 if shape == "cdr" or n == 2 else 0)
    (call,) = calls()
    assert (call["status"], len(call["legs"])) == ("missed", 6)
    assert Import.objects.count() == 1  # one a day
    assert Import.objects.get().added == 1
    records.add(shape, trace("outbound_answered", shape))
    assert watch.round() is not None
    assert (Call.objects.count(), Import.objects.get().added) == (2, 2)


def test_a_row_that_was_written_before_the_last_round_but_appeared_after_it_comes_in(
    house: Account, pbx: Pbx, records: Records
) -> None:
    """A transaction of the PBX that took long: its row has a lower number than those that were read."""
    records.make("cdr")
    watch = Watch(pbx)
    records.add("cdr", trace("queue_timed_out"))
    records.run("UPDATE cdr SET id = 500 + id WHERE id < 500")
    assert watch.round() is not None
    records.run("ALTER SEQUENCE cdr_id_seq RESTART WITH 100")
    records.add("cdr", trace("outbound_answered"))
    assert watch.round() is not None
    assert Call.objects.count() == 2


def test_a_table_in_which_nothing_happens_is_not_read_for_ever(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("outbound_answered"))
    watch = Watch(pbx)
    read = [watch.round() is not None for _ in range(8)]
    assert read[0] and not any(read[5:])
    assert (Call.objects.count(), Import.objects.count()) == (1, 1)


def test_what_was_undone_does_not_come_in_again(house: Account, pbx: Pbx, records: Records) -> None:
    boss = User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    records.make("cdr")
    records.add("cdr", trace("queue_timed_out"))
    watch = Watch(pbx)
    done = watch.round()
    assert done is not None
    begin_undo(import_id=done.pk, by=boss.pk, now=timezone.now())
    run_undo(done.pk)
    assert not Call.objects.exists()
    watch.round()
    records.add("cdr", trace("outbound_answered"))
    again = watch.round()
    assert again is not None and again.pk != done.pk
    assert [call["direction"] for call in calls()] == ["outbound"]


def test_a_database_that_is_away_is_told_once_and_read_when_it_is_back(
    house: Account, pbx: Pbx, records: Records
) -> None:
    User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    records.make("cdr")
    records.add("cdr", trace("outbound_answered"))
    watch = Watch(pbx)
    secret = "postgresql://pbx:s3cr3t@127.0.0.1:1/asterisk"
    Pbx.objects.filter(pk=pbx.pk).update(record_dsn=secret)
    assert watch.round() is None and watch.round() is None
    watch.table.refresh_from_db()
    assert watch.table.problem == "table_gone" and "s3cr3t" not in watch.table.detail
    assert Notification.objects.filter(event="import_failed").count() == 1
    Pbx.objects.filter(pk=pbx.pk).update(record_dsn=records.url)
    done = watch.round()
    assert done is not None and done.added == 1
    watch.table.refresh_from_db()
    assert watch.table.problem == ""


def test_what_is_no_address_at_all_is_not_shown(pbx: Pbx) -> None:
    Pbx.objects.filter(pk=pbx.pk).update(record_dsn="postgresql://pbx:s3cr3t@host:port with a blank/x")
    with pytest.raises(Unreadable) as caught:
        prepare_table(pbx_id=pbx.pk, shape="cdr", since="2026-11-21")
    assert "s3cr3t" not in str(caught.value)


def test_a_table_whose_times_are_texts_is_refused_in_words(pbx: Pbx, records: Records) -> None:
    records.make("cdr", start="text")
    records.add("cdr", trace("outbound_answered"))
    done = once(pbx)
    assert (done.state, done.problem) == ("failed", "table_refused")


def test_bad_rows_are_told_once_however_often_they_are_read(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("outbound_answered").replace("PJSIP/101-00000000", ""))
    watch = Watch(pbx)
    watch.round()
    records.add("cdr", trace("queue_timed_out"))
    watch.round()
    done = Import.objects.get()
    assert (BadLine.objects.count(), done.bad) == (1, 1)
    assert BadLine.objects.get().reason == "cell_missing"


def test_the_worker_hands_what_is_new_to_a_job(house: Account, pbx: Pbx, records: Records) -> None:
    records.make("cdr")
    records.add("cdr", trace("outbound_answered"))
    Watch(pbx)
    look_into_tables(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'import_id' FROM procrastinate_jobs WHERE task_name = 'imports.work'")
        assert cursor.fetchall() == [(str(Import.objects.get().pk),)]


def test_the_screen_of_watched_tables(client: Client, house: Account, pbx: Pbx, records: Records) -> None:
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    assert "Watch another table" in client.get("/imports/tables/").content.decode()
    asked = {
        "pbx": pbx.pk,
        "shape": "cel",
        "first_day": "2026-11-01",
        "every_minutes": "5",
        "late_minutes": "15",
        "enabled": "on",
    }
    assert client.post("/imports/tables/", asked).status_code == 302
    made = WatchedTable.objects.get()
    shown = client.get(f"/imports/tables/{made.pk}/").content.decode()
    assert "every 5 minutes" in shown and records.url not in shown
    assert client.post("/imports/tables/", asked).status_code == 422  # it is watched already
    wrong = {**asked, "every_minutes": "0"}
    assert client.post(f"/imports/tables/{made.pk}/", wrong).status_code == 422
    assert client.post(f"/imports/tables/{made.pk}/", {**asked, "enabled": ""}).status_code == 302
    assert "Not watched" in client.get("/imports/tables/").content.decode()
    assert client.post(f"/imports/tables/{made.pk}/", {"remove": "1"}).status_code == 302
    assert not WatchedTable.objects.exists()
    noted = AuditEntry.objects.filter(subject=f"watched_table:{made.pk}").order_by("pk")
    assert [one.action for one in noted] == ["watched_table_saved", "watched_table_saved", "watched_table_removed"]
    client.force_login(User.objects.create_user("carl", "x", name="Carl", role="controller", all_accounts=True))
    assert client.get("/imports/tables/").status_code == 403


def test_who_sees_some_accounts_only_reads_and_watches_nothing_of_all(client: Client, house: Account, pbx: Pbx) -> None:
    Organisation.objects.create(pk=1, kind="bureau", name="Bureau")
    watched = WatchedTable.objects.create(pbx=pbx, first_day=date(2026, 11, 1))
    folder = WatchedFolder.objects.create(path="/srv/records", pbx=pbx)
    pages = ["folders/", f"folders/{folder.pk}/", "tables/", f"tables/{watched.pk}/"]
    ada = User.objects.create_user("ada", "x", name="Ada", role="administrator")
    AccountRight.objects.create(user=ada, account=house)
    client.force_login(ada)
    for page in ["table/", *pages]:
        assert client.get(f"/imports/{page}").status_code == 403
        assert client.post(f"/imports/{page}", {"remove": "1"}).status_code == 403
    shown = client.get("/imports/").content.decode()
    assert not [page for page in ("table/", "folders/", "tables/") if f'"/imports/{page}"' in shown]
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    assert [client.get(f"/imports/{page}").status_code for page in pages] == [200] * 4
    assert '"/imports/tables/"' in client.get("/imports/").content.decode()


def test_in_a_house_its_administrators_watch_tables(client: Client, house: Account, pbx: Pbx) -> None:
    Organisation.objects.create(pk=1, kind="house", name="House")
    client.force_login(User.objects.create_user("ada", "x", name="Ada", role="administrator"))
    assert client.get("/imports/tables/").status_code == 200
