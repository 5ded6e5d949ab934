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

from callwright.calls.operations.export_storage import keep, temporary_path
from callwright.imports.operations.start_import import keep_upload
from callwright.telephony.journal import Journal
from callwright.telephony.link.run import _hold


@pytest.fixture(autouse=True)
def lenient_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(one) for one in [folder, *folder.rglob("*")] if stat.S_IMODE(one.stat().st_mode) & 0o077]


@pytest.mark.django_db
def test_recordings_exports_and_uploads_are_nobody_elses(tmp_path: Path, settings: Any) -> None:
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


def test_what_a_pbx_said_is_nobody_elses(tmp_path: Path) -> None:
    """Whoever comes first makes the folder in which the journals of all PBXs are."""
    for first in ("held", "written"):
        folder = tmp_path / first / "journal" / "main"
        if first == "held":
            handle = _hold(folder)
            assert handle is not None
            os.close(handle)
        Journal(folder).close()
        assert [one for one in open_to_others(tmp_path / first) if Path(one).is_dir()] == []
