"""Changes where recordings are fetched from, and tries it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from callwright.recordings.models import Source, State
from callwright.recordings.operations.open_source import open_source
from callwright.recordings.sources.reading import SourceProblem
from callwright.recordings.sources.sftp import shown_host_key
from callwright.staff.operations.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a source: `problem` (a code) or empty; `found`: how many entries its folder has."""

    problem: str = ""
    detail: str = ""
    found: str = ""
    host_key: str = ""
    fingerprint: str = ""


@transaction.atomic
def save_source(source: Source, *, by: int, address: str = "", now: datetime) -> Source:
    """Stores it. What was known of its health was about the settings before. A server that moved must show its key
    anew.
    """
    known = Source.objects.filter(pk=source.pk).first()
    if known is not None and (known.host, known.port) != (source.host, source.port):
        source.host_key = ""
    source.problem = source.problem_detail = ""
    source.problem_at = None
    source.save()
    record_audit(
        action="recording_source_changed", subject=f"recording_source:{source.pbx_id}", by=by,
        detail={"kind": source.kind, "enabled": source.enabled}, address=address, now=now,
    )  # fmt: skip
    return source


def try_source(source: Source) -> Tried:
    """Connects, logs in and looks into the folder, as stored; takes up to a minute. An SFTP server whose key is not
    confirmed is only asked for it.
    """
    try:
        if source.kind == Source.Kind.SFTP and not source.host_key:
            key, fingerprint = shown_host_key(source.host, source.port)
            return Tried("host_key_unknown", host_key=key, fingerprint=fingerprint)
        with open_source(source) as reader:
            return Tried(found=reader.check())
    except SourceProblem as problem:
        if problem.code == "host_key_changed":
            return _changed(source, problem)
        return Tried(problem.code, problem.detail)


def _changed(source: Source, problem: SourceProblem) -> Tried:
    try:
        key, fingerprint = shown_host_key(source.host, source.port)
    except SourceProblem:
        return Tried(problem.code, problem.detail)
    return Tried(problem.code, problem.detail, host_key=key, fingerprint=fingerprint)


@transaction.atomic
def confirm_host_key(source: Source, key: str, *, by: int, address: str = "", now: datetime) -> None:
    """From now on only a server that shows this key is spoken to."""
    Source.objects.filter(pk=source.pk).update(host_key=key, problem="", problem_detail="", problem_at=None)
    record_audit(
        action="recording_host_key_confirmed", subject=f"recording_source:{source.pbx_id}", by=by,
        detail={"key": key[:200]}, address=address, now=now,
    )  # fmt: skip


_AGAIN = """
    UPDATE recordings_recording SET due_at = %(now)s, asked_at = %(now)s, attempts = attempts + 1
    WHERE pbx_id = %(pbx)s AND state IN (%(failed)s, %(waiting)s) AND erased_at IS NULL
"""


def fetch_failed_again(pbx_id: int, *, now: datetime) -> int:
    """Queues what could not be fetched from a PBX, now that something was mended; returns how many."""
    with connection.cursor() as cursor:
        words: dict[str, Any] = {"now": now, "pbx": pbx_id, "failed": State.FAILED, "waiting": State.WAITING}
        cursor.execute(_AGAIN, words)
        return int(cursor.rowcount)
