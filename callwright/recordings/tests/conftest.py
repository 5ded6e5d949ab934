from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from callwright.recordings.tests.servers import SshServer


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
def ssh(monitor: Path) -> "Iterator[SshServer]":
    """An SFTP server with that folder."""
    from callwright.recordings.tests.servers import SshServer

    server = SshServer(monitor)
    yield server
    server.stop()


@pytest.fixture
def folder_source(pbx: Any, monitor: Path, kept: Path) -> Any:
    from callwright.recordings.models import Source

    return Source.objects.create(
        pbx=pbx, kind="folder", folder=str(monitor), pattern="{uniqueid}.*", pbx_folder="/var/spool/asterisk/monitor"
    )


@pytest.fixture
def sides(folder_source: Any) -> Any:
    """A source in which each side of a call is a file of its own."""
    folder_source.own_side_pattern, folder_source.other_side_pattern = "{uniqueid}-in.wav", "{uniqueid}-out.wav"
    folder_source.save()
    return folder_source


@pytest.fixture
def started() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=10)


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Files are kept in S3, as the environment variables say; a client that looks into the bucket."""
    from callwright.config.environment import file_storage
    from callwright.recordings.testing_s3 import s3_server

    with s3_server() as (environment, client):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)  # the processes that a test starts have them too
        settings.STORAGES = {**settings.STORAGES, "default": file_storage()}
        yield client
