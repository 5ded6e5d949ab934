"""Recordings in S3: kept there, and played from there in pieces, by a real server of S3's protocol on loopback."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from callwright.calls.models import Marker
from callwright.contacts.operations.create_contact import create_contact
from callwright.recordings.blobs import open_blob
from callwright.recordings.models import Part, Recording, Source, StoredFile
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.streaming import PIECE
from callwright.recordings.testing import add_recorded_call, fetch_now, process_environment, tone
from callwright.recordings.testing_s3 import BUCKET, keys_in
from callwright.recordings.tests.test_playing import Http, listens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore"),  # those of moto and boto, which are not ours
]


@pytest.fixture
def content(folder_source: Source, s3: Any, monitor: Path, pbx: Any, account: Any, started: datetime) -> bytes:
    """What the PBX recorded and was fetched: nine pieces, of which the last is shorter."""
    file = tone(monitor / "51.4.wav", 36)
    os.utime(file, (1, 1))
    add_recorded_call(pbx, "51.4", started, talk_s=36)
    fetch_now()
    return file.read_bytes()


class Asked(logging.Handler):
    """The ranges for which the storage was asked, as the library writes its requests down."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.ranges: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.args and isinstance(record.args, tuple) and "GetObject" in str(record.args[0]):
            request: Any = record.args[1]
            self.ranges.append(request["headers"].get("Range", "all"))


@pytest.fixture
def asked() -> Iterator[Asked]:
    log, handler = logging.getLogger("botocore.endpoint"), Asked()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler
    log.removeHandler(handler)
    log.setLevel(level)


def test_recordings_are_kept_in_s3_and_read_from_there_in_pieces(content: bytes, s3: Any) -> None:
    part = Part.objects.get()
    assert s3.get_object(Bucket=BUCKET, Key=f"desk/one/{part.file}")["Body"].read() == content
    blob = open_blob(part.file)
    assert blob.read(100, 50) == content[100:150] and blob.read(len(content) - 5, 100) == content[-5:]
    with pytest.raises(FileNotFoundError):
        open_blob("recordings/none.wav").read(0, 10)


