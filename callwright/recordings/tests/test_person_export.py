"""Who asks what is kept of them gets the sound of their calls too (CALL-9, CALL-16)."""

import csv
import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from callwright.calls.export_shape import Shape
from callwright.calls.models import Export
from callwright.calls.operations.export_calls import ask_person_export, make_export
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.recordings.models import Part
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.testing import add_recorded_call, fetch_now, tone
from callwright.recordings.testing_s3 import keys_in
from callwright.staff import rules
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(account: Any, started: datetime) -> int:
    return create_contact(
        account_id=account.pk, kind="person", values={"surname": "Zwartkruis"}, numbers=[NewNumber("0612345678")],
        by=None, now=started,
    )  # fmt: skip


@pytest.fixture
def recorded(
    folder_source: Any, monitor: Path, pbx: Any, person: int, started: datetime
) -> Callable[[str, float], UUID]:
    def add(key: str, seconds: float) -> UUID:
        os.utime(tone(monitor / f"{key}.wav", seconds), (1, 1))
        _, call_id = add_recorded_call(pbx, key, started, talk_s=seconds)
        fetch_now()
        return call_id

    return add


@pytest.fixture
def export(administrator: Any, account: Any, person: int) -> Callable[[], Export]:
    """Asks for the archive, and has it made."""

    def make() -> Export:
        shape = Shape(format="zip", zone="Europe/Amsterdam")
        asked = ask_person_export(
            viewer=administrator, account_id=account.pk, contact_id=person, shape=shape, now=timezone.now()
        )
        assert make_export(asked, clock=timezone.now, in_background=False) == "ready"
        return Export.objects.get(pk=asked)

    return make


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_the_sound_is_in_the_archive_as_it_came_and_each_file_in_the_audit_log(
    recorded: Callable[[str, float], UUID], export: Callable[[], Export], administrator: Any, kept: Path, monitor: Path
) -> None:
    calls = [recorded("61.1", 12), recorded("61.2", 14)]
    with zipfile.ZipFile(kept / export().file) as archive:
        assert archive.testzip() is None
        names = [f"recordings/{id}-1.wav" for id in calls]
        for name, key in zip(names, ("61.1", "61.2"), strict=True):
            assert archive.read(name) == (monitor / f"{key}.wav").read_bytes()
            assert archive.getinfo(name).external_attr >> 16 == 0o600
        whole = json.loads(archive.read("person.json"))
        assert sorted(one["file"] for one in whole["files"]) == sorted(names)
        assert {row["left_out"] for row in table(archive, "files.csv")} == {""}
        assert "LEFT-OUT.txt" not in archive.namelist()
    entries = AuditEntry.objects.filter(action="recording_downloaded", by=administrator)
    assert sorted(one.subject for one in entries) == sorted(f"call:{id}" for id in calls)


def test_who_may_not_download_gets_none_and_the_archive_says_so(
    recorded: Callable[[str, float], UUID], export: Callable[[], Export], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = recorded("61.3", 12)
    less = rules.RIGHTS_OF_ROLE["administrator"] - {"download_recordings"}
    monkeypatch.setitem(rules.RIGHTS_OF_ROLE, "administrator", less)
    with zipfile.ZipFile(kept / export().file) as archive:
        assert not [name for name in archive.namelist() if name.startswith("recordings/")]
        said = archive.read("LEFT-OUT.txt").decode()
        assert said.startswith("1 file is not in this archive.") and "may not download recordings" in said
        (row,) = table(archive, "files.csv")
        assert (row["call"], "may not download" in row["left_out"]) == (str(call_id), True)
        assert table(archive, "recordings.csv")[0]["state"] == "downloaded"
    assert not AuditEntry.objects.filter(action="recording_downloaded").exists()


def test_a_file_that_the_storage_has_lost_is_told_and_the_others_are_there(
    recorded: Callable[[str, float], UUID], export: Callable[[], Export], kept: Path
) -> None:
    lost, there = recorded("61.4", 12), recorded("61.5", 12)
    (kept / Part.objects.get(call_id=lost).file).unlink()
    with zipfile.ZipFile(kept / export().file) as archive:
        assert f"recordings/{there}-1.wav" in archive.namelist()
        said = {row["call"]: row["left_out"] for row in table(archive, "files.csv")}
        assert said == {str(lost): "The file is not in the storage any more.", str(there): ""}
        assert "not in the storage" in archive.read("LEFT-OUT.txt").decode()
    assert AuditEntry.objects.get(action="recording_downloaded").subject == f"call:{there}"


def test_long_recordings_pass_through_in_pieces(
    recorded: Callable[[str, float], UUID], export: Callable[[], Export], kept: Path
) -> None:
    part = Part.objects.get(call_id=recorded("61.6", 12))
    size = 64 * 1024 * 1024
    os.truncate(kept / part.file, size)
    Part.objects.filter(id=part.id).update(size=size)
    tracemalloc.start()
    try:
        made = export()
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 16 * 1024 * 1024
    with zipfile.ZipFile(kept / made.file) as archive:
        assert archive.getinfo(f"recordings/{part.call_id}-1.wav").file_size == size


@pytest.mark.filterwarnings("ignore")  # those of moto and boto, which are not ours
def test_it_comes_out_of_s3_and_the_archive_is_kept_there(
    s3: Any, recorded: Callable[[str, float], UUID], export: Callable[[], Export], administrator: Any,
    browser_of: Any, monitor: Path,
) -> None:  # fmt: skip
    call_id = recorded("61.7", 36)
    made = export()
    assert f"desk/one/{made.file}" in keys_in(s3)
    answer = browser_of(administrator).get(f"/calls/exports/{made.pk}/file/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.read(f"recordings/{call_id}-1.wav") == (monitor / "61.7.wav").read_bytes()


def test_a_recording_that_is_erased_goes_with_the_archives_that_may_hold_it(
    recorded: Callable[[str, float], UUID], export: Callable[[], Export], owner: Any, account: Any, kept: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    call_id, made = recorded("61.8", 12), export()
    with django_capture_on_commit_callbacks(execute=True):
        erase_recording(account_id=account.pk, call_id=call_id, by=owner.pk, reason="asked for", now=timezone.now())
    made.refresh_from_db()
    assert made.state == "expired" and not list(kept.rglob("*.zip"))
