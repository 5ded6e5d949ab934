"""Watched folders: no file is lost, taken for another one, or moved that was not imported (CALL-11)."""

from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call
from callwright.config.commands import import_calls
from callwright.imports.models import Import, WatchedFolder
from callwright.imports.operations.run_import import run_import
from callwright.imports.operations.save_watched import save_folder
from callwright.imports.operations.start_import import NotNow, go_on
from callwright.imports.operations.watch_folders import STILL_FOR, watch_folders
from callwright.imports.tests.conftest import TRACES
from callwright.imports.tests.test_faults import master_line
from callwright.staff.models import AuditEntry, User
from callwright.telephony.models import Pbx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]
OTHER = master_line().replace("1795255200.1", "1795255200.2")


class Watched:
    """A folder, and a clock that goes on as long as a file must be still with each look."""

    def __init__(self, path: Path, pbx: Pbx, **more: Any) -> None:
        self.path, self.now = path, timezone.now()
        WatchedFolder.objects.create(path=str(path), pbx=pbx, **more)

    def look(self) -> int:
        self.now += STILL_FOR * 2
        return watch_folders(self.now)

    def taken(self) -> Import:
        assert [self.look(), self.look()] == [0, 1]
        return Import.objects.order_by("-created_at").first()  # type: ignore[return-value]

    def names(self) -> dict[str, str]:
        return {str(file.relative_to(self.path)): file.read_text() for file in self.path.rglob("*") if file.is_file()}


@pytest.fixture
def folder(tmp_path: Path, pbx: Pbx, house: Account) -> Watched:
    (tmp_path / "in").mkdir()
    return Watched(tmp_path / "in", pbx)


def test_a_file_that_came_in_the_place_of_an_imported_one_is_imported_itself(folder: Watched) -> None:
    """A PBX writes on under the same name when its log was rotated."""
    file = folder.path / "Master.csv"
    file.write_text(master_line())
    run_import(folder.taken().pk)
    file.unlink()
    file.write_text(OTHER)
    assert [folder.look(), folder.look()] == [0, 1]
    assert folder.names() == {"Master.csv": OTHER}
    run_import(Import.objects.order_by("-created_at").first().pk)  # type: ignore[union-attr]
    folder.look()
    assert folder.names() == {"done/Master.csv": OTHER}
    assert Call.objects.count() == 2
    assert set(Import.objects.values_list("state", "path")) == {("finished", "")}


def test_a_file_to_which_something_was_added_stays_until_that_is_imported_too(folder: Watched) -> None:
    file = folder.path / "Master.csv"
    file.write_text(master_line())
    row = folder.taken()
    run_import(row.pk)
    with file.open("a") as out:
        out.write(OTHER)
    folder.look()
    assert folder.names() == {"Master.csv": master_line() + OTHER}
    assert folder.look() == 1
    run_import(Import.objects.order_by("-created_at").first().pk)  # type: ignore[union-attr]
    folder.look()
    assert folder.names() == {"done/Master.csv": master_line() + OTHER}
    assert Call.objects.count() == 2


def test_an_import_does_not_go_on_in_another_file_of_the_same_name(folder: Watched) -> None:
    file = folder.path / "Master.csv"
    file.write_text(master_line())
    row = folder.taken()
    Import.objects.filter(pk=row.pk).update(seen=1, lines=1)  # its worker died after the first line
    _written(folder.path / "new", OTHER * 2).replace(file)
    done = run_import(row.pk)
    assert (done.state, done.problem, done.lines) == ("failed", "file_changed", 1)
    folder.look()
    assert folder.names() == {"Master.csv": OTHER * 2}, "a file that nobody has read is not put away as failed"
    with pytest.raises(NotNow):
        go_on(import_id=row.pk, now=timezone.now())


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_a_file_that_failed_goes_on_where_it_was_put_and_is_done_then(folder: Watched, pbx: Pbx) -> None:
    file = folder.path / "Master.csv"
    file.write_text(master_line())
    row = folder.taken()
    Import.objects.filter(pk=row.pk).update(state="failed", problem="refused")
    folder.look()
    assert folder.names() == {"failed/Master.csv": master_line()}
    done = run_import(go_on(import_id=row.pk, now=timezone.now()).pk)
    assert (done.state, done.added) == ("finished", 1)
    folder.look()
    assert folder.names() == {"done/Master.csv": master_line()}


