"""Writes exported calls into files."""

import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from callwright.calls.export_shape import Shape
from callwright.calls.export_text import Local, Words, clock_text, csv_text, day_text, duration_text
from callwright.calls.operations.export_columns import FileColumn, Heading
from callwright.calls.operations.export_sheets import XlsxFile
from callwright.calls.queries.export_rows import Chunk


class CallFile(Protocol):
    """A file that calls are added to; `close` finishes it, `abandon` lets go of it wherever it stands."""

    def add(self, chunk: Chunk) -> None: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


def call_file(path: Path, shape: Shape, columns: Sequence[FileColumn], heading: Heading | None = None) -> CallFile:
    """A new file of the shape's format at `path`; `heading` stands above the rows of a sheet. Raises OSError."""
    if shape.format == "csv":
        return CsvFile(path, shape, columns)
    return XlsxFile(path, shape, columns, heading)


class CsvFile:
    """Each duration as seconds and as h:mm:ss; a time of day with its offset, so that the doubled hour is plain."""

    def __init__(self, path: Path, shape: Shape, columns: Sequence[FileColumn]) -> None:
        # Rows are handed over a chunk at a time: nothing is held back that a full disk would refuse at the end.
        self._file = path.open("wb", buffering=0)
        self._separator = shape.separator
        drawing = _Drawing(shape)
        self._cells = [part for column in columns for part in drawing.parts(column)]
        self._write(b"\xef\xbb\xbf" if shape.bom else b"")
        self._write_rows([[drawing.cell(head)] for head, _draw in self._cells])

    def add(self, chunk: Chunk) -> None:
        self._write_rows([draw(chunk) for _head, draw in self._cells])

    def _write_rows(self, columns: Sequence[Sequence[str]]) -> None:
        """Cells that are quoted where they must be: `csv.writer` would look at every character again."""
        if len(columns) == 1:  # an empty row is none
            rows = [cell or '""' for cell in columns[0]]
        else:
            rows = list(map(self._separator.join, zip(*columns, strict=True)))
        if rows:
            self._write("\r\n".join([*rows, ""]).encode())

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def close(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


Draw = Callable[[Chunk], Sequence[str]]
Part = tuple[str, Draw]
"""A column of a CSV file: its head, and what stands in it."""


class _Drawing:
    """How columns are drawn in a CSV file."""

    def __init__(self, shape: Shape) -> None:
        self._is_iso = shape.dates == "iso"
        self._decimal = "," if shape.separator == ";" else "."
        self._days = Words(partial(day_text, form=shape.day_form))
        self._clocks, self._durations, self._seconds = Words(clock_text), Words(duration_text), Words(str)
        self._is_quoted = re.compile(f'[\r\n"{shape.separator}]').search

    def cell(self, text: str) -> str:
        """A text as it stands between separators, which is no formula to a spreadsheet."""
        safe = csv_text(text)
        return '"' + safe.replace('"', '""') + '"' if self._is_quoted(safe) else safe

    def parts(self, column: FileColumn) -> list[Part]:
        """The columns that one column becomes; none where it is left out."""
        values, head = column.values, column.head
        match column.kind:
            case "word" | "text":
                if column.name == "offset":  # begins with a sign, and is no formula; in an ISO time it is a part of it
                    return [] if self._is_iso else [(head, values)]
                cells = Words(self.cell)
                return [(head, lambda chunk: cells.of(values(chunk)))]
            case "key":
                return [(head, values)]
            case "count":
                return [(head, lambda chunk: ["" if n is None else str(n) for n in values(chunk)])]
            case "share":
                return [(f"{head} (%)", lambda chunk: [self._percent(part) for part in values(chunk)])]
            case "day":
                return [(head, lambda chunk: self._days.of(values(chunk)))]
            case "clock":
                return [(head, lambda chunk: self._times_of_day(values(chunk)))]
            case "moment":
                return [(head, lambda chunk: self._moments(values(chunk)))]
            case "duration":
                in_seconds = _("%(duration)s (seconds)") % {"duration": head}
                return [
                    (in_seconds, lambda chunk: self._seconds.of(values(chunk))),
                    (head, lambda chunk: self._durations.of(values(chunk))),
                ]

    def _percent(self, part: float | None) -> str:
        return "" if part is None else f"{100 * part:.1f}".replace(".", self._decimal)

    def _times_of_day(self, moments: Sequence[Local]) -> list[str]:
        clocks = self._clocks
        if self._is_iso:
            return [clocks[second] + offset for _day, second, offset in moments]
        return [clocks[second] for _day, second, _offset in moments]

    def _moments(self, moments: Sequence[Local | None]) -> list[str]:
        days, clocks, (between, space) = self._days, self._clocks, ("T", "") if self._is_iso else (" ", " ")
        return ["" if at is None else f"{days[at[0]]}{between}{clocks[at[1]]}{space}{at[2]}" for at in moments]
