"""Disks that are full, workers that are killed, storages elsewhere: nothing lost, nothing doubled (CALL-9)."""

import errno
import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from callwright.recordings.models import Part, Recording, Source, StoredFile
from callwright.recordings.operations.claim import ClaimLost, renew, take_due
from callwright.recordings.operations.fetch_recording import fetch_recording
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.testing import add_recorded_call, fetch_now, process_environment, settled, tone
from callwright.recordings.tests.servers import give, web

pytestmark = pytest.mark.django_db(transaction=True)


class FullDisk(FileSystemStorage):
    """Takes the beginning of a file, then says what a full disk says."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(1000))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_disk_is_full_in_the_middle_of_a_file(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime, settings: Any,
    make_user: Any, browser_of: Any,
) -> None:  # fmt: skip
    settled(tone(monitor / "51.1.wav", 12))
    _, call_id = add_recorded_call(pbx, "51.1", started)
    good = settings.STORAGES
    settings.STORAGES = {**good, "default": {"BACKEND": f"{__name__}.FullDisk"}}
    fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "disk_full")
    assert not Part.objects.exists() and not [one for one in kept.rglob("*") if one.is_file()]
    browser = browser_of(make_user("ada", role="administrator", all_accounts=True))
    page = browser.get(f"/recordings/calls/{call_id}/").content.decode()
    assert "The disk is full, so the recording cannot be kept" in page and "It is tried again at" in page
    assert "Make room" in browser.get("/recordings/").content.decode()
    settings.STORAGES = good
    fetch_now()
    assert Recording.objects.get().state == "downloaded" and Part.objects.count() == 1
    assert [one.name for one in StoredFile.objects.all()] == [Part.objects.get().file]


def test_what_a_dead_worker_had_begun_is_taken_up_and_its_late_word_does_not_count(
    folder_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    settled(tone(monitor / "51.2.wav", 12))
    add_recorded_call(pbx, "51.2", started)
    now = timezone.now() + timedelta(seconds=10)
    (dead,) = take_due(now, limit=5)
    assert take_due(now, limit=5) == []
    (alive,) = take_due(now + timedelta(minutes=5), limit=5)
    fetch_recording(alive, now)
    fetch_recording(dead, now)
    with pytest.raises(ClaimLost):
        renew(dead)
    assert Part.objects.count() == 1 and StoredFile.objects.filter(kept=True).count() == 1


def test_a_worker_killed_half_way_leaves_nothing_that_is_shown_and_nothing_behind(
    pbx: Any, account: Any, started: datetime, kept: Path, tmp_path: Path
) -> None:
    file = tone(tmp_path / "x.wav", 60)
    half_sent, go_on = threading.Event(), threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        content = file.read_bytes()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(content[: len(content) // 2])
            half_sent.set()
            go_on.wait(20)

    with web(stall) as url:
        source = Source.objects.create(pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav")
        add_recorded_call(pbx, "51.3", started, talk_s=60)
        Recording.objects.update(due_at=timezone.now())
        worker = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _WORKER], env=process_environment(tmp_path), stderr=subprocess.PIPE
        )
        assert half_sent.wait(60)
        worker.kill()
        worker.communicate()
        go_on.set()
    assert not Part.objects.exists() and not StoredFile.objects.exists()
    assert Recording.objects.get().due_at is not None
    with web(give(file)) as url:
        source.url = url
        source.save()
        fetch_now()
    assert Part.objects.count() == 1 and Recording.objects.get().state == "downloaded"


_WORKER = """
import os, django
django.setup()
from callwright.recordings.testing import fetch_all_due
from django.utils import timezone
fetch_all_due(timezone.now())
"""


def test_files_that_no_recording_names_are_removed_but_not_those_on_their_way(
    kept: Path, db: None, started: datetime
) -> None:
    for name, age in (("recordings/old.wav", timedelta(days=2)), ("recordings/new.wav", timedelta(hours=1))):
        (kept / name).parent.mkdir(parents=True, exist_ok=True)
        (kept / name).write_bytes(b"x")
        StoredFile.objects.create(name=name, created_at=timezone.now() - age)
    assert remove_left_behind(timezone.now()) == 1
    assert [one.name for one in kept.rglob("*.wav")] == ["new.wav"]
