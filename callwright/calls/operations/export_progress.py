"""How far an export is: told about once a second, and the place where it hears that it is to end."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from callwright.calls.models import Export
from callwright.live.operations.publish import Change, publish
from callwright.messaging.operations.notify import notify

TOLD_EVERY_S = 0.7


_ENDED = (
    "state", "problem", "finished_at", "expires_at", "file", "size", "rows_done", "rows_total", "accounts",
)  # fmt: skip


class Cancelled(Exception):
    """The person does not want the export any more."""


class Progress:
    """Of one export; `is_told` where somebody can look on meanwhile. `clock` gives the time."""

    def __init__(self, export: Export, clock: Callable[[], datetime], *, is_told: bool) -> None:
        self.export, self.clock, self.is_told = export, clock, is_told
        self._told = time.monotonic()

    def begin(self) -> None:
        Export.objects.filter(pk=self.export.pk).update(
            state=Export.State.RUNNING, started_at=self.clock(), rows_done=0, problem=""
        )
        if self.is_told:
            announce_export(self.export, self.clock())

    def expect(self, rows: int | None) -> None:
        """So many rows are to be written, as far as that is known."""
        if rows is not None:
            Export.objects.filter(pk=self.export.pk).update(rows_total=rows)

    def reached(self, rows: int) -> None:
        """So many rows are written. Raises Cancelled."""
        if not self.is_told or time.monotonic() - self._told < TOLD_EVERY_S:
            return
        self._told = time.monotonic()
        if Export.objects.filter(pk=self.export.pk).values_list("cancel_asked", flat=True).first() is not False:
            raise Cancelled
        Export.objects.filter(pk=self.export.pk).update(rows_done=rows)
        announce_export(self.export, self.clock())


def announce_export(export: Export, now: datetime) -> None:
    """Tells the open pages of the one who asked."""
    publish([Change(f"exports:{export.user_id}", "changed", str(export.pk))], now=now)


@transaction.atomic
def finish(export: Export, state: str, now: datetime, *, problem: str = "", is_told: bool = False) -> str:
    """Says what became of an export, and notifies its person where they did not wait for it; returns `state`."""
    export.state, export.problem, export.finished_at = state, problem, now
    if state != Export.State.READY:
        export.file, export.size, export.expires_at = "", 0, None
    export.save(update_fields=_ENDED)  # its search may have been taken away meanwhile
    announce_export(export, now)
    if is_told and state in (Export.State.READY, Export.State.FAILED):
        event = "export_ready" if state == Export.State.READY else "export_failed"
        notify(
            event=event, key=f"{export.pk}:{state}", path="/calls/exports/", values={"rows": export.rows_done},
            users=[export.user_id], now=now,
        )  # fmt: skip
    return state
