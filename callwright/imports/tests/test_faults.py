"""Imports that are killed, lose the database, or find the disk full: nothing is lost, nothing doubled (CALL-11)."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.imports.models import Import, Touched, WatchedFolder
from callwright.imports.operations import start_import
from callwright.imports.operations.run_import import SILENT_AFTER, left_behind
from callwright.imports.operations.watch_folders import STILL_FOR, watch_folders
from callwright.staff.models import User
from callwright.telephony.models import Pbx

LINES = 22_000


def master(folder: Path) -> Path:
    """A file of so many answered calls, one a second, with a bad line in the middle."""
    file = folder / "Master.csv"
    start = 1_795_000_000
    with file.open("w") as out:
        for n in range(LINES):
            at = time.gmtime(start + n)
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", at)
            end = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(start + n + 30))
            answer = "yesterday" if n == LINES // 2 else stamp
            out.write(
                f'"","06{n:08}","31201234567","in","","PJSIP/trunk-{n:08x}","PJSIP/101-{n:08x}","Dial","PJSIP/101,30",'
                f'"{stamp}","{answer}","{end}",30,30,"ANSWERED","DOCUMENTATION","{start + n}.{n}",""\n'
            )
    return file


def wait_for(condition: Callable[[], Any], process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        assert time.monotonic() < until
        time.sleep(0.05)


def whole(done: Import) -> None:
    assert (done.state, done.lines, done.added, done.unchanged, done.bad) == ("finished", LINES, LINES - 1, 0, 1)
    assert Call.objects.count() == LINES - 1
    assert Touched.objects.filter(of=done).count() == LINES - 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path, pbx: Pbx, command: Any) -> None:
    file = master(tmp_path)
    first = command(file)
    wait_for(lambda: Import.objects.filter(seen__gt=0).exists(), first)
    first.send_signal(signal.SIGKILL)
    first.wait()
    stopped = Import.objects.get()
    assert stopped.state == "running"
    assert 0 < stopped.lines < LINES
    assert list(left_behind(timezone.now() + SILENT_AFTER * 2)) == [stopped.pk]  # a worker would take it up
    second = command(file)
    out, _ = second.communicate(timeout=200)
    assert second.returncode == 0, out
    whole(Import.objects.get())


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_in_the_middle_is_waited_for(tmp_path: Path, pbx: Pbx, command: Any) -> None:
    process = command(master(tmp_path))
    wait_for(lambda: Import.objects.filter(seen__gt=0).exists(), process)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'import'"
        )
        assert cursor.fetchone()[0] >= 1
    out, _ = process.communicate(timeout=200)
    assert process.returncode == 0, out
    whole(Import.objects.get())


@pytest.mark.django_db
def test_an_upload_for_which_there_is_no_room_is_told_in_words(
    client: Client, pbx: Pbx, tmp_path: Path, settings: Any
) -> None:
    settings.HOME = tmp_path
    full = tmp_path / "imports"
    full.symlink_to("/dev/full")  # what is written there meets a full disk
    client.force_login(User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True))
    answer = client.post("/imports/", {"file": SimpleUploadedFile("Master.csv", b"1,2\n")})
    assert answer.status_code == 422
    assert "no room on the disk" in answer.content.decode()
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_what_is_half_written_on_a_full_disk_is_removed(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(start_import.UploadFailed):
        start_import.keep_upload(chunks(), name="Master.csv", by=None, now=timezone.now())
    assert list((tmp_path / "imports").iterdir()) == []


@pytest.mark.django_db
def test_a_watched_file_is_taken_when_it_has_stopped_growing_and_only_once(tmp_path: Path, pbx: Pbx) -> None:
    file = tmp_path / "cdr.csv"
    file.write_text(master_line())
    WatchedFolder.objects.create(path=str(tmp_path), pbx=pbx)
    now = timezone.now()
    assert watch_folders(now) == 0
    file.write_text(master_line() * 2)
    assert watch_folders(now + STILL_FOR) == 0  # it grew
    assert watch_folders(now + STILL_FOR * 3) == 1
    assert watch_folders(now + STILL_FOR * 5) == 0
    row = Import.objects.get()
    Import.objects.filter(pk=row.pk).update(state="finished")
    watch_folders(now + STILL_FOR * 6)
    assert (tmp_path / "done" / "cdr.csv").exists()
    file.write_text(master_line() * 2)  # the same content once more
    watch_folders(now + STILL_FOR * 7)
    assert watch_folders(now + STILL_FOR * 9) == 0
    assert Import.objects.count() == 1


def master_line() -> str:
    return (
        '"","0612345678","31201234567","in","","PJSIP/trunk-00000001","PJSIP/101-00000002","Dial","PJSIP/101,30",'
        '"2026-11-21 10:00:00","2026-11-21 10:00:10","2026-11-21 10:00:20",20,10,"ANSWERED","DOCUMENTATION",'
        '"1795255200.1",""\n'
    )


@pytest.mark.django_db
def test_a_watched_folder_that_is_gone_says_so(tmp_path: Path, pbx: Pbx, house: Account) -> None:
    folder = WatchedFolder.objects.create(path=str(tmp_path / "gone"), pbx=pbx)
    watch_folders(timezone.now())
    folder.refresh_from_db()
    assert "No such file" in folder.problem
