"""Markers of several calls at once, searched by, retired, and what no picture is (CALL-5)."""

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from callwright.calls.models import Call, Marker
from callwright.live.models import LiveEvent

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def flag(db: None) -> Marker:
    return Marker.objects.create(name="Complaint", icon="flag")


def test_several_calls_get_a_marker_at_once(
    owner_client: Any, made: Any, other_account: Any, flag: Marker, django_assert_max_num_queries: Any
) -> None:
    calls = [made(now() - timedelta(seconds=n)) for n in range(3)]
    hidden, left = made(now(), of=other_account), made(now() - timedelta(seconds=9))
    ids = ",".join(str(one.id) for one in [*calls, hidden])
    answer = owner_client.post("/calls/marker/", {"ids": f"{ids},nonsense", "marker": flag.pk})
    page = answer.content.decode()
    assert page.count("Marker: Complaint") == 6 and str(hidden.id) not in page  # label and tip of three
    assert "3 calls were marked anew" in answer["HX-Trigger"]
    assert set(Call.objects.filter(marker=flag).values_list("id", flat=True)) == {one.id for one in calls}
    assert LiveEvent.objects.filter(topic="calls", name="marker").count() == 3
    assert left.marker_id is None
    again = owner_client.post("/calls/marker/", {"ids": ids, "marker": flag.pk})
    assert "0 calls" in again["HX-Trigger"]
    owner_client.post("/calls/marker/", {"ids": ids, "marker": ""})
    assert not Call.objects.filter(marker=flag).exists()


def test_a_marker_that_is_gone_marks_nothing(owner_client: Any, made: Any, flag: Marker) -> None:
    call = made(now())
    Marker.objects.update(retired=True)
    answer = owner_client.post("/calls/marker/", {"ids": str(call.id), "marker": flag.pk})
    assert "does not exist any more" in answer["HX-Trigger"]
    call.refresh_from_db()
    assert call.marker_id is None


def test_who_only_reads_marks_nothing(browser_of: Any, controller: Any, made: Any, flag: Marker) -> None:
    client, call = browser_of(controller), made(now())
    assert client.post("/calls/marker/", {"ids": str(call.id), "marker": flag.pk}).status_code == 403
    assert "data-picked-bar" not in client.get("/calls/").content.decode()


def test_calls_are_found_by_their_marker_also_by_a_retired_one(owner_client: Any, made: Any, flag: Marker) -> None:
    marked, plain = made(now(), marker=flag), made(now())
    Marker.objects.update(retired=True)
    for query in (f"marker={flag.pk}", "marker=any"):
        page = owner_client.get(f"/calls/?{query}").content.decode()
        assert f"call-{marked.id}" in page and f"call-{plain.id}" not in page
    assert f'<option value="{flag.pk}"' in owner_client.get("/calls/filters/").content.decode()
    menu = owner_client.get("/calls/").content.decode()
    assert f'data-marker="{flag.pk}"' not in menu  # it is no longer offered


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60 000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    packed = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + packed + chunk(b"IEND", b"")


def drawn(kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "This file is no picture"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>', "no picture"),
        (b"GIF89a<script>alert(1)</script>", "This file is no picture"),
        (b"%PDF-1.7 ...", "This file is no picture"),
        (b"MZ\x90\x00", "This file is no picture"),
        (b"\x89PNG\r\n\x1a\n", "This file is no picture"),
        (b"", "Choose an icon or upload a picture"),
        (bomb(), "The picture is too large"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * (2 * 1024 * 1024), "The picture is too large"),
        (drawn("BMP"), "This file is no picture"),
        (drawn("PNG")[:60], "This file is no picture"),
    ],
)
def test_what_is_no_picture_is_refused(
    supervisor_client: Any, settings: Any, tmp_path: Any, content: bytes, said: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("logo.png", content, content_type="image/png")
    page = supervisor_client.post("/calls/markers/", {"name": "Logo", "icon": "", "picture": upload}).content.decode()
    assert said in page
    assert Marker.objects.count() == 0 and list(tmp_path.rglob("*.*")) == []


def test_a_picture_is_kept_without_what_else_came_in_its_file(
    supervisor_client: Any, owner_client: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    polyglot = drawn("JPEG", comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>"
    supervisor_client.post("/calls/markers/", {"name": "Logo", "picture": SimpleUploadedFile("a.html", polyglot)})
    shown = owner_client.get(f"/calls/markers/{Marker.objects.get().pk}/picture/")
    assert b"script" not in shown.content and shown["Content-Type"] == "image/webp"
    assert shown["X-Content-Type-Options"] == "nosniff"
