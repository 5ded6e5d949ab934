"""What the product keeps in files is for the user it runs as alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from callwright.kit.private_folders import private_folder


@pytest.fixture(autouse=True)
def lenient_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(one) for one in [folder, *folder.rglob("*")] if stat.S_IMODE(one.stat().st_mode) & 0o077]


def test_what_is_missing_is_made_for_the_owner_alone_and_what_is_there_is_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert private_folder(tmp_path / "a" / "b" / "c").is_dir()
    assert private_folder(tmp_path / "a" / "b" / "c").is_dir()
    assert open_to_others(tmp_path / "a") == [] and stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.django_db
def test_recordings_exports_and_uploads_are_nobody_elses(tmp_path: Path, settings: Any) -> None:
    from callwright.calls.operations.export_storage import keep, temporary_path
    from callwright.imports.operations.start_import import keep_upload

    settings.HOME, settings.MEDIA_ROOT = tmp_path / "home", tmp_path / "home" / "files"
    export = uuid4()
    path = temporary_path(export, "csv")
    path.write_text("number")
    keep(path, export, "csv")
    default_storage.save("recordings/2026/11/x.wav", ContentFile(b"sound"))
    keep_upload([b"1,2"], name="calls.csv", by=None, now=timezone.now())
    home = tmp_path / "home"
    assert open_to_others(home / "files" / "recordings") == []
    folders = [one for one in open_to_others(home) if Path(one).is_dir()]
    assert folders == []  # into which nobody else gets, whatever the files in it allow
