"""Reads a file, or a record table, as batches of finished calls."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from callwright.calls.facts import CallState
from callwright.calls.intake import storable
from callwright.calls.projection import CallView, LegView, project
from callwright.calls.rows import call_line, leg_line
from callwright.calls.rules import fold
from callwright.imports.reading import cdr, cel, plain
from callwright.imports.reading.found import MOST_RAW, Bad, BadRow, Batch, Finished, Part
from callwright.imports.reading.grouping import Groups
from callwright.imports.reading.parts import MOST, family_of, part_of, parts_in
from callwright.imports.reading.records import Record, records_of
from callwright.imports.reading.returned import raw_without_reason
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.table import rows_of_table
from callwright.imports.reading.text import Source, lines_of
from callwright.imports.reading.times import Clock
from callwright.kit.identity import uuid7_text
from callwright.kit.phone_numbers import ParsedNumber, parse_number
from callwright.telephony.asterisk.cel import CelRow
from callwright.telephony.asterisk.channels import is_listener
from callwright.telephony.events import CallEvent

CALLS, LINES = 5_000, 20_000
"""A batch has about so many calls, or lines where few of them end a call."""
_BYTES = 8 * 1024 * 1024  # of bad lines in a batch
_MOST_HELD = 64 * 1024 * 1024  # of lines whose call is not complete yet
_LONGEST_CELL = 2_000
_PLAIN_CELL = 64  # what is no longer fits wherever it goes
_LONGEST_CALL = timedelta(days=366)
_KEYS = ("linkedid", "uniqueid", "uuid", "bleg_uuid", "signal_bond")
_UNREADABLE = (BadRow, ValueError, OverflowError, LookupError)
_CDR_WINDOW, _CEL_WINDOW, _LONGEST_CEL = 10_000, 1_000, 400_000
_SQL_VALUES = re.compile(r"^\s*INSERT INTO \w+ VALUES\s*\((.*)\)\s*;?\s*$", re.IGNORECASE | re.DOTALL)

Rows = list[tuple[int, Any]]
"""Lines of one call with what they say; lines below 0 were left by an earlier file."""


class Reader:
    """One pass over the records of a file; `batches()` may be consumed once. `parts`: what earlier files left."""

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        *,
        seen: int = 0,
        held: Iterable[int] = (),
        parts: Sequence[Part] = (),
    ) -> None:
        self._settings, self._slug, self._config = settings, ground.slug, ground.translator
        self._ground = ground
        self._names = [name.strip() for name in settings.columns]
        self._seen, self._held = seen, frozenset(held)
        self._clock = Clock(settings.zone, settings.date_order)
        self._calls: list[Finished] = []
        self._bad: list[Bad] = []
        self._bad_bytes = 0
        self._raws: dict[int, str] = {}
        self._raw_bytes = 0
        self._ids: dict[int, int] = {}  # of rows of a table that have lasting numbers
        self._cells: list[str] = []
        self._odd: set[int] = set()  # lines with texts that no column may hold as they are
        self._numbers: dict[str, ParsedNumber] = {}
        self._waiting, self._parts, self._used = parts, list[Part](), list[int]()
        self._parts_kept = 0
        self._short = set[str]()  # calls of which a line is bad: corrected, it is read with their other lines
        self._newest = datetime.min.replace(tzinfo=UTC)
        self._last_at: dict[str, datetime] = {}
        self._is_at_end = False
        self._groups: Groups[Any] = Groups(_CDR_WINDOW)
        if settings.shape == "cel":
            self._groups = Groups(_CEL_WINDOW, longest=_LONGEST_CEL)
        self._take, self._tell = self._way()

    def _way(self) -> tuple[Callable[[int, dict[str, str]], None], Callable[[Rows], None]]:
        family = family_of(self._settings.shape)
        if family == "cel":
            return self._take_cel, self._tell_cel
        if family == "cdr":
            return self._take_cdr, self._tell_cdr
        if family == "freeswitch":
            return self._take_freeswitch, self._tell_freeswitch
        return self._take_own, self._tell_cdr

    @property
    def _is_table(self) -> bool:
        return bool(self._settings.since)

    @property
    def _is_watched(self) -> bool:
        """Whether later rounds read what is not complete yet: a stretch of days is read once."""
        return self._is_table and not self._settings.until

    def batches(self, path: Path) -> Iterator[Batch]:
        """Raises Unreadable."""
        if self._is_table:
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
        self._feed_parts()
        line = told_lines = lines = doubled = 0
        for record in records:
            line = record.line
            if self._skips(record):
                continue
            lines += line > self._seen
            self._record(record)
            if lines - told_lines >= LINES or len(self._calls) >= CALLS or self._bad_bytes > _BYTES:
                self._flush(line)
                yield self._batch(line, lines - told_lines, position(), self._clock.doubled - doubled)
                told_lines, doubled = lines, self._clock.doubled
        self._is_at_end = True
        for rows in self._groups.rest():
            self._tell_or_refuse(rows)
        yield self._batch(
            max(line, self._seen), lines - told_lines, position(), self._clock.doubled - doubled, last=True
        )

    def _feed_parts(self) -> None:
        for part in self._waiting:
            try:
                self._take(-part.id, part.record)
            except (BadRow, ValueError, OverflowError):
                continue  # of a PBX whose settings have changed since: it becomes a bad line in time

    def _skips(self, record: Record) -> bool:
        if record.line <= self._seen and record.line not in self._held:
            return True
        return record.line == 1 and self._settings.header

    def _record(self, record: Record) -> None:
        if record.id:
            self._ids[record.line] = record.id
        named: dict[str, str] = {}
        try:
            if record.problem:
                raise BadRow(record.problem)
            named = self._named(record)
            self._raws[record.line] = self._kept_raw(record.raw)
            if max(map(len, self._cells), default=0) > _PLAIN_CELL or not record.raw.rstrip("\r\n").isprintable():
                self._odd.add(record.line)
            self._take(record.line, named)
        except _UNREADABLE as error:
            self._refuse(record.line, record.raw, _why_not(error))
            self._forget(record.line)
            if len(self._short) < MOST:
                self._short.update(named.get(name, "").strip() for name in _KEYS)
        if record.line % 500 == 0:
            self._flush(record.line)

    def _named(self, record: Record) -> dict[str, str]:
        """Cells by the names of their columns. Raises BadRow."""
        cells, names = record.cells, self._names
        if len(cells) < 2 or record.raw[:7].upper() == "INSERT ":
            cells = _from_sql(record.raw) or cells
        if len(cells) < min(len(names), 12) and len(cells) < len(names) - 3:
            raise BadRow("cells_missing", value=str(len(cells)))
        if len(record.raw) > _LONGEST_CELL:
            cells = [cell[:_LONGEST_CELL] for cell in cells]
        self._cells = cells
        return {name: cell for name, cell in zip(names, cells, strict=False) if name}

    def _kept_raw(self, raw: str) -> str:
        kept = raw[:MOST_RAW] if self._raw_bytes < _MOST_HELD else ""
        self._raw_bytes += len(kept)
        return kept

    def _forget(self, line: int) -> str:
        self._odd.discard(line)
        self._ids.pop(line, None)
        raw = self._raws.pop(line, "")
        self._raw_bytes -= len(raw)
        return raw

    def _refuse(self, line: int, raw: str, why: BadRow) -> None:
        self._bad.append(Bad(self._ids.get(line, line), raw[:MOST_RAW], why.reason, why.column, why.value))
        self._bad_bytes += min(len(raw), MOST_RAW)

    def _flush(self, line: int) -> None:
        for rows in self._groups.complete(line):
            self._tell_or_refuse(rows)

    def _tell_or_refuse(self, rows: Rows) -> None:
        try:
            self._tell(rows)
        except _UNREADABLE as error:
            for line, _ in rows:
                if line > 0:
                    self._refuse(line, self._raws.get(line, ""), _why_not(error))
        for line, _ in rows:
            self._forget(line)

    def _batch(self, seen: int, lines: int, position: int, doubled: int, *, last: bool = False) -> Batch:
        calls, self._calls = self._calls, []
        bad, self._bad, self._bad_bytes = self._bad, [], 0
        numbers, self._numbers = self._numbers, {}
        parts, self._parts = self._parts, []
        used, self._used = self._used, []
        held = [] if last else self._groups.held()
        return Batch(calls, bad, seen, held, lines, position, doubled, last, numbers, parts, used)

    # ── each format's way ─────────────────────────────────────────────────────────────────────────────────────────

    def _take_cdr(self, line: int, record: dict[str, str]) -> None:
        row = cdr.cdr_row(line, record, self._clock)
        if line > 0 and row.end > self._newest:
            self._newest = row.end
        if not is_listener(row.linked or row.uid):
            self._groups.add(line, cdr.tokens(row), row)

    def _tell_cdr(self, rows: Rows) -> None:
        before, told = [row for line, row in rows if line < 0], [row for _, row in rows]
        events = cdr.cdr_events(self._slug, self._config, cdr.without_repeats(told) if before else told)
        self._finish(events, rows, [row.linked or row.uid for row in before])
        if self._is_short(row.linked or row.uid for row in told) or (
            self._is_at_end and cdr.may_go_on(told, self._newest)
        ):
            self._keep(rows)

    def _take_cel(self, line: int, record: dict[str, str]) -> None:
        call = record.get("linkedid", "")
        row = cel.cel_row(record, self._clock, self._last_at.get(call))
        if len(self._last_at) > 50_000:
            self._last_at.clear()
        self._last_at[call] = at = datetime.fromtimestamp(row.at, UTC)
        if line > 0 and at > self._newest:
            self._newest = at
        group = self._groups.add(line, cel.tokens(row), row)
        if row.event == "CHAN_START":
            group.open.add(row.uid)
        elif row.event in ("CHAN_END", "HANGUP"):
            group.open.discard(row.uid)

    def _tell_cel(self, rows: Rows) -> None:
        found = cel.cel_calls(self._slug, self._config, [row for _, row in rows])
        if not found:
            self._keep(rows, _why([row for _, row in rows]))
            return
        line = min(line for line, _ in rows if line > 0)
        for state, keys in found:
            self._add(state, keys, line, whole=True)
        cut = cel.cut_calls([row for _, row in rows], {key for _, keys in found for key in keys})
        for linked in cut:  # others whose rows are among these, by a transfer or a call picked up
            own = [one for one in rows if one[1].linked == linked]
            self._keep(own, _why([row for _, row in own]))
        told = [one for one in rows if one[1].linked not in cut] if cut else rows
        self._used += parts_in(told)
        if self._is_short(row.linked for _, row in told) or (
            told and self._is_at_end and cel.may_go_on([row for _, row in told], self._newest)
        ):
            self._keep(told)

    def _take_freeswitch(self, line: int, record: dict[str, str]) -> None:
        row = plain.freeswitch_row(line, record, self._clock, self._config)
        if line > 0 and row.end > self._newest:
            self._newest = row.end
        self._groups.add(line, [row.key, row.also] if row.also else [row.key], row)

    def _tell_freeswitch(self, rows: Rows) -> None:
        ordered = sorted((row for _, row in rows), key=lambda row: (not row.also, row.start, row.line))
        first = ordered[0]
        answered = next((row.to for row in ordered[1:] if self._config.is_extension(row.to)), "")
        first.extension = first.extension or answered
        joined = [row.key for line, row in rows if line < 0]
        self._finish(plain.plain_events(self._slug, first, self._config), rows, joined)
        if self._is_short(key for row in ordered for key in (row.key, row.also)) or (
            self._is_at_end and plain.may_go_on(ordered, self._newest)
        ):
            self._keep(rows)

    def _take_own(self, line: int, record: dict[str, str]) -> None:
        row = plain.own_row(line, record, self._clock, self._config, self._cells)
        self._finish(plain.plain_events(self._slug, row, self._config), [(line, row)])
        self._forget(line)

    def _is_short(self, keys: Iterable[str]) -> bool:
        return bool(self._short) and any(key in self._short for key in keys if key)

    def _keep(self, rows: Rows, reason: str = "") -> None:
        """For the next file; of a table all rows of a call are read each time."""
        if self._is_table:
            if reason and not self._is_watched:
                for line, row in rows:
                    self._refuse(line, self._raws.get(line, ""), BadRow(reason, value=row.linked))
            return
        calls = sorted({row.linked for _, row in rows}) if reason else []
        for line, row in rows:
            raw = self._raws.get(line, "")
            if line < 0:
                continue
            if self._parts_kept < MOST and raw and len(raw) < MOST_RAW:
                self._parts_kept += 1
                record = next(records_of([(raw, True)], self._settings.delimiter), None)
                if record is not None and record.cells:
                    self._parts.append(part_of(row, line, raw, self._named(record), reason, calls))
            elif reason:
                self._refuse(line, raw, BadRow(reason, value=row.linked))

    def _finish(self, events: Sequence[CallEvent], rows: Rows, joined: Sequence[str] = ()) -> None:
        """`joined`: other keys under which it was told of its first lines."""
        if any(line < 0 or line in self._odd for line, _ in rows):
            events = [storable(event) for event in events]
        state = fold(events)
        self._used += (used := parts_in(rows))
        line = min((line for line, _ in rows if line > 0), default=0)
        # of a call whose rows have nothing in common a table gives those of its time
        is_whole = bool(used) or (self._is_table and all(row.linked for _, row in rows))
        self._add(state, list(dict.fromkeys([state.key, *joined])), line, whole=is_whole)

    def _add(self, state: CallState, keys: list[str], line: int, *, whole: bool) -> None:
        view, key = project(state), state.key
        if view.ended_at is not None and view.ended_at - view.started_at > _LONGEST_CALL:
            raise BadRow("lasts_too_long")
        id = uuid7_text(view.started_at, state.pbx, key)
        meant = [self._number(raw) for raw in (view.from_number, view.to_number, view.dialled_number)]
        row = call_line(view, id=id, key=key, caller=meant[0], called=meant[1], dialled=meant[2])
        rung = view.rung
        legs = [(leg.party, self._leg_text(view, leg, id, key, rung)) for leg in view.legs]
        facts = msgspec.json.encode(state)
        self._calls.append(Finished(facts, view, keys, state.extension, row, legs, line, whole))

    def _leg_text(self, view: CallView, leg: LegView, call_id: str, key: str, rung: Sequence[str]) -> str:
        number = None if leg.party in rung else self._number(leg.party)
        id = uuid7_text(view.started_at, self._slug, key, leg.key)
        return leg_line(leg, call_id=call_id, id=id, number=number)

    def _number(self, raw: str | None) -> ParsedNumber:
        known = self._numbers.get(raw or "")
        if known is None:
            known = self._numbers[raw or ""] = parse_number(raw, self._ground.home_country)
        return known


def _why_not(error: Exception) -> BadRow:
    return error if isinstance(error, BadRow) else BadRow("unreadable")


def _why(rows: Sequence[CelRow]) -> str:
    begins = any(row.event == "CHAN_START" and row.uid == row.linked for row in rows)
    return "call_not_ended" if begins else "call_not_begun"


def _from_sql(raw: str) -> list[str]:
    found = _SQL_VALUES.match(raw_without_reason(raw))
    if found is None:
        return []
    inner = next(records_of([(found[1], True)], ","), None)
    return [cell.strip().strip('"') for cell in inner.cells] if inner else []
