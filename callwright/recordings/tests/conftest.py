from collections.abc import Iterator
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


@pytest.fixture
def s3(settings: Any) -> Iterator[Any]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "recordings", "endpoint_url": f"http://{host}:{port}", "access_key": "test",
                "secret_key": "test", "region_name": "us-east-1",
            },
        },
    }  # fmt: skip
    import boto3
    import httpx

    httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()  # one memory for all of them in a process
    client = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", aws_access_key_id="test", aws_secret_access_key="test",
        region_name="us-east-1",
    )  # fmt: skip
    client.create_bucket(Bucket="recordings")
    yield client
    client.close()
    server.stop()
