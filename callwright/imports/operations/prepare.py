"""Finds out how a file is to be read, before anybody confirms it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import available_timezones

from callwright.imports.models import Mapping
from callwright.imports.queries.grounds import ground_of, zones_in_use
from callwright.imports.reading.records import Record, records_of
from callwright.imports.reading.returned import read_before_as
from callwright.imports.reading.settings import Ground, Settings, settings_from
from callwright.imports.reading.shapes import recognise
from callwright.imports.reading.table import look_at_table
from callwright.imports.reading.text import Unreadable, later_samples, sample_of
from callwright.imports.reading.times import began_at, is_time, zone_of

NEEDED = ({"started", "date"}, {"from", "to"})
"""Of any other CSV, one of each must be known."""


def prepare(path: Path, *, zone: str = "", mapping_id: int | None = None) -> Settings:
    """How this file is to be read. Raises Unreadable for what is no text, damaged or empty."""
    sample = sample_of(path)
    if not sample.strip(b"\0\r\n\t ,;"):
        raise Unreadable("empty")
    settings, records = recognise(sample)
    before = read_before_as(record.raw for record in records)
    if before is not None:  # bad lines of an import, with names of columns that tell what they are
        settings.date_order = before[1]
    elif settings.shape in ("free", "own"):
        settings = _with_mapping(settings, records, mapping_id)
    settings.zone = zone or _zone(path, settings, records, [before[0]] if before else [])
    return settings


def _with_mapping(settings: Settings, records: Sequence[Record], mapping_id: int | None) -> Settings:
    """The saved columns that were asked for, or those that were saved for a file with the same head."""
    width = len(settings.columns)
    for mapping in Mapping.objects.filter(pk=mapping_id) if mapping_id else Mapping.objects.order_by("name"):
        saved = settings_from({k: v for k, v in mapping.settings.items() if k != "head"})
        head = [cell.strip().lower() for cell in records[0].cells] if records else []
        if mapping_id or (mapping.settings.get("head") == head and len(saved.columns) == width):
            settings.columns, settings.header = saved.columns, saved.header
            settings.date_order, settings.zone = saved.date_order, saved.zone
            settings.shape = "free"
            break
    return settings


def is_complete(settings: Settings) -> bool:
    """Whether enough columns are known to read calls."""
    return settings.shape != "free" or all(set(settings.columns) & one for one in NEEDED)


def prepare_table(*, pbx_id: int, shape: str, since: str, until: str = "") -> Settings:
    """How the record table of a PBX is to be read, from the day `since` to before `until` (ISO). Raises Unreadable."""
    ground: Ground = ground_of(pbx_id)
    if not ground.record_dsn:
        raise Unreadable("no_table", shape)
    table, records = look_at_table(ground, shape)
    settings = Settings(shape=shape, columns=table.names, zone="UTC", since=since, until=until)
    if table.is_local and {"uniqueid", "start"} <= set(table.names):
        settings.zone = _zone_by_keys(settings, records) or "UTC"
    return settings


def _zone(path: Path, settings: Settings, records: Sequence[Record], before: list[str]) -> str:
    """Asterisk's keys say when a call began: what the clock of the file showed then tells its zone, looked for all over
    the file, because zones that are the same in winter differ in summer. `before`: the zone in which its lines were
    read once, if they were.
    """
    zones = [*(set(before) & available_timezones()), *zones_in_use()]
    if {"uniqueid", "start"} <= set(settings.columns):
        later = [record for piece in later_samples(path) for record in _records(piece, settings)]
        if found := _zone_by_keys(settings, [*records, *later]):
            return found
    return zones[0] if zones else "UTC"


def _records(piece: bytes, settings: Settings) -> Iterable[Record]:
    text = piece.decode(settings.encoding, "replace")
    return records_of(((line, True) for line in text.splitlines(keepends=True)), settings.delimiter)


def _zone_by_keys(settings: Settings, records: Sequence[Record]) -> str:
    key, start = settings.columns.index("uniqueid"), settings.columns.index("start")
    return zone_of(list(_pairs(records, key, start)), ["UTC", *zones_in_use()])


def _pairs(records: Iterable[Record], key: int, start: int) -> Iterable[tuple[str, float]]:
    seen: set[str] = set()
    for record in records:
        if len(record.cells) <= max(key, start):
            continue
        began = began_at(record.cells[key])
        # a later row of the same call starts later
        if began and record.cells[key] not in seen and is_time(record.cells[start]):
            seen.add(record.cells[key])
            yield record.cells[start], began
