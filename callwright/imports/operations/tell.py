"""Tells open pages and people how an import is going."""

from datetime import datetime

from callwright.imports.models import Import, State
from callwright.live.operations.publish import Change, publish
from callwright.messaging.operations.notify import notify


def tell_progress(row: Import, *, now: datetime) -> None:
    """Open pages of imports read it again."""
    publish([Change("imports", "progress", str(row.pk))], now=now)


def tell_finished(row: Import, *, now: datetime) -> None:
    """Whoever began it hears of it; of a failure also those who may import."""
    if row.state == State.CANCELLED:
        return
    failed = row.state == State.FAILED
    if not failed and row.by_id is None:
        return
    notify(
        event="import_failed" if failed else "import_finished",
        key=f"{row.pk}:{row.state}",
        path=f"/imports/{row.pk}/",
        values={"file": row.name, "added": row.added, "merged": row.merged, "bad": row.bad},
        users=None if row.by_id is None else [row.by_id],
        now=now,
    )
