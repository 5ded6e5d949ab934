"""Writes everything that is kept about a person into one ZIP: JSON for programs, CSV for people, and the files that are
kept of their calls (CALL-16).
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from callwright.calls.export_shape import shape_of
from callwright.calls.export_text import csv_text
from callwright.calls.models import CallNote, Export
from callwright.calls.operations.export_columns import EVERYTHING, file_columns
from callwright.calls.operations.export_files import CsvFile
from callwright.calls.operations.export_progress import Progress
from callwright.calls.ports import KeptFile, files_of, reports_of
from callwright.calls.queries.conditions import Conditions
from callwright.calls.queries.export_names import Names
from callwright.calls.queries.export_rows import FIELDS, Chunk, read_chunks, size_of
from callwright.calls.queries.person_calls import calls_of_person
from callwright.calls.search import Search
from callwright.contacts.queries.person_data import Person, data_of_person, person_of
from callwright.staff.queries.audit import accesses
from callwright.staff.queries.rights import Viewer


class PersonGone(Exception):
    """The contact is there no longer, or its account is not the viewer's any more."""


def write_person(export: Export, viewer: Viewer, reader: Any, path: Path, progress: Progress) -> int:
    """Writes the ZIP of the contact that `export` is about; returns how many calls it holds. Raises PersonGone,
    Cancelled, OSError.
    """
    person = person_of(viewer, export.subject_id or 0)
    if person is None or person.account_id != export.subject_account_id:
        raise PersonGone(export.subject_id)
    shape, ids = shape_of(export.shape), [id for id, _is_live in calls_of_person(person)]
    progress.expect(len(ids))
    with override(shape.language), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = _write_calls(export, archive, reader, path, person, ids)
        parts: dict[str, Any] = {"notes": _notes(person, ids), **reports_of(person.account_id, ids)}
        parts["access"] = accesses([f"contact:{person.id}", *(f"call:{id}" for id in ids)])
        files = files_of(viewer, person.account_id, ids)
        parts["files"] = _add_files(archive, files, ZoneInfo(shape.zone), lambda: progress.reached(len(rows)))
        whole = {"made_at": progress.clock().isoformat(), "contact": data_of_person(person), "calls": rows, **parts}
        archive.writestr("person.json", json.dumps(whole, ensure_ascii=False, indent=2, default=str))
        for name, found in parts.items():
            if found:
                archive.writestr(f"{name}.csv", _as_csv(found))
    return len(rows)


def _write_calls(
    export: Export, archive: zipfile.ZipFile, reader: Any, path: Path, person: Person, ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """The calls as a CSV file in the archive; returns them for the JSON."""
    wanted = Conditions(
        ["c.account_id = %(account)s", "c.id = ANY(%(ids)s)"], {"account": person.account_id, "ids": list(ids)}
    )
    shape, names, kept = shape_of({**export.shape, "format": "csv", "columns": EVERYTHING}), Names(reader), []
    part = path.with_suffix(".calls")
    file = CsvFile(part, shape, file_columns(shape, names))
    try:
        read = read_chunks(reader, wanted, Search(descending=False), FIELDS, complete=names.with_contacts)
        with closing(read) as chunks:
            for chunk in chunks:
                file.add(chunk)
                kept += _plain(chunk, names)
        file.close()
        archive.write(part, "calls.csv")
    finally:
        file.abandon()
        part.unlink(missing_ok=True)
    return kept


def _plain(chunk: Chunk, names: Names) -> list[dict[str, Any]]:
    told = {name: values for name, values in chunk.items() if name in FIELDS and not name.endswith("_id")}
    for name in ("started", "answered", "ended"):
        told[name] = [_moment(at) for at in told[name]]
    told["account"] = [names.accounts.get(id, "") for id in chunk["account_id"]]
    told["employee"] = [names.users.get(id, "") for id in chunk["employee_id"]]
    return [{name: values[n] for name, values in told.items()} for n in range(size_of(chunk))]


def _add_files(
    archive: zipfile.ZipFile, files: Iterator[KeptFile], zone: ZoneInfo, heard: Callable[[], None]
) -> list[dict[str, Any]]:
    """The files themselves; returns a row about each, which says why where one is left out."""
    rows: list[dict[str, Any]] = []
    for one in files:
        left_out = one.left_out or _add(archive, one, zone, heard)
        rows.append({"call": str(one.call_id), "file": one.name, "bytes": one.size, "left_out": left_out})
    reasons: list[str] = [row["left_out"] for row in rows if row["left_out"]]
    if reasons:
        said = ngettext(
            "%(n)d file is not in this archive. The table of the files (files.csv) says which.",
            "%(n)d files are not in this archive. The table of the files (files.csv) says which.",
            len(reasons),
        )
        archive.writestr("LEFT-OUT.txt", "\n".join([said % {"n": len(reasons)}, *dict.fromkeys(reasons), ""]))
    return rows


def _add(archive: zipfile.ZipFile, one: KeptFile, zone: ZoneInfo, heard: Callable[[], None]) -> str:
    """Puts a file into the archive piece by piece, as it is; returns why not where it is gone."""
    pieces = one.pieces()
    try:
        piece = next(pieces, b"")
    except FileNotFoundError:
        return _("The file is not in the storage any more.")
    entry = zipfile.ZipInfo(one.name)
    if one.began_at is not None and one.began_at.year > 1980:  # no archive knows what was before
        entry.date_time = one.began_at.astimezone(zone).timetuple()[:6]
    entry.file_size, entry.external_attr = one.size, 0o600 << 16
    with closing(pieces), archive.open(entry, "w") as out:
        while piece:
            out.write(piece)
            heard()
            piece = next(pieces, b"")
    return ""


def _moment(epoch: int | None) -> str:
    return "" if epoch is None else datetime.fromtimestamp(epoch, tz=UTC).isoformat()


def _notes(person: Person, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    notes = CallNote.objects.filter(account_id=person.account_id, call_id__in=ids).select_related("by").order_by("id")
    return [
        {"call": str(note.call_id), "at": note.created_at.isoformat(), "by": note.by.name if note.by else "",
         "text": note.text}
        for note in notes
    ]  # fmt: skip


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    heads = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([csv_text("" if row.get(name) is None else str(row.get(name, ""))) for name in heads])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
