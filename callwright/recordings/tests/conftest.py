from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """Where the storage keeps its files in this test."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    settings.HOME = tmp_path / "home"
    return tmp_path / "kept"


@pytest.fixture
def monitor(tmp_path: Path) -> Path:
    """The folder into which the PBX records."""
    folder = tmp_path / "monitor"
    folder.mkdir()
    return folder


@pytest.fixture
def folder_source(pbx: Any, monitor: Path, kept: Path) -> Any:
    from callwright.recordings.models import Source

    return Source.objects.create(
        pbx=pbx, kind="folder", folder=str(monitor), pattern="{uniqueid}.*", pbx_folder="/var/spool/asterisk/monitor"
    )


@pytest.fixture
def started() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=10)
