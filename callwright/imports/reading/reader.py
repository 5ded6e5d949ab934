"""Reads a file, or a record table, as batches of finished calls."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from callwright.calls.facts import CallState
from callwright.calls.intake import storable
from callwright.calls.projection import CallView, LegView, project
from callwright.calls.rows import LEG_TOLD, TOLD, copy_line, leg_columns, told_columns
from callwright.calls.rules import fold
from callwright.imports.reading import cdr, cel, plain
from callwright.imports.reading.found import Bad, BadRow, Batch, Finished
from callwright.imports.reading.grouping import Groups
from callwright.imports.reading.records import Record, records_of
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.table import rows_of_table
from callwright.imports.reading.text import Source, lines_of
from callwright.imports.reading.times import Clock
from callwright.kit.identity import uuid7_of
from callwright.kit.phone_numbers import ParsedNumber, parse_number
from callwright.telephony.asterisk.cel import CelRow
from callwright.telephony.events import CallEvent

CALLS, LINES = 5_000, 20_000
"""A batch has about so many calls, or lines where few of them end a call."""
_CDR_WINDOW, _CEL_WINDOW, _LONGEST_CEL = 10_000, 1_000, 400_000
_SQL_VALUES = re.compile(r"^\s*INSERT INTO \w+ VALUES\s*\((.*)\)\s*;?\s*$", re.IGNORECASE | re.DOTALL)
_UNCLEAN = re.compile("[\x00-\x1f\x7f]")
_LONGEST_PLAIN = 400


class Reader:
    """One pass over the records of a file; `batches()` may be consumed once."""

    def __init__(self, settings: Settings, ground: Ground, *, seen: int = 0, held: Iterable[int] = ()) -> None:
        self._settings, self._slug, self._config = settings, ground.slug, ground.translator
        self._ground = ground
        self._seen, self._held = seen, frozenset(held)
        self._clock = Clock(settings.zone, settings.date_order)
        self._calls: list[Finished] = []
        self._bad: list[Bad] = []
        self._raws: dict[int, str] = {}
        self._numbers: dict[str, ParsedNumber] = {}
        self._groups: Groups[Any] = Groups(_CDR_WINDOW)
        if settings.shape == "cel":
            self._groups = Groups(_CEL_WINDOW, longest=_LONGEST_CEL)
        self._take, self._tell = self._way()

    def _way(self) -> tuple[Callable[[int, dict[str, str]], None], Callable[[list[tuple[int, Any]]], None]]:
        shape = self._settings.shape
        if shape == "cel":
            return self._take_cel, self._tell_cel
        if shape in ("cdr", "freepbx"):
            return self._take_cdr, self._tell_cdr
        if shape.startswith("freeswitch"):
            return self._take_freeswitch, self._tell_freeswitch
        return self._take_own, self._tell_cdr

    def batches(self, path: Path) -> Iterator[Batch]:
        """Raises Unreadable."""
        if self._settings.since:
            yield from self._read(rows_of_table(self._settings, self._ground), lambda: 0)
            return
        source = Source(path)
        try:
            lines = lines_of(source.stream, self._settings.encoding)
            yield from self._read(records_of(lines, self._settings.delimiter), lambda: source.position)
        finally:
            source.close()

    def sample(self, records: Iterable[Record]) -> Batch:
        """All that a few records give."""
        batches = list(self._read(iter(records), lambda: 0))
        calls = [call for batch in batches for call in batch.calls]
        bad = [one for batch in batches for one in batch.bad]
        return Batch(calls, bad, 0, [], 0, 0, sum(batch.doubled for batch in batches), True)

    def _read(self, records: Iterator[Record], position: Callable[[], int]) -> Iterator[Batch]:
        names = [name.strip() for name in self._settings.columns]
        line = told_lines = lines = doubled = 0
        for record in records:
            line = record.line
            if self._skips(record):
                continue
            lines += line > self._seen
            self._record(record, names)
            if lines - told_lines >= LINES or len(self._calls) >= CALLS:
                self._flush(line)
                yield self._batch(line, lines - told_lines, position(), self._clock.doubled - doubled)
                told_lines, doubled = lines, self._clock.doubled
        for rows in self._groups.rest():
            self._tell(rows)
        yield self._batch(
            max(line, self._seen), lines - told_lines, position(), self._clock.doubled - doubled, last=True
        )

    def _skips(self, record: Record) -> bool:
        if record.line <= self._seen and record.line not in self._held:
            return True
        return record.line == 1 and self._settings.header

    def _record(self, record: Record, names: list[str]) -> None:
        try:
            if record.problem:
                raise BadRow(record.problem)
            cells = record.cells
            if len(cells) < 2 or record.raw[:7].upper() == "INSERT ":
                cells = _from_sql(record.raw) or cells
            if len(cells) < min(len(names), 12) and len(cells) < len(names) - 3:
                raise BadRow("cells_missing", value=str(len(cells)))
            self._raws[record.line] = record.raw
            self._take(record.line, {name: cell for name, cell in zip(names, cells, strict=False) if name})
        except BadRow as bad:
            self._raws.pop(record.line, None)
            self._bad.append(Bad(record.line, record.raw, bad.reason, bad.column, bad.value))
        if record.line % 500 == 0:
            self._flush(record.line)

    def _flush(self, line: int) -> None:
        for rows in self._groups.complete(line):
            self._tell(rows)

    def _batch(self, seen: int, lines: int, position: int, doubled: int, *, last: bool = False) -> Batch:
        calls, self._calls = self._calls, []
        bad, self._bad = self._bad, []
        numbers, self._numbers = self._numbers, {}
        held = [] if last else self._groups.held()
        return Batch(calls, bad, seen, held, lines, position, doubled, last, numbers)

    # ── each format's way ─────────────────────────────────────────────────────────────────────────────────────────

    def _take_cdr(self, line: int, record: dict[str, str]) -> None:
        row = cdr.cdr_row(line, record, self._clock)
        self._groups.add(line, cdr.tokens(row), row)

    def _tell_cdr(self, rows: list[tuple[int, Any]]) -> None:
        key, events = cdr.cdr_events(self._slug, self._config, [row for _, row in rows])
        self._finish(key, events, [line for line, _ in rows])

    def _take_cel(self, line: int, record: dict[str, str]) -> None:
        row = cel.cel_row(record, self._clock)
        group = self._groups.add(line, cel.tokens(row), row)
        if row.event == "CHAN_START":
            group.open.add(row.uid)
        elif row.event in ("CHAN_END", "HANGUP"):
            group.open.discard(row.uid)

    def _tell_cel(self, rows: list[tuple[int, Any]]) -> None:
        found = cel.cel_calls(self._slug, self._config, [row for _, row in rows])
        for state, keys in found:
            self._add(state, keys)
        missing = [(line, row) for line, row in rows if not found]
        self._bad += [Bad(line, self._raws.get(line, ""), _why(missing), "", row.linked) for line, row in missing]
        for line, _ in rows:
            self._raws.pop(line, None)

    def _take_freeswitch(self, line: int, record: dict[str, str]) -> None:
        row = plain.freeswitch_row(line, record, self._clock, self._config)
        self._groups.add(line, [row.key, row.also] if row.also else [row.key], row)

    def _tell_freeswitch(self, rows: list[tuple[int, Any]]) -> None:
        ordered = sorted((row for _, row in rows), key=lambda row: (row.start, not row.also, row.line))
        first = ordered[0]
        answered = next((row.to for row in ordered[1:] if self._config.is_extension(row.to)), "")
        first.extension = first.extension or answered
        self._finish(first.key, plain.plain_events(self._slug, first, self._config), [line for line, _ in rows])

    def _take_own(self, line: int, record: dict[str, str]) -> None:
        row = plain.own_row(line, record, self._clock, self._config)
        self._finish(row.key[:150], plain.plain_events(self._slug, row, self._config), [line])

    def _finish(self, key: str, events: list[CallEvent], lines: list[int]) -> None:
        raws = [self._raws.pop(line, "") for line in lines]
        if any(len(raw) > _LONGEST_PLAIN or _UNCLEAN.search(raw.rstrip("\r\n")) for raw in raws):
            events = [storable(event) for event in events]
        self._add(fold(events), [key])

    def _add(self, state: CallState, keys: list[str]) -> None:
        view, key = project(state), state.key
        id = uuid7_of(view.started_at, state.pbx, key)
        meant = [self._number(raw) for raw in (view.from_number, view.to_number, view.dialled_number)]
        told = told_columns(view, id=id, key=key, caller=meant[0], called=meant[1], dialled=meant[2])
        legs = [(leg.party, self._leg_text(view, leg, id, key)) for leg in view.legs]
        facts = msgspec.json.encode(state)
        self._calls.append(Finished(facts, view, keys, state.extension, copy_line(told, TOLD), legs))

    def _leg_text(self, view: CallView, leg: LegView, id: UUID, key: str) -> str:
        number = None if leg.party in view.rung else self._number(leg.party)
        return copy_line(leg_columns(view, leg, id=id, slug=self._slug, key=key, number=number), LEG_TOLD)

    def _number(self, raw: str | None) -> ParsedNumber:
        known = self._numbers.get(raw or "")
        if known is None:
            known = self._numbers[raw or ""] = parse_number(raw, self._ground.home_country)
        return known


def _why(rows: list[tuple[int, CelRow]]) -> str:
    return "call_not_begun" if not any(row.event == "CHAN_START" for _, row in rows) else "call_not_ended"


def _from_sql(raw: str) -> list[str]:
    found = _SQL_VALUES.match(raw)
    if found is None:
        return []
    inner = next(records_of([(found[1], True)], ","), None)
    return [cell.strip().strip('"') for cell in inner.cells] if inner else []
