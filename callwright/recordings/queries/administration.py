"""The administration's view of recordings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from callwright.recordings.models import NeverRule, Source
from callwright.recordings.words import Worded, reason_in_words
from callwright.staff.queries.rights import Viewer, visible_account_ids


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A PBX with its source, if it has one, and how many recordings wait or failed."""

    pbx_id: int
    pbx: str
    kind: str
    enabled: bool
    where: str
    problem: Worded | None
    detail: str
    problem_at: datetime | None
    good_at: datetime | None
    waiting: int
    failed: int


_ROWS = """
    SELECT p.id, p.name, coalesce(s.kind, ''), coalesce(s.enabled, false),
        CASE s.kind WHEN 'folder' THEN s.folder WHEN 'sftp' THEN s.username || '@' || s.host || ':' || s.folder
            WHEN 'http' THEN s.url ELSE '' END,
        coalesce(s.problem, ''), coalesce(s.problem_detail, ''), s.problem_at, s.good_at,
        (SELECT count(*) FROM recordings_recording r WHERE r.due_at IS NOT NULL AND r.pbx_id = p.id
            AND r.state = 'waiting'),
        (SELECT count(*) FROM (SELECT FROM recordings_recording r WHERE r.state = 'failed' AND r.pbx_id = p.id
            LIMIT 10001) AS counted)
    FROM telephony_pbx p LEFT JOIN recordings_source s ON s.pbx_id = p.id
    WHERE %(pbx)s::bigint IS NULL OR p.id = %(pbx)s ORDER BY p.slug
"""


def source_rows(pbx_id: int | None = None) -> list[SourceRow]:
    """All PBXs (or one), with or without a source. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"pbx": pbx_id})
        return [_row(row) for row in cursor]


def _row(columns: Any) -> SourceRow:
    pbx_id, pbx, kind, enabled, where, problem, detail, problem_at, good_at, waiting, failed = columns
    return SourceRow(
        pbx_id, pbx, kind, enabled, where, reason_in_words(problem), detail, problem_at, good_at, waiting, failed
    )


def visible_rules(viewer: Viewer) -> "QuerySet[NeverRule]":
    """The rules about what is never recorded that the viewer may change: those about accounts that they see."""
    rules = NeverRule.objects.select_related("account", "line__account", "queue").order_by("pk")
    accounts = visible_account_ids(viewer)
    if accounts is None:
        return rules
    return rules.filter(Q(account__in=accounts) | Q(line__account__in=accounts) | Q(queue__account__in=accounts))


def source_or_new(pbx_id: int, kind: str, defaults: dict[str, Any]) -> Source:
    """The source of a PBX; a new one, not stored yet, where it has none or where another kind is wanted."""
    known = Source.objects.select_related("pbx").filter(pk=pbx_id).first()
    if known is None:
        return Source(pbx_id=pbx_id, kind=kind or Source.Kind.FOLDER, **defaults)
    if kind and kind != known.kind:
        known.kind = kind
    return known
