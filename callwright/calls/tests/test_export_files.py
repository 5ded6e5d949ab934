"""Exported files and the worker that makes them: sheets, progress, cancelling, full disks, killed workers (CALL-13)."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone
from python_calamine import CalamineWorkbook

from callwright.calls.export_shape import Shape
from callwright.calls.models import Call, Export
from callwright.calls.operations import export_files, export_progress
from callwright.calls.operations.export_calls import StillBeingMade, ask_export, cancel_export, make_export
from callwright.calls.search import parse_search
from callwright.messaging.models import Notification

DAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
COLUMNS = ("date", "time", "status", "number", "wait", "talk", "comment", "answered")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def asked(viewer: Any, **shape: Any) -> Any:
    given = {"columns": COLUMNS, "zone": "Europe/Amsterdam", "format": "xlsx", **shape}
    search = parse_search({"period": ["all"], "sort": ["started"]})[0]
    return ask_export(viewer=viewer, search=search, shape=Shape(**given), total=None, now=DAY)


def many(made: Any, count: int) -> None:
    """So many calls that differ in their ids alone."""
    first = made(DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO calls_call SELECT (jsonb_populate_record(c, jsonb_build_object("
            " 'id', overlay(c.id::text placing lpad(to_hex(n), 12, '0') from 25), 'pbx_key', 'many-' || n))).*"
            " FROM calls_call c, generate_series(1, %s) AS n WHERE c.id = %s",
            [count - 1, first.id],
        )


@pytest.mark.django_db
def test_a_sheet_has_real_days_times_and_durations_and_no_formulas(made: Any, supervisor: Any, files: Path) -> None:
    made(DAY, talk_s=90_000, comment='=HYPERLINK("http://evil")', client_number="+31612345678")
    made(DAY + timedelta(hours=1), comment="a\x0bb _x0041_ \x1f" + "long" * 10_000, status="missed")
    export = asked(supervisor)
    assert make_export(export, clock=lambda: DAY, in_background=False) == "ready"
    path = files / Export.objects.get(pk=export).file
    head, first, second = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert head == ["Date", "Time", "Offset from UTC", "Status", "Number", "Wait", "Talk", "Comment", "Answered at"]
    assert str(first[0]) == "2026-11-18" and str(first[1]) == "10:00:00" and first[2] == "+01:00"
    assert first[4] == "+31612345678" and first[7] == '=HYPERLINK("http://evil")'
    assert first[6] == timedelta(seconds=90_000) and first[8] == datetime(2026, 11, 18, 10, 0, 8)
    assert second[7].startswith("ab _x0041_ ") and len(second[7]) <= 32_767 and second[8] == ""
    assert "<f>" not in _sheet(path) and 'topLeftCell="A2"' in _sheet(path) and "<autoFilter" in _sheet(path)


def _sheet(path: Path) -> str:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.django_db
def test_an_arabic_sheet_runs_from_right_to_left(made: Any, supervisor: Any, files: Path) -> None:
    made(DAY)
    export = asked(supervisor, language="ar")
    make_export(export, clock=lambda: DAY, in_background=False)
    path = files / Export.objects.get(pk=export).file
    assert 'rightToLeft="1"' in _sheet(path)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0][0] == "التاريخ"


@pytest.mark.django_db
def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    made: Any, supervisor: Any, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(made, 25)
    monkeypatch.setattr(export_files.XlsxFile.__init__, "__kwdefaults__", {"most": 11})  # rows of a sheet
    export = asked(supervisor)
    assert make_export(export, clock=lambda: DAY, in_background=False) == "ready"
    book = CalamineWorkbook.from_path(str(files / Export.objects.get(pk=export).file))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [len(rows) for rows in sheets] == [11, 11, 6] and all(rows[0] == sheets[0][0] for rows in sheets)
    assert book.sheet_names == ["Calls", "Calls 2", "Calls 3"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_how_far_it_is_and_notifies_when_it_is_ready(
    made: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch, files: Path
) -> None:
    many(made, 4_500)
    monkeypatch.setattr(export_progress, "TOLD_EVERY_S", 0)
    export = asked(supervisor, format="csv")
    seen = []
    own_reached = export_progress.Progress.reached

    def watched(self: Any, rows: int) -> None:
        own_reached(self, rows)
        seen.append(Export.objects.values_list("state", "rows_done", "rows_total").get(pk=export))

    monkeypatch.setattr(export_progress.Progress, "reached", watched)
    assert make_export(export, clock=timezone.now, in_background=True) == "ready"
    assert seen == [("running", 2_000, 4_500), ("running", 4_000, 4_500), ("running", 4_500, 4_500)]
    told = Notification.objects.get()
    assert (told.event, told.user_id, told.values) == ("export_ready", supervisor.pk, {"rows": 4_500})
    assert make_export(export, clock=timezone.now, in_background=True) == "ready"  # the job comes twice
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_calls_that_come_meanwhile_are_neither_in_it_nor_double(
    made: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch, files: Path, form: str
) -> None:
    many(made, 4_100)
    export = asked(supervisor, format=form, columns=("id",))
    before = {str(id) for id in Call.objects.values_list("id", flat=True)}
    own_reached = export_progress.Progress.reached

    def meanwhile(self: Any, rows: int) -> None:
        made(DAY - timedelta(seconds=rows))
        made(DAY + timedelta(hours=5, seconds=rows))
        Call.objects.filter(pk=max(Call.objects.values_list("pk", flat=True))).delete()
        own_reached(self, rows)

    monkeypatch.setattr(export_progress.Progress, "reached", meanwhile)
    assert make_export(export, clock=timezone.now, in_background=True) == "ready"
    path = files / Export.objects.get(pk=export).file
    if form == "csv":
        ids = path.read_text("utf-8-sig").split()[4:]  # after the words of the head
    else:
        ids = [row[0] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]]
    assert len(ids) == len(set(ids)) == 4_100 and set(ids) == before


@pytest.mark.django_db(transaction=True)
def test_cancelled_in_the_middle_it_leaves_nothing(
    made: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch, files: Path
) -> None:
    many(made, 4_100)
    monkeypatch.setattr(export_progress, "TOLD_EVERY_S", 0)
    export = asked(supervisor)
    own_reached = export_progress.Progress.reached

    def cancelled(self: Any, rows: int) -> None:
        assert cancel_export(user_id=supervisor.pk, export_id=export, now=DAY) or rows > 2_000
        own_reached(self, rows)

    monkeypatch.setattr(export_progress.Progress, "reached", cancelled)
    assert make_export(export, clock=timezone.now, in_background=True) == "cancelled"
    assert [path for path in files.rglob("*") if path.is_file()] == [] and not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_make_the_same(made: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    many(made, 10)
    export = asked(supervisor)
    own_reached = export_progress.Progress.reached
    refused: list[Any] = []

    def second() -> None:
        try:
            make_export(export, clock=timezone.now, in_background=True)
        except StillBeingMade as still:
            refused.append(still)
        finally:
            connection.close()

    def both(self: Any, rows: int) -> None:
        other = threading.Thread(target=second)
        other.start()
        other.join()
        own_reached(self, rows)

    monkeypatch.setattr(export_progress.Progress, "reached", both)
    assert make_export(export, clock=timezone.now, in_background=True) == "ready"
    assert len(refused) == 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_full_disk_is_told_and_freed(
    made: Any, supervisor: Any, small_disk: Path, form: str, browser_of: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = small_disk
    many(made, 6_000)
    export = asked(supervisor, format=form)
    assert make_export(export, clock=timezone.now, in_background=True) == "failed"
    assert Export.objects.get(pk=export).problem == "disk_full"
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []
    page = browser_of(supervisor).get("/calls/exports/").content.decode()
    assert "The disk is full." in page and Notification.objects.get().event == "export_failed"


_KILLED = """
import os, signal, sys, uuid
from datetime import UTC, datetime
import django
django.setup()
from callwright.calls.operations import export_progress
from callwright.calls.operations.export_calls import make_export
def killed(self, rows):
    os.kill(os.getpid(), signal.SIGKILL)
export_progress.Progress.reached = killed
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[2]
make_export(uuid.UUID(sys.argv[1]), clock=lambda: datetime.now(UTC), in_background=True)
"""


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_half_way_leaves_no_half_file(
    made: Any, supervisor: Any, files: Path, browser_of: Any
) -> None:
    many(made, 2_500)
    export = asked(supervisor)
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, str(export), str(files)], env={**os.environ, "DATABASE_URL": url}
    )
    assert died.returncode == -9
    assert Export.objects.get(pk=export).state == "running" and any(files.rglob("*.xlsx*")) | any(
        files.rglob("*.parts")
    )
    assert browser_of(supervisor).get(f"/calls/exports/{export}/file/").status_code == 404
    for _ in range(50):  # until the database has noticed that the worker is gone
        try:
            assert make_export(export, clock=timezone.now, in_background=True) == "ready"
            break
        except StillBeingMade:
            threading.Event().wait(0.1)
    left = [path.name for path in files.rglob("*") if path.is_file()]
    assert left == [f"{export}.xlsx"] and Export.objects.get(pk=export).rows_done == 2_500