def test_a_player_gets_ranges_out_of_s3_and_never_is_more_than_a_piece_asked_for(
    content: bytes, s3: Any, supervisor: Any, browser_of: Any, asked: Asked
) -> None:
    http, size = Http(), len(content)
    address, cookies = listens(browser_of(supervisor), Part.objects.get())
    whole = http.get(address, headers=cookies)
    assert (whole.status_code, whole.content) == (200, content)
    assert asked.ranges == [f"bytes={at}-{min(at + PIECE, size) - 1}" for at in range(0, size, PIECE)]
    asked.ranges.clear()
    for wanted, first, last in (("0-99", 0, 99), ("100000-199999", 100_000, 199_999), ("-50", size - 50, size - 1)):
        piece = http.get(address, headers={**cookies, "range": f"bytes={wanted}"})
        assert (piece.status_code, piece.content) == (206, content[first : last + 1])
        assert piece.headers["content-range"] == f"bytes {first}-{last}/{size}"
    assert asked.ranges == [
        "bytes=0-99", f"bytes=100000-{100_000 + PIECE - 1}", f"bytes={100_000 + PIECE}-199999",
        f"bytes={size - 50}-{size - 1}",
    ]  # fmt: skip
    asked.ranges.clear()
    beyond = http.get(address, headers={**cookies, "range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert asked.ranges == []


def test_what_s3_has_lost_or_does_not_give_is_told_before_anything_is_sent(
    content: bytes, s3: Any, supervisor: Any, browser_of: Any
) -> None:
    http, part = Http(), Part.objects.get()
    address, cookies = listens(browser_of(supervisor), part)
    s3.delete_object(Bucket=BUCKET, Key=f"desk/one/{part.file}")
    assert http.get(address, headers=cookies).status_code == 404
    s3.delete_bucket(Bucket=BUCKET)
    assert http.get(address, headers=cookies).status_code == 503


def test_what_is_erased_is_gone_from_s3_with_the_copy_that_browsers_play(
    folder_source: Source, s3: Any, monitor: Path, pbx: Any, account: Any, owner: Any, started: datetime
) -> None:
    for key in ("51.5", "51.6"):
        file = monitor / f"{key}.sln"  # no browser plays it: two files are kept of it
        file.write_bytes(tone(monitor / "tone", 12).read_bytes()[44:])
        os.utime(file, (1, 1))
        add_recorded_call(pbx, key, started, talk_s=12)
    fetch_now()
    assert len(keys_in(s3)) == 4
    first, second = Recording.objects.order_by("id")
    stays = Part.objects.get(call_id=second.id)
    erase_recording(account_id=first.account_id, call_id=first.id, by=owner.pk, reason="asked for", now=timezone.now())
    remove_left_behind(timezone.now())
    assert keys_in(s3) == sorted(f"desk/one/{name}" for name in (stays.file, stays.playable))
    assert StoredFile.objects.count() == 2


def test_pictures_are_kept_there_too(s3: Any, account: Any, make_user: Any, browser_of: Any, started: datetime) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(drawn, "PNG")
    admin = browser_of(make_user("ada", role="administrator", all_accounts=True))
    contact = create_contact(
        account_id=account.pk, kind="person", values={"surname": "Vries"}, numbers=[], by=None, now=started
    )
    page = f"/contacts/{contact}/photo/"
    admin.post(f"{page}upload/", {"photo": SimpleUploadedFile("jan.png", drawn.getvalue())})
    admin.post("/calls/markers/", {"name": "Logo", "picture": SimpleUploadedFile("logo.png", drawn.getvalue())})
    folders = [key.split("/")[2] for key in keys_in(s3)]
    assert folders == ["markers", "photos", "photos"]  # each photo has a small one beside it
    assert admin.get(page).content == drawn.getvalue()
    assert admin.get(f"/calls/markers/{Marker.objects.get().pk}/picture/")["Content-Type"] == "image/webp"
    admin.post(f"{page}delete/")
    assert [key.split("/")[2] for key in keys_in(s3)] == ["markers"] and admin.get(page).status_code == 404


_PROCESS = """
import json, uuid, django
django.setup()
from django.utils import timezone
from callwright.recordings.blobs import open_blob
from callwright.recordings.models import Part, Recording
from callwright.recordings.operations.erase import erase_recording
from callwright.recordings.operations.keep_files import remove_left_behind
from callwright.recordings.testing import fetch_now
now = timezone.now()
fetch_now()
part = Part.objects.get()
piece = open_blob(part.file).read(1000, 500).hex()
print(json.dumps([part.file, piece, part.size]), flush=True)
input()
erase_recording(account_id=part.account_id, call_id=part.call_id, by=None, reason="asked for", now=now)
print(remove_left_behind(now), flush=True)
"""


def test_a_process_that_has_the_variables_keeps_reads_and_erases_there(
    folder_source: Source, s3: Any, monitor: Path, pbx: Any, account: Any, started: datetime, tmp_path: Path
) -> None:
    content = tone(monitor / "51.7.wav", 12).read_bytes()
    os.utime(monitor / "51.7.wav", (1, 1))
    add_recorded_call(pbx, "51.7", started, talk_s=12)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _PROCESS], env=process_environment(tmp_path), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout and process.stdin
    name, piece, size = json.loads(process.stdout.readline())
    assert (bytes.fromhex(piece), size) == (content[1000:1500], len(content))
    assert keys_in(s3) == [f"desk/one/{name}"] and not (tmp_path / "files").exists()
    rest, _ = process.communicate("go on\n", timeout=60)
    assert (rest.strip(), process.returncode, keys_in(s3)) == ("1", 0, [])
