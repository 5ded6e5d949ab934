"""Takes a file in, and lets its import begin, stop and begin again."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings as django_settings
from django.db import transaction

from callwright.imports.models import Import, State
from callwright.imports.operations.tell import tell_progress
from callwright.imports.queries.imports import can_go_on
from callwright.imports.reading.settings import Settings
from callwright.kit.identity import uuid7_now
from callwright.kit.private_folders import private_folder
from callwright.staff.operations.record_audit import record_audit


class UploadFailed(Exception):
    """`reason`: disk_full or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(Exception):
    """The import is in a state in which this cannot be done."""


def folder() -> Path:
    """Where uploaded files wait."""
    return Path(django_settings.HOME) / "imports"


def keep_upload(chunks: Iterable[bytes], *, name: str, by: int | None, now: datetime) -> Import:
    """Writes an uploaded file away, piece by piece. Raises UploadFailed and leaves nothing behind."""
    id = uuid7_now(now)
    path = folder() / f"{id}{''.join(Path(name).suffixes[-2:])[:20]}"
    digest = hashlib.sha256()
    try:
        private_folder(path.parent)
        with path.open("wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise UploadFailed("disk_full") from error
    size = path.stat().st_size
    if not size:
        path.unlink()
        raise UploadFailed("empty")
    return Import.objects.create(
        id=id,
        name=name[:255],
        origin=Import.Origin.UPLOAD,
        path=str(path),
        sha256=digest.hexdigest(),
        bytes_total=size,
        by_id=by,
        created_at=now,
    )


def sha256_of(path: Path) -> str:
    """Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def stamp_of(path: Path) -> str:
    """Tells a file from another one that has come to lie in its place; "" where there is none."""
    try:
        known = path.stat()
    except OSError:
        return ""
    return f"{known.st_size}:{known.st_mtime_ns}:{known.st_ino}"


def add_import(
    *, path: Path, sha256: str, origin: str, settings: Settings, pbx_id: int, account_id: int | None, now: datetime
) -> Import:
    """An import of a file that is on the server already, ready to run."""
    return Import.objects.create(
        id=uuid7_now(now),
        name=path.name[:255],
        origin=origin,
        path=str(path),
        sha256=sha256,
        bytes_total=path.stat().st_size,
        stamp=stamp_of(path),
        pbx_id=pbx_id,
        account_id=account_id,
        settings=msgspec.to_builtins(settings),
        state=State.WAITING,
        created_at=now,
    )


def add_table_import(
    *,
    settings: Settings,
    pbx_id: int,
    account_id: int | None,
    by: int | None,
    now: datetime,
    table_id: int | None = None,
) -> Import:
    """An import of the record table of a PBX, ready to run. `table_id`: the watched table whose new rows it reads."""
    name = f"{settings.shape} {now:%Y-%m-%d}" if table_id else f"{settings.shape} {settings.since} – {settings.until}"
    return Import.objects.create(
        id=uuid7_now(now),
        name=name,
        table_id=table_id,
        origin=Import.Origin.TABLE,
        pbx_id=pbx_id,
        account_id=account_id,
        by_id=by,
        settings=msgspec.to_builtins(settings),
        state=State.WAITING,
        created_at=now,
    )


@transaction.atomic
def confirm(
    *, import_id: UUID, settings: Settings, pbx_id: int, account_id: int | None, by: int, now: datetime
) -> Import:
    """What was uploaded is to be read so. Raises NotNow."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != State.DRAFT:
        raise NotNow
    row.settings, row.pbx_id, row.account_id = msgspec.to_builtins(settings), pbx_id, account_id
    row.state, row.by_id = State.WAITING, by
    row.save()
    record_audit(action="import_started", subject=f"import:{row.pk}", by=by, detail={"file": row.name}, now=now)
    tell_progress(row, now=now)
    return row


@transaction.atomic
def cancel(*, import_id: UUID, by: int, now: datetime) -> None:
    """Stops at the end of the batch; what is in stays. Raises NotNow."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state == State.WAITING:
        row.state, row.finished_at = State.CANCELLED, now
    elif row.state == State.RUNNING:
        if row.cancel_asked:
            return  # asked twice
        row.cancel_asked = True
    else:
        raise NotNow
    row.save(update_fields=["state", "finished_at", "cancel_asked"])
    record_audit(action="import_cancelled", subject=f"import:{row.pk}", by=by, detail={"file": row.name}, now=now)
    tell_progress(row, now=now)


@transaction.atomic
def go_on(*, import_id: UUID, now: datetime) -> Import:
    """A cancelled or failed import goes on where it stopped. Raises NotNow."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if not can_go_on(row):
        raise NotNow
    row.state, row.problem, row.detail, row.beat_at = State.WAITING, "", "", None
    row.cancel_asked, row.finished_at = False, None
    row.save()
    tell_progress(row, now=now)
    return row


@transaction.atomic
def go_on_anyway(*, import_id: UUID, now: datetime) -> Import:
    """The same with an import of which a worker may have died, and whose file has the same content as before although
    it may have been copied anew. Raises NotNow.
    """
    row = Import.objects.select_for_update().get(pk=import_id)
    row.stamp = stamp_of(Path(row.path))
    row.save(update_fields=["stamp"])
    return go_on(import_id=import_id, now=now) if row.state in (State.CANCELLED, State.FAILED) else row


@transaction.atomic
def discard(*, import_id: UUID) -> None:
    """An upload that nobody confirmed goes, with its file. Raises NotNow."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != State.DRAFT:
        raise NotNow
    forget_upload(row)
    row.delete()  # nothing of it was read yet


def forget_upload(row: Import) -> None:
    """The file that was uploaded for it goes with the end of the transaction; the caller saves the row. One that cannot
    be removed then is an hourly round's to remove.
    """
    if row.origin == Import.Origin.UPLOAD and row.path:
        path, row.path = Path(row.path), ""
        transaction.on_commit(lambda: remove_file(path))


def remove_file(path: Path) -> None:
    """Where it is there, and may be."""
    with contextlib.suppress(OSError):
        path.unlink()


def same_before(row: Import) -> Any:
    """An import that read the same file to its end; None if there is none."""
    return (
        Import.objects.filter(sha256=row.sha256, state=State.FINISHED)
        .exclude(pk=row.pk)
        .order_by("-created_at")
        .first()
    )
