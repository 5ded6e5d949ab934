"""Looks into watched folders: files that have stopped growing are imported, the others are left."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from callwright.accounts.queries.accounts import organisation
from callwright.imports.models import Import, State, WatchedFolder
from callwright.imports.operations.prepare import is_complete, prepare
from callwright.imports.operations.start_import import add_import, sha256_of, stamp_of
from callwright.imports.reading.text import Unreadable
from callwright.kit.identity import uuid7_now
from callwright.messaging.operations.notify import notify

STILL_FOR = timedelta(seconds=20)
"""A file that has not changed for so long is complete."""
_ENDINGS = (".csv", ".txt", ".gz", ".zip", ".log")
DONE, FAILED = "done", "failed"


def watch_folders(now: datetime) -> int:
    """Returns how many imports it made. Several workers may do it at once."""
    made = 0
    for id in WatchedFolder.objects.filter(enabled=True).values_list("pk", flat=True):
        with transaction.atomic():
            folder = WatchedFolder.objects.select_for_update(skip_locked=True).filter(pk=id, enabled=True).first()
            if folder is not None and _is_due(folder, now):
                made += _look(folder, now)
    _put_away()
    return made


def _is_due(folder: WatchedFolder, now: datetime) -> bool:
    """With a time of day: from then on until midnight, where the account is, or else the organisation."""
    if folder.daily_at is None:
        return True
    local = now.astimezone(ZoneInfo(folder.account.time_zone if folder.account else organisation().time_zone))
    # at the end of summer time the clock may have shown it once and be set back since
    return local.time() >= folder.daily_at or now >= datetime.combine(local.date(), folder.daily_at, local.tzinfo)


def _look(folder: WatchedFolder, now: datetime) -> int:
    made, sizes, problem = 0, dict(folder.sizes), ""
    try:
        files = list(_files(Path(folder.path)))
    except OSError as error:
        files, problem = [], str(error)[:200]
    for path, size, changed in files:
        before = sizes.get(path.name)
        was_set_back = before is not None and len(before) == 3 and before[2] > now.timestamp()  # our clock, since then
        if before is None or before[0] != size or before[1] != changed or was_set_back:
            sizes[path.name] = [size, changed, now.timestamp()]
        elif len(before) == 3 and now.timestamp() - before[2] >= STILL_FOR.total_seconds():
            taken = _take(folder, path, now)
            # known now, until a change makes it new; or to be looked at again
            sizes[path.name] = [size, changed] if taken is not None else [size, changed, now.timestamp()]
            made += taken or 0
    folder.sizes = {path.name: sizes[path.name] for path, _, _ in files}
    folder.problem, folder.looked_at = problem, now
    folder.save(update_fields=["sizes", "problem", "looked_at"])
    return made


def _files(folder: Path) -> Iterator[tuple[Path, int, float]]:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(_ENDINGS) and entry.name[0] != ".":
            known = entry.stat()
            yield Path(entry.path), known.st_size, known.st_mtime


def _take(folder: WatchedFolder, path: Path, now: datetime) -> int | None:
    """Makes the import of a file, unless its content was imported before; how many, or None for not yet."""
    stamp = stamp_of(path)
    try:
        digest = sha256_of(path)
    except OSError:
        return None
    if not stamp or stamp_of(path) != stamp:
        return None  # it is being written
    if Import.objects.filter(sha256=digest, state=State.FINISHED).exists():
        _move(folder, path, stamp, DONE)
        return 0
    under_way = Import.objects.filter(sha256=digest, state__in=[State.WAITING, State.RUNNING])
    if paths := set(under_way.values_list("path", flat=True)):
        return 0 if paths == {str(path)} else None  # the same content is being imported from elsewhere
    try:
        settings = prepare(path, zone=folder.zone, mapping_id=folder.mapping_id)
        if not is_complete(settings):
            raise Unreadable("columns_unknown")
    except Unreadable as error:
        _refuse(folder, path, stamp, digest, error, now)
        return 0
    if stamp_of(path) != stamp:
        return None
    add_import(
        path=path,
        sha256=digest,
        origin=Import.Origin.FOLDER,
        settings=settings,
        pbx_id=folder.pbx_id,
        account_id=folder.account_id,
        now=now,
    )
    return 1


def _refuse(folder: WatchedFolder, path: Path, stamp: str, digest: str, error: Unreadable, now: datetime) -> None:
    if Import.objects.filter(sha256=digest, state=State.FAILED).exists():
        _move(folder, path, stamp, FAILED)
        return
    row = Import.objects.create(
        id=uuid7_now(now), name=path.name[:255], origin=Import.Origin.FOLDER, path=str(path), sha256=digest,
        bytes_total=int(stamp.partition(":")[0]), stamp=stamp, pbx_id=folder.pbx_id, state=State.FAILED,
        problem=error.reason, detail=error.detail[:400], created_at=now, finished_at=now,
    )  # fmt: skip
    notify(
        event="import_failed",
        key=f"{row.pk}:failed",
        path=f"/imports/{row.pk}/",
        values={"file": row.name, "added": 0, "merged": 0, "bad": 0},
        now=now,
    )


def _put_away() -> None:
    """Files whose import is over. One that another file has taken the place of is left: that one is imported itself."""
    folders = {str(Path(one.path)): one for one in WatchedFolder.objects.filter(after=WatchedFolder.After.MOVE)}
    over = Import.objects.filter(origin=Import.Origin.FOLDER, state__in=[State.FINISHED, State.FAILED]).exclude(path="")
    for row in over.order_by("-created_at")[:200]:
        path, is_done = Path(row.path), row.state == State.FINISHED
        folder = folders.get(str(path.parent))
        if folder is None and path.parent.name == FAILED and is_done:  # it failed first, and went on
            folder = folders.get(str(path.parent.parent))
        if folder is None:
            continue
        moved = _move(folder, path, row.stamp, DONE if is_done else FAILED)
        if moved is None or (is_done and moved != path):
            Import.objects.filter(pk=row.pk).update(path="")
        elif moved != path:
            Import.objects.filter(pk=row.pk).update(path=str(moved))


def _move(folder: WatchedFolder, path: Path, stamp: str, to: str) -> Path | None:
    """Where the file is now; None where it is not there any more, or another one is. Never over another file of the
    same name. A folder that may not be written is left as it is.
    """
    if not stamp or stamp_of(path) != stamp:
        return None
    if folder.after != WatchedFolder.After.MOVE:
        return path
    with contextlib.suppress(OSError):
        target = Path(folder.path) / to
        target.mkdir(exist_ok=True)
        free = target / path.name
        for number in range(2, 1000):
            if not free.exists():
                break
            free = target / f"{path.stem}-{number}{path.suffix}"
        path.rename(free)
        return free
    return path
