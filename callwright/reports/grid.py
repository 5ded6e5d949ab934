"""A report as a file holds it: what it is of, in words, and a grid of figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callwright.reports.queries.tables import Answer
from callwright.reports.table import Column, Kind, Row

Value = float | int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A column of figures; `is_before`: of the period before."""

    label: str
    kind: Kind
    is_before: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    label: str
    folder: str
    values: tuple[Value, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """`about`: what the report is of, as (what, value); `first` the head of the rows' names."""

    title: str
    about: tuple[tuple[str, str], ...]
    first: str
    heads: tuple[Head, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...]
    is_cut: bool

    @property
    def has_folders(self) -> bool:
        return any(row.folder for row in self.rows)


def grid_of(answer: Answer, *, title: str, about: Sequence[tuple[str, str]], first: str) -> Grid:
    """The table of an answer, its total as the last row; what was before stands beside each figure."""
    columns, is_compared = answer.table.columns, answer.ask_before is not None
    rows = [*answer.table.rows, answer.table.total]
    return Grid(
        title, tuple(about), first, tuple(_heads(columns, is_compared)),
        tuple(GridRow(row.label, row.folder, _values(row, columns, is_compared), row is rows[-1]) for row in rows),
        tuple(str(note) for note in answer.table.notes), answer.table.is_cut,
    )  # fmt: skip


def _heads(columns: Sequence[Column], is_compared: bool) -> list[Head]:
    heads = []
    for column in columns:
        heads.append(Head(str(column.label), column.kind))
        if is_compared:
            heads.append(Head(_("%(figure)s, before") % {"figure": column.label}, column.kind, is_before=True))
    return heads


def _values(row: Row, columns: Sequence[Column], is_compared: bool) -> tuple[Value, ...]:
    values: list[Value] = []
    for column in columns:
        values.append(column.value(row.figures))
        if is_compared:
            values.append(column.value(row.before or {}))
    return tuple(values)
