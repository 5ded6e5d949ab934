"""Keeps what the columns of a file mean, for the next file of the same kind."""

from pathlib import Path

import msgspec

from callwright.imports.models import Mapping
from callwright.imports.reading.records import records_of
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.text import sample_of


def save_mapping(*, name: str, settings: Settings, path: Path) -> Mapping:
    """Under a name; one that exists is replaced. Raises Unreadable."""
    text = sample_of(path).decode(settings.encoding, "replace").lstrip("\ufeff")
    lines = ((line, True) for line in text.splitlines(keepends=True)[:40])
    first = next(records_of(lines, settings.delimiter), None)
    head = [cell.strip().lower() for cell in first.cells] if first and settings.header else []
    known = {**msgspec.to_builtins(settings), "head": head}
    return Mapping.objects.update_or_create(name=name[:80], defaults={"settings": known})[0]
