"""Says which record tables and folders are watched, and how; each change stands in the audit log."""

from datetime import datetime

from django.db import transaction

from callwright.imports.models import WatchedFolder, WatchedTable
from callwright.staff.operations.record_audit import record_audit

_OF_TABLE = ("pbx", "shape", "account", "first_day", "every_minutes", "late_minutes", "enabled")
_OF_FOLDER = ("path", "pbx", "account", "mapping", "zone", "daily_at", "after", "enabled")


@transaction.atomic
def save_table(table: WatchedTable, *, by: int, address: str = "", now: datetime) -> None:
    """The next round looks at it, however short a time ago it was looked at; from the beginning where it is another
    table than before, or from another day on. What a round has learned meanwhile stays.
    """
    known = WatchedTable.objects.select_for_update().filter(pk=table.pk).first()
    table.looked_at = None
    if known is None:
        table.save()
    else:
        is_same = (known.pbx_id, known.shape, known.first_day) == (table.pbx_id, table.shape, table.first_day)
        table.position = known.position if is_same else {}
        table.save(update_fields=[*_OF_TABLE, "looked_at", "position"])
    _note("watched_table_saved", f"watched_table:{table.pk}", str(table), by=by, address=address, now=now)


@transaction.atomic
def remove_table(table: WatchedTable, *, by: int, address: str = "", now: datetime) -> None:
    """Its imports stay."""
    _note("watched_table_removed", f"watched_table:{table.pk}", str(table), by=by, address=address, now=now)
    table.delete()


@transaction.atomic
def save_folder(folder: WatchedFolder, *, by: int, address: str = "", now: datetime) -> None:
    """What a round has learned of its files meanwhile stays."""
    folder.save(update_fields=_OF_FOLDER if folder.pk else None)
    _note("watched_folder_saved", f"watched_folder:{folder.pk}", folder.path, by=by, address=address, now=now)


@transaction.atomic
def remove_folder(folder: WatchedFolder, *, by: int, address: str = "", now: datetime) -> None:
    """Its files and imports stay."""
    _note("watched_folder_removed", f"watched_folder:{folder.pk}", folder.path, by=by, address=address, now=now)
    folder.delete()


def _note(action: str, subject: str, where: str, *, by: int, address: str, now: datetime) -> None:
    record_audit(action=action, subject=subject, by=by, detail={"where": where}, address=address, now=now)
