"""Lines of which the call goes on in another file: kept for the next one of the same PBX, and gone after a while."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from typing import Any

import msgspec
from django.db import connection
from django.db.models import F

from callwright.calls.queries.register_of_pbx import ends_known
from callwright.imports.models import Import, PartLine
from callwright.imports.operations.keep_touched import keep_bad
from callwright.imports.reading.found import MOST_RAW, Bad, Batch, Part, keepable
from callwright.imports.reading.parts import MOST, family_of
from callwright.imports.reading.settings import Settings

WAITS = timedelta(days=7)
"""The rest of a call comes within this time, or its lines are bad ones."""
_AT_ONCE = 1_000


def parts_for(row: Import, settings: Settings) -> list[Part]:
    """What earlier files of the PBX left, for the file of `row`; files for one account go on in one another alone."""
    family = family_of(settings.shape)
    if not family or settings.since or row.pbx_id is None:
        return []
    waiting = PartLine.objects.filter(pbx_id=row.pbx_id, shape=family, account_id=row.account_id or 0)
    newest = waiting.order_by("-pk").values_list("pk", "record")[:MOST]
    return [Part(record, id=id) for id, record in reversed(newest)]


_KEEP = """
    INSERT INTO imports_partline (pbx_id, account_id, shape, digest, of_id, line, record, raw, reason, created_at)
    SELECT %(pbx)s, %(account)s, %(shape)s, r.digest, %(of)s, r.line, r.record, r.raw, r.reason, %(now)s
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (digest text, line bigint, record jsonb, raw text, reason text)
    ON CONFLICT DO NOTHING
"""


def keep_parts(row: Import, batch: Batch, *, now: datetime) -> None:
    """In the transaction that loads the batch."""
    if batch.used:
        PartLine.objects.filter(pk__in=batch.used).update(used_by=row)
    if not batch.parts:
        return
    _pass_over_known(row, batch.parts)
    values = {
        "pbx": row.pbx_id,
        "account": row.account_id or 0,
        "shape": family_of(row.settings.get("shape", "")),
        "of": row.pk,
        "rows": msgspec.json.encode([_kept(part) for part in batch.parts]).decode(),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)


def _pass_over_known(row: Import, parts: Sequence[Part]) -> None:
    """Lines of calls that the register has to their end, from a file before or from the live link, are no bad lines
    whatever follows.
    """
    cut = [part for part in parts if part.reason]
    if not cut or row.pbx is None:
        return
    times = [datetime.fromtimestamp(float(part.record["eventtime"]), UTC) for part in cut]
    known = ends_known(row.pbx.slug, {key for part in cut for key in part.calls}, min(times), max(times))
    for part in cut:
        if any(known.get(key) for key in part.calls):
            part.reason = ""


def _kept(part: Part) -> dict[str, Any]:
    record = {keepable(name): keepable(cell) for name, cell in part.record.items()}
    digest = blake2b(msgspec.json.encode(sorted(record.items())), digest_size=16).hexdigest()
    raw = keepable(part.raw)[:MOST_RAW]
    return {"digest": digest, "line": part.line, "record": record, "raw": raw, "reason": part.reason}


def forget_parts_of(row: Import) -> None:
    """Of an import that is undone: what it left goes, what it took from others waits again."""
    PartLine.objects.filter(of=row).delete()
    PartLine.objects.filter(used_by=row).update(used_by=None)


def end_parts(now: datetime) -> int:
    """Lines for which nothing has come become bad lines of their import; returns how many."""
    old = PartLine.objects.filter(created_at__lt=now - WAITS, reason="")
    old.delete()
    late = PartLine.objects.filter(created_at__lt=now - WAITS)
    ended = list(late.filter(used_by=None).order_by("of_id", "pk")[:MOST])
    for import_id, own in groupby(ended, key=lambda one: one.of_id):
        lines = [Bad(one.line, one.raw, one.reason, value=one.record.get("linkedid", "")) for one in own]
        new = sum(keep_bad(import_id, lines[at : at + _AT_ONCE]) for at in range(0, len(lines), _AT_ONCE))
        Import.objects.filter(pk=import_id).update(bad=F("bad") + new)
    late.exclude(used_by=None).delete()
    PartLine.objects.filter(pk__in=[one.pk for one in ended]).delete()
    return len(ended)
