"""The markers that calls and contacts can be given: an icon of the set, or an uploaded picture."""

import io
import uuid
import warnings
from collections.abc import Sequence
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from PIL import Image, UnidentifiedImageError

from callwright.calls.models import Marker
from callwright.kit.texts import clean_line

ICONS: Final = (
    "star", "flag", "bell", "tag", "bookmark", "alert-triangle", "help-circle", "circle-check", "circle-x", "clock",
    "calendar", "mail", "phone-call", "message", "note", "user", "users", "building", "briefcase", "package", "key",
    "lock", "world", "eye",
)  # fmt: skip
LARGEST_BYTES: Final = 2 * 1024 * 1024
MOST_PIXELS: Final = 20_000_000
SIDE: Final = 64
"""Pixels: four times what a row shows, for dense screens."""


class MarkerRefused(Exception):
    """`reason` is a code: no_name, name_taken, no_sign, too_large, not_a_picture."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def save_marker(*, marker_id: int | None, name: str, icon: str, picture: bytes = b"") -> int:
    """A new marker, or one changed; an uploaded picture outweighs the icon. Returns its id.

    Raises MarkerRefused, Marker.DoesNotExist.
    """
    marker = Marker.objects.select_for_update().get(pk=marker_id) if marker_id else Marker()
    marker.name = clean_line(name)[:60]
    if not marker.name:
        raise MarkerRefused("no_name")
    if Marker.objects.filter(name__iexact=marker.name, retired=False).exclude(pk=marker.pk).exists():
        raise MarkerRefused("name_taken")
    old = marker.picture.name or ""
    if picture:
        marker.icon, marker.picture = "", _kept(picture)
    elif icon in ICONS:
        marker.icon, marker.picture = icon, ""
    elif not old:
        raise MarkerRefused("no_sign")
    if marker.pk is None:
        marker.position = min((Marker.objects.aggregate(last=Max("position"))["last"] or 0) + 1, 32_000)
    marker.save()
    if old and old != marker.picture.name:
        transaction.on_commit(lambda: default_storage.delete(old))
    return marker.pk


@transaction.atomic
def retire_marker(*, marker_id: int, retired: bool = True) -> None:
    """Takes a marker out of the set, or offers it again. Calls of the past keep it, contacts show it no longer.

    It is never deleted: that would rewrite the calls of all months. Raises Marker.DoesNotExist, MarkerRefused.
    """
    marker = Marker.objects.select_for_update().get(pk=marker_id)
    others = Marker.objects.filter(name__iexact=marker.name, retired=False).exclude(pk=marker.pk)
    if not retired and others.exists():
        raise MarkerRefused("name_taken")
    marker.retired = retired
    marker.save(update_fields=["retired"])


@transaction.atomic
def order_markers(ids: Sequence[int]) -> None:
    """Puts the markers in this order; those not named keep their place."""
    for position, marker_id in enumerate(ids):
        Marker.objects.filter(pk=marker_id).update(position=position)


def _kept(content: bytes) -> str:
    """The name under which the picture is stored, made small and free of what else came in the file."""
    if len(content) > LARGEST_BYTES:
        raise MarkerRefused("too_large")
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP", "GIF"]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise MarkerRefused("too_large")
                small = picture.convert("RGBA")
                small.thumbnail((SIDE, SIDE))
                small.save(out, "WEBP", quality=88)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise MarkerRefused("too_large") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise MarkerRefused("not_a_picture") from error
    return default_storage.save(f"markers/{uuid.uuid4().hex}.webp", ContentFile(out.getvalue()))
