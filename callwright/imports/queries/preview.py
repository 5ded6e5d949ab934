"""The first calls of a file as they will be understood: nothing of it is kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from callwright.calls.facts import decode_facts
from callwright.calls.operations.describe import Projected, describe
from callwright.calls.projection import project
from callwright.calls.queries.names_of_rows import names_of
from callwright.imports.queries.grounds import ground_of
from callwright.imports.queries.imports import BadShown
from callwright.imports.queries.wording import direction_in_words, reason_in_words
from callwright.imports.reading.reader import Reader
from callwright.imports.reading.records import Record, records_of
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.text import sample_of
from callwright.staff.queries.rights import Viewer, visible_account_ids
from callwright.telephony.queries.pbxs import pbxs_by_slug

_LINES, _CALLS, _CELLS = 400, 12, 5


@dataclass(frozen=True, slots=True)
class CallShown:
    started_at: Any
    direction: str
    status: str
    number: str
    name: str
    account: str
    line: str
    queue: str
    extension: str
    employee: str
    talk_s: int
    wait_s: int
    legs: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`heads`: what stands in the first lines of each column."""

    calls: list[CallShown]
    bad: list[BadShown]
    heads: list[list[str]]
    doubled: int


def preview(path: Path, settings: Settings, *, pbx_id: int | None, account_id: int | None, viewer: Viewer) -> Preview:
    """What the viewer may see of it: no name of another account, nor of its contacts. Raises Unreadable."""
    text = sample_of(path).decode(settings.encoding, "replace").lstrip("\ufeff")
    lines = text.splitlines(keepends=True)[:_LINES]
    records = list(records_of(((line, True) for line in lines), settings.delimiter))
    heads = _heads(records, len(settings.columns))
    if pbx_id is None or account_id == 0 or not any(settings.columns):
        return Preview([], [], heads, 0)
    ground = ground_of(pbx_id)
    batch = Reader(settings, ground).sample(records)
    bad = [BadShown(b.line, reason_in_words(b.reason, b.column, b.value), b.raw[:300]) for b in batch.bad]
    bad = [one for one in bad if one.line < len(lines) - 50 or len(lines) < _LINES][:_CALLS]
    pbx = pbxs_by_slug([ground.slug])[ground.slug]
    states = [decode_facts(call.facts.decode()) for call in batch.calls[:_CALLS]]
    with transaction.atomic():  # callers and queues that would be made are not made yet
        described = describe(
            [Projected(pbx, state, project(state)) for state in states], now=timezone.now(), account_id=account_id
        )
        names = names_of([one.call for one in described])
        transaction.set_rollback(True)
    allowed = visible_account_ids(viewer)
    described = [one for one in described if allowed is None or one.account_id in allowed]
    return Preview([_shown(one, names) for one in described], bad, heads, batch.doubled)


def _heads(records: list[Record], width: int) -> list[list[str]]:
    rows = [record.cells for record in records[:_CELLS] if record.cells]
    return [[row[n][:60] if n < len(row) else "" for row in rows] for n in range(width)]


def _shown(one: Any, names: dict[str, dict[int, str]]) -> CallShown:
    row, view = one.call, one.view
    return CallShown(
        started_at=row["started_at"],
        direction=direction_in_words(str(row["direction"])),
        status=row["status"],
        number=row["client_number"],
        name=names["contact"].get(row["contact_id"], row["from_name"]),
        account=names["account"].get(row["account_id"], ""),
        line=row["dialled_number"] if row["line_id"] else "",
        queue=view.queue,
        extension=row["extension"],
        employee=names["employee"].get(row["employee_id"], ""),
        talk_s=row["talk_s"],
        wait_s=row["wait_s"],
        legs=len(one.legs),
    )
