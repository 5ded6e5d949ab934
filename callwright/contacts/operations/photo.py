"""Keeps a contact's photo: the bytes as they were uploaded, and a small picture beside them (DESK-3)."""

import io
import uuid
import warnings
from datetime import datetime
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from callwright.contacts.models import Contact
from callwright.contacts.operations.keep_contact import keep, locked_contact

LARGEST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
MOST_DECODED: Final = 16_000_000
"""Pixels held in memory, 64 MB at four bytes each: larger ones are taken only where the format decodes them smaller."""

SMALL_SIDE: Final = 320
"""Pixels of the small picture's longer side: twice what the card shows, for dense screens."""

FORMATS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}


class PhotoRefused(Exception):
    """This cannot be a photo; `reason` is a code: too_large, not_a_picture, too_many_pixels."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def small_name(name: str) -> str:
    """The small picture's name beside the photo's."""
    return f"{name.rsplit('.', 1)[0]}.small.webp"


def set_photo(*, account_id: int, contact_id: int, content: bytes, by: int | None, now: datetime) -> None:
    """Keep `content`, unchanged, as the contact's photo. Raises ContactMissing, PhotoRefused.

    What it is is told by the bytes, never by the name it came with.
    """
    extension, small = _examined(content)
    name = f"photos/{now:%Y/%m}/{uuid.uuid4().hex}.{extension}"
    with transaction.atomic():
        contact = locked_contact(account_id, contact_id)
        saved = default_storage.save(name, ContentFile(content))
        default_storage.save(small_name(saved), ContentFile(small))
        _replace(contact, saved, by, now)


@transaction.atomic
def delete_photo(*, account_id: int, contact_id: int, by: int | None, now: datetime) -> None:
    """Erase the contact's photo. Erasing one that is not there is no error. Raises ContactMissing."""
    contact = locked_contact(account_id, contact_id)
    if contact.photo:
        _replace(contact, "", by, now)


def _replace(contact: Contact, name: str, by: int | None, now: datetime) -> None:
    old = contact.photo.name or ""
    contact.photo = name
    keep(contact, by=by, now=now)
    if old:
        transaction.on_commit(lambda: _erase(old))


def _erase(name: str) -> None:
    default_storage.delete(name)
    default_storage.delete(small_name(name))


def _examined(content: bytes) -> tuple[str, bytes]:
    """(extension, small picture as WebP), the small one turned upright."""
    if len(content) > LARGEST_BYTES:
        raise PhotoRefused("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(FORMATS)) as picture:
                extension = FORMATS[str(picture.format)]
                if picture.width * picture.height > MOST_PIXELS:
                    raise PhotoRefused("too_many_pixels")
                if "progressive" not in picture.info:  # those are held whole, whatever the size asked for
                    picture.draft("RGB", (SMALL_SIDE * 2, SMALL_SIDE * 2))
                if picture.width * picture.height > MOST_DECODED:
                    raise PhotoRefused("too_many_pixels")
                return extension, _small(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoRefused("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PhotoRefused("not_a_picture") from error


def _small(picture: Image.Image) -> bytes:
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    upright.thumbnail((SMALL_SIDE, SMALL_SIDE))
    written = io.BytesIO()
    upright.save(written, "WEBP", quality=86)
    return written.getvalue()