def test_files_of_the_same_name_are_kept_beside_one_another(folder: Watched) -> None:
    for n, text in enumerate((master_line(), OTHER)):
        (folder.path / "Master.csv").write_text(text)
        run_import(folder.taken().pk)
        folder.look()
        assert len(folder.names()) == n + 1
    assert set(folder.names()) == {"done/Master.csv", "done/Master-2.csv"}


def test_content_that_is_being_imported_from_elsewhere_is_looked_at_again(folder: Watched, tmp_path: Path) -> None:
    (folder.path / "Master.csv").write_text(master_line())
    row = folder.taken()
    Import.objects.filter(pk=row.pk).update(path=str(tmp_path / "upload.csv"), origin="upload", state="running")
    (folder.path / "copy.csv").write_text(master_line())
    assert [folder.look(), folder.look(), folder.look()] == [0, 0, 0]
    Import.objects.filter(pk=row.pk).update(state="finished")
    folder.look()
    assert "done/copy.csv" in folder.names()


def test_rotated_files_of_cel_are_one_stream(folder: Watched) -> None:
    lines = (TRACES / "attended_refer.cel.csv").read_text().splitlines(keepends=True)
    for name, part in (("cel.1.csv", lines[:20]), ("cel.2.csv", lines[20:])):
        (folder.path / name).write_text("".join(part))
        assert run_import(folder.taken().pk).bad == 0
    assert Call.objects.count() == 1


def test_left_files_are_left(tmp_path: Path, pbx: Pbx, house: Account) -> None:
    (tmp_path / "in").mkdir()
    folder = Watched(tmp_path / "in", pbx, after="leave")
    (folder.path / "Master.csv").write_text(master_line())
    run_import(folder.taken().pk)
    assert [folder.look(), folder.look()] == [0, 0]
    assert set(folder.names()) == {"Master.csv"}
    assert folder.now < timezone.now() + timedelta(hours=1)


def test_a_file_is_not_waited_for_as_long_as_the_clock_was_set_back(folder: Watched) -> None:
    (folder.path / "Master.csv").write_text(master_line())
    assert folder.look() == 0
    folder.now -= timedelta(hours=3)
    assert [folder.look(), folder.look()] == [0, 1]


def test_what_a_round_learned_while_the_form_was_open_stays(folder: Watched, house: Account) -> None:
    opened = WatchedFolder.objects.get()
    (folder.path / "Master.csv").write_text(master_line())
    folder.look()
    boss = User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    opened.zone = "Europe/Amsterdam"
    save_folder(opened, by=boss.pk, now=folder.now)
    known = WatchedFolder.objects.get()
    assert (known.zone, list(known.sizes)) == ("Europe/Amsterdam", ["Master.csv"])
    entry = AuditEntry.objects.get(action="watched_folder_saved")
    assert (entry.by, entry.detail) == (boss, {"where": str(folder.path)})


def test_a_file_that_was_copied_anew_goes_on_by_command(
    tmp_path: Path, pbx: Pbx, house: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its content is the same, although it is another file to the disk."""
    file = _written(tmp_path / "Master.csv", master_line() + OTHER)
    asked = Namespace(account=None, zone="", columns="")
    assert import_calls._import(file, pbx.pk, asked)
    Import.objects.update(state="running", seen=0)  # as if its worker had died
    Call.objects.all().delete()
    file.unlink()
    _written(tmp_path / "Other.csv", "")  # another place on the disk
    _written(file, master_line() + OTHER)
    assert import_calls._import(file, pbx.pk, asked)
    assert (Import.objects.count(), Call.objects.count()) == (1, 2)
    assert "finished" in capsys.readouterr().out
