"""Changes where recordings are fetched from, and tries it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import connection, transaction

from callwright.recordings.models import Source, State
from callwright.recordings.operations.open_source import open_source, sealed, secrets_of
from callwright.recordings.sources.reading import SourceProblem
from callwright.recordings.sources.sftp import shown_host_key
from callwright.staff.operations.record_audit import record_audit

SECRETS_OF: Final[Mapping[Source.Kind, tuple[str, ...]]] = {
    Source.Kind.FOLDER: (),
    Source.Kind.SFTP: ("password", "private_key"),
    Source.Kind.HTTP: ("password", "token"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a source: `problem` (a code) or empty; `found`: how many entries its folder has."""

    problem: str = ""
    detail: str = ""
    found: str = ""
    host_key: str = ""
    fingerprint: str = ""


class SecretsAgain(Exception):
    """The source is another server than before: its secrets (`names`) must be entered anew, or removed."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(*names)
        self.names = names


@transaction.atomic
def save_source(
    source: Source, *, given: Mapping[str, str], removed: Collection[str] = (), by: int, address: str = "",
    now: datetime,
) -> Source:  # fmt: skip
    """Stores it. Secrets by name: those in `given` are new, those in `removed` are forgotten, all others kept. What was
    known of its health was about the settings before. A server that moved must show its key anew. Raises SecretsAgain.
    """
    known = Source.objects.select_for_update().filter(pk=source.pk).first()
    of_kind = SECRETS_OF[Source.Kind(source.kind)]
    entered = {name: given[name] for name in of_kind if given.get(name)}
    stored = stored_secrets(known, source.kind)
    kept = {name: stored[name] for name in of_kind if name in stored and name not in {*entered, *removed}}
    if known is not None and _server_of(known) != _server_of(source):
        if kept:
            # Whoever may change the address must not learn the secrets by having them sent to a server of their own.
            raise SecretsAgain(tuple(kept))
        source.host_key = ""
    source.sealed = sealed({**kept, **entered})
    source.problem = source.problem_detail = ""
    source.problem_at = None
    source.save()
    gone = sorted(set(stored) & set(removed) - set(entered))
    detail = {"kind": source.kind, "enabled": source.enabled, "where": _where(source),
              "secrets_entered": ", ".join(entered), "secrets_removed": ", ".join(gone)}  # fmt: skip
    record_audit(
        action="recording_source_changed", subject=f"recording_source:{source.pbx_id}", by=by,
        detail={name: value for name, value in detail.items() if value != ""}, address=address, now=now,
    )  # fmt: skip
    return source


def stored_secrets(source: Source | None, kind: str) -> dict[str, str]:
    """What is kept for a source of this kind; nothing of what another kind had, or can be read no more."""
    if source is None or source.kind != kind:
        return {}
    try:
        return secrets_of(source)
    except (SourceProblem, json.JSONDecodeError):
        return {}


def _server_of(source: Source) -> tuple[Any, ...]:
    match source.kind:
        case Source.Kind.SFTP:
            return source.kind, source.host.lower(), source.port
        case Source.Kind.HTTP:
            parts = urlsplit(source.url)
            return source.kind, parts.scheme, parts.hostname, parts.port or {"https": 443}.get(parts.scheme, 80)
    return (source.kind,)


def _where(source: Source) -> str:
    match source.kind:
        case Source.Kind.SFTP:
            return f"{source.username}@{source.host}:{source.port} {source.folder}"
        case Source.Kind.HTTP:
            return source.url
    return source.folder


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
    UPDATE recordings_recording SET due_at = %(now)s, asked_at = %(now)s, attempts = attempts + 1, tries = 0
    WHERE pbx_id = %(pbx)s AND state IN (%(failed)s, %(waiting)s) AND erased_at IS NULL
"""


def fetch_failed_again(pbx_id: int, *, now: datetime) -> int:
    """Queues what could not be fetched from a PBX, now that something was mended; returns how many."""
    with connection.cursor() as cursor:
        words: dict[str, Any] = {"now": now, "pbx": pbx_id, "failed": State.FAILED, "waiting": State.WAITING}
        cursor.execute(_AGAIN, words)
        return int(cursor.rowcount)
