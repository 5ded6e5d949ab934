"""What imports keep goes in time: uploads nobody confirmed, files of stopped imports, bad lines like calls."""

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from callwright.calls.periods import months_before
from callwright.calls.queries.retention import retention_of_accounts
from callwright.imports.models import BadLine, Import, PartLine, State
from callwright.imports.operations.keep_parts import end_parts
from callwright.imports.operations.start_import import NotNow, discard, folder, remove_file

DRAFTS_FOR = timedelta(days=7)
"""An upload that nobody confirmed for so long is discarded."""
STOPPED_FOR = timedelta(days=30)
"""So long a stopped import can go on; then the file that was uploaded for it goes."""
_BATCH = 200


def tidy(now: datetime) -> None:
    """Safe to be ended anywhere and run again, by several workers."""
    _discard_drafts(now)
    _remove_files(now)
    forget_old_lines(now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('imports parts'))")
        if cursor.fetchone() == (True,):
            end_parts(now)


def _discard_drafts(now: datetime) -> None:
    old = Import.objects.filter(state=State.DRAFT, created_at__lt=now - DRAFTS_FOR)
    for import_id in old.values_list("pk", flat=True)[:_BATCH]:
        with contextlib.suppress(NotNow, Import.DoesNotExist):  # somebody was faster
            discard(import_id=import_id)


def _remove_files(now: datetime) -> None:
    """Of uploads that nobody can go on with; and those without an import, of a worker that died in between."""
    uploads = Import.objects.filter(origin=Import.Origin.UPLOAD).exclude(path="")
    over = Q(state__in=[State.FINISHED, State.UNDONE])
    over |= Q(state__in=[State.CANCELLED, State.FAILED], finished_at__lt=now - STOPPED_FOR)
    for row in uploads.filter(over)[:_BATCH]:
        if Import.objects.filter(pk=row.pk, state=row.state).update(path=""):
            remove_file(Path(row.path))
    with contextlib.suppress(FileNotFoundError):
        known = set(uploads.values_list("path", flat=True))
        for path in folder().iterdir():
            if str(path) not in known and path.is_file() and _is_old(path, now):
                remove_file(path)


def _is_old(path: Path, now: datetime) -> bool:
    with contextlib.suppress(OSError):
        return now.timestamp() - path.stat().st_mtime > timedelta(days=1).total_seconds()
    return False


def forget_old_lines(now: datetime) -> int:
    """Bad lines hold numbers and names as calls do: they go when the calls of their account would, or, where any
    account may be meant, those of the account that keeps its calls the shortest. Returns how many.
    """
    kept = {one.account_id: one.months for one in retention_of_accounts() if one.months is not None}
    gone = 0
    for account_id, months in kept.items():
        gone += _forget(Q(of__account_id=account_id), months, now)
    if kept:
        gone += _forget(Q(of__account_id=None), min(kept.values()), now)
    return gone


def _forget(whose: Q, months: int, now: datetime) -> int:
    before = months_before(now.date(), months)
    old = whose & Q(of__created_at__date__lt=before)
    PartLine.objects.filter(old).delete()
    return BadLine.objects.filter(old).delete()[0]
