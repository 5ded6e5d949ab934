"""Findings of an examination, and what the files and tables of a PBX's records look like."""

import csv
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.utils.translation import gettext_lazy as _

from callwright.telephony.models import Pbx

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CDR_END = 11  # the column of cdr-csv/Master.csv
_TAIL_BYTES = 65536
_STALE = timedelta(days=2)


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and, unless all is well, what to do. `subject` is the PBX's name."""

    level: Level
    code: str
    title: "_StrPromise | str"
    what_to_do: "_StrPromise | str" = ""
    detail: str = ""
    subject: str = ""


def records_findings(pbx: Pbx, now: datetime) -> list[Finding]:
    """Whether the records that close gaps can be read: files, or tables in a database."""
    if not (pbx.cdr_csv or pbx.cel_csv or pbx.record_dsn):
        return [
            Finding(
                Level.WARNING, "records_none", _("Calls that ended while the link was away cannot be completed"),
                _("Give Callwright the PBX's CDR and CEL files, or the database that holds them."), "", pbx.name,
            )
        ]  # fmt: skip
    found = [_file(pbx, name, Path(name), now) for name in (pbx.cdr_csv, pbx.cel_csv) if name]
    if pbx.cdr_csv and all(one.level is not Level.PROBLEM for one in found[:1]):
        found += _clock_of_cdr(pbx, Path(pbx.cdr_csv))
    return found + (_tables(pbx) if pbx.record_dsn else [])


def _file(pbx: Pbx, name: str, path: Path, now: datetime) -> Finding:
    try:
        with path.open("rb"):
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return Finding(
            Level.PROBLEM, "records_unreadable", _("A file of the PBX's records cannot be read"),
            _("Check the path, that the folder is shared with this server, and that Callwright's user may read it."),
            f"{name}: {error.strerror or error}", pbx.name,
        )  # fmt: skip
    if now - written > _STALE:
        return Finding(
            Level.WARNING, "records_old", _("A file of the PBX's records has not grown for more than two days"),
            _("Check on the PBX that the module which writes it is loaded (cdr show status, cel show status)."),
            f"{name}: {written:%Y-%m-%d %H:%M} UTC", pbx.name,
        )  # fmt: skip
    return Finding(Level.OK, "records_readable", _("A file of the PBX's records can be read"), "", name, pbx.name)


def _clock_of_cdr(pbx: Pbx, path: Path) -> list[Finding]:
    """A record is written when its call ended: the two times differ by hours where the file is not in UTC."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            rows = list(csv.reader(file.read().decode("utf-8", "replace").splitlines()))
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        last = datetime.fromisoformat(rows[-1][_CDR_END]).replace(tzinfo=UTC)
    except (OSError, IndexError, ValueError):
        return []
    off = round((last - written).total_seconds() / 900)
    if off == 0 or abs(off) > 56:  # a time zone is at most 14 hours away
        return []
    return [
        Finding(
            Level.PROBLEM, "records_not_utc", _("The CDR file is not written in UTC"),
            _("Set usegmtime = yes under [csv] in cdr.conf, then: module reload cdr_csv.so."),
            f"{pbx.cdr_csv}: {off / 4:+g} h", pbx.name,
        )
    ]  # fmt: skip


def _tables(pbx: Pbx) -> list[Finding]:
    try:
        with psycopg.connect(pbx.record_dsn, connect_timeout=5) as connection:
            row = connection.execute("SELECT to_regclass('cdr'), to_regclass('cel')").fetchone()
    except psycopg.Error as error:
        return [
            Finding(
                Level.PROBLEM, "records_database", _("The database with the PBX's records cannot be reached"),
                _("Check its address, user and password, and that it lets this server in."),
                type(error).__name__, pbx.name,
            )
        ]  # fmt: skip
    names = [name for name, there in zip(("cdr", "cel"), row or (), strict=False) if there]
    if not names:
        return [
            Finding(
                Level.PROBLEM, "records_no_tables", _("The database with the PBX's records has no table cdr or cel"),
                _("Check its name, and that the user may see the tables."), "", pbx.name,
            )
        ]  # fmt: skip
    return [Finding(Level.OK, "records_readable", _("The tables of the PBX's records can be read"), "",
                    ", ".join(names), pbx.name)]  # fmt: skip
