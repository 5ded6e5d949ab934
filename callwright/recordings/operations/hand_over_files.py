"""The sound of calls for the person whom they are about: each file as it came, each an entry in the audit log."""

from collections.abc import Generator, Sequence
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from callwright.calls.ports import KeptFile
from callwright.recordings.blobs import open_blob
from callwright.recordings.models import Part
from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import Viewer, may

_PIECE = 256 * 1024


def files_for_person(viewer: Viewer, account_id: int, call_ids: Sequence[UUID]) -> list[KeptFile]:
    """The recordings of calls, named as when they are downloaded one by one; left out for who may not do that."""
    left_out = "" if may(viewer, "download_recordings") else _(
        "Whoever asked for this archive may not download recordings. Somebody who may can make it again."
    )  # fmt: skip
    parts = Part.objects.filter(account_id=account_id, call_id__in=call_ids).defer("peaks")
    return [
        KeptFile(
            one.call_id, f"recordings/{one.filename}", one.size, one.began_at, partial(_pieces, viewer, one), left_out
        )
        for one in parts.order_by("call_id", "position")
    ]


def _pieces(viewer: Viewer, part: Part) -> Generator[bytes, None, None]:
    blob = open_blob(part.file)
    try:
        piece = blob.read(0, _PIECE)
        record_audit(
            action="recording_downloaded", subject=f"call:{part.call_id}", by=viewer.pk, account_id=part.account_id,
            now=timezone.now(),
        )  # fmt: skip
        position = 0
        while piece:
            yield piece
            position += len(piece)
            piece = blob.read(position, _PIECE) if position < part.size else b""
        if position != part.size:
            raise OSError(f"{part.file} is shorter than it was")
    finally:
        blob.close()
