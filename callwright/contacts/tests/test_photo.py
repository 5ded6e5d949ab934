"""Photos (DESK-3)."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from callwright.contacts.models import Contact
from callwright.contacts.operations.photo import PhotoRefused, delete_photo, set_photo, small_name

pytestmark = pytest.mark.django_db
Make = Callable[..., int]


def jpeg(orientation: int = 1) -> bytes:
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.effect_noise((1200, 600), 60).convert("RGB").save(written, "JPEG", quality=97, exif=exif)
    return written.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that claims to be 60 000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.fixture
def keep(account: Any, make_contact: Make, now: datetime) -> Callable[[bytes], Contact]:
    contact = make_contact("Jan", "Jansen")

    def set_it(content: bytes) -> Contact:
        set_photo(account_id=account.pk, contact_id=contact, content=content, by=None, now=now)
        return Contact.objects.get(pk=contact)

    return set_it


def test_the_photo_is_served_as_it_was_uploaded(keep: Any, owner_client: Any) -> None:
    original = jpeg(orientation=6)
    contact = keep(original)
    answer = owner_client.get(f"/contacts/{contact.pk}/photo/")
    assert answer.content == original
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")


def test_the_small_picture_is_upright_and_small(keep: Any, owner_client: Any) -> None:
    contact = keep(jpeg(orientation=6))
    answer = owner_client.get(f"/contacts/{contact.pk}/photo/small/")
    with Image.open(io.BytesIO(answer.content)) as small:
        assert (small.format, small.size) == ("WEBP", (160, 320))
        assert not small.getexif().get(0x0112)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_formats_and_transparency(keep: Any, kind: str) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (300, 300), (10, 200, 50, 90)).save(written, kind)
    contact = keep(written.getvalue())
    assert contact.photo.name.endswith(f".{kind.lower()}")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>", b"GIF89a<script>alert(1)</script>", b"%PDF-1.7", jpeg()[:400],
        b"II*\x00" + b"\x00" * 100, b"BM" + b"\x00" * 100,
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(keep: Any, content: bytes) -> None:
    with pytest.raises(PhotoRefused) as refused:
        keep(content)
    assert refused.value.reason == "not_a_picture"
    assert not Contact.objects.get().photo


def test_pictures_that_unpack_too_large_are_refused(keep: Any) -> None:
    with pytest.raises(PhotoRefused) as refused:
        keep(bomb())
    assert refused.value.reason == "too_many_pixels"
    with pytest.raises(PhotoRefused) as refused:
        keep(b"\xff\xd8" + b"\x00" * (20 * 1024 * 1024))
    assert refused.value.reason == "too_large"


def test_the_uploaded_name_decides_nothing(make_contact: Make, owner_client: Any) -> None:
    contact = make_contact("Jan", "Jansen")
    evil = io.BytesIO(jpeg())
    evil.name = "../../evil.html"
    owner_client.post(f"/contacts/{contact}/photo/upload/", {"photo": evil})
    name = Contact.objects.get().photo.name
    assert name.startswith("photos/2") and name.endswith(".jpg") and "evil" not in name


def test_a_replaced_or_erased_photo_leaves_no_file(
    keep: Any, account: Any, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    first = keep(jpeg()).photo.name
    with django_capture_on_commit_callbacks(execute=True):
        contact = keep(jpeg())
    assert contact.photo.name != first
    assert not default_storage.exists(first) and not default_storage.exists(small_name(first))
    with django_capture_on_commit_callbacks(execute=True):
        delete_photo(account_id=account.pk, contact_id=contact.pk, by=None, now=now)
    assert not default_storage.exists(contact.photo.name)
    assert not Contact.objects.get().photo


@pytest.mark.parametrize(
    ("form", "more", "kept"), [("JPEG", {}, True), ("JPEG", {"progressive": True}, False), ("PNG", {}, False)]
)
def test_only_as_much_is_decoded_as_memory_bears(
    form: str, more: dict[str, Any], kept: bool, account: Any, make_contact: Any, now: Any
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (5000, 3400), "teal").save(drawn, form, **more)  # 17 megapixels
    given: dict[str, Any] = {"account_id": account.pk, "contact_id": make_contact("Jan"), "by": None, "now": now}
    if kept:
        set_photo(**given, content=drawn.getvalue())
        assert Contact.objects.get().photo
        return
    with pytest.raises(PhotoRefused) as refused:
        set_photo(**given, content=drawn.getvalue())
    assert refused.value.reason == "too_many_pixels"
