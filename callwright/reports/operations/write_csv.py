"""Writes a report as CSV, which any program reads: no heading above the heads, figures as plain numbers."""

from callwright.calls.export_shape import DELIMITERS
from callwright.calls.export_text import csv_text, duration_text
from callwright.reports.grid import Grid, Value
from callwright.reports.table import Kind


def csv_of(grid: Grid, *, delimiter: str = "comma", bom: bool = True, decimal: str = ".") -> bytes:
    """The grid as UTF-8, each duration in seconds and as h:mm:ss; `delimiter` is one of `DELIMITERS`."""
    separator = DELIMITERS[delimiter]
    heads = [csv_text(grid.first), *([""] if grid.has_folders else [])]
    for head in grid.heads:
        label = csv_text(head.label)
        heads += [f"{label} (s)", label] if head.kind == "seconds" else [_head(label, head.kind)]
    lines = [heads]
    for row in grid.rows:
        line = [csv_text(row.label), *([csv_text(row.folder)] if grid.has_folders else [])]
        for head, value in zip(grid.heads, row.values, strict=True):
            line += _cells(value, head.kind, decimal)
        lines.append(line)
    text = "".join(separator.join(_quoted(cell, separator) for cell in line) + "\r\n" for line in lines)
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode()


def _head(label: str, kind: Kind) -> str:
    return f"{label} (%)" if kind == "share" else label


def _cells(value: Value, kind: Kind, decimal: str) -> list[str]:
    if kind == "seconds":
        return ["", ""] if value is None else [str(int(value)), duration_text(int(value))]
    if value is None:
        return [""]
    if kind == "share":
        return [f"{100 * value:.1f}".replace(".", decimal)]
    return [f"{value:.2f}".replace(".", decimal) if isinstance(value, float) else str(value)]


def _quoted(cell: str, separator: str) -> str:
    if any(mark in cell for mark in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
