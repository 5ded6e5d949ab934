"""Totals as a file: what their screen shows, the row of all last (CALL-6, CALL-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from callwright.calls.export_shape import Shape
from callwright.calls.operations.export_columns import FileColumn, Heading, Kind
from callwright.calls.operations.export_files import call_file
from callwright.calls.queries.export_rows import Chunk


@dataclass(frozen=True, slots=True)
class TotalsColumn:
    """A column, and what stands in each row: as `FileColumn` has it of this kind."""

    head: str
    kind: Kind
    cells: Sequence[Any]


def totals_file(columns: Sequence[TotalsColumn], shape: Shape, *, title: str) -> bytes:
    """The file, in the active language; `title` stands above the rows of a sheet. Raises OSError."""
    drawn = [
        FileColumn(one.head, one.head, one.kind, ("rows",), partial(_cells, one), 24 if one.kind == "text" else 14)
        for one in columns
    ]
    with TemporaryDirectory(prefix="callwright-") as folder:
        path = Path(folder) / f"totals.{shape.format}"
        file = call_file(path, shape, drawn, Heading(title))
        try:
            file.add({"rows": range(len(columns[0].cells))})
            file.close()
        except BaseException:
            file.abandon()
            raise
        return path.read_bytes()


def _cells(column: TotalsColumn, chunk: Chunk) -> Sequence[Any]:
    return [column.cells[row] for row in chunk["rows"]]
