"""Fills gaps of the link from the PBX's own records: CEL where it is kept, else CDR (CALL-12)."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
from django.db import close_old_connections, transaction
from psycopg.rows import dict_row

from callwright.telephony.asterisk.cel import CelRow, read_cel_csv, read_cel_record
from callwright.telephony.asterisk.repair import (
    CdrRow,
    cdr_events,
    cel_events,
    cel_retold,
    read_cdr_csv,
    read_cdr_record,
)
from callwright.telephony.events import CallEnded, CallEvent, CallRetold
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.sink import apply, known_calls

log = logging.getLogger("callwright.link")

# The records of a call reach back to its beginning; what is older than this before the gap is not looked at.
LONGEST_CALL = timedelta(hours=6)
# What came just before a connection broke may be lost too.
SLACK = timedelta(seconds=2)
TAIL_BYTES = 64 * 1024 * 1024
_BATCH = 400


class Gap(msgspec.Struct, frozen=True):
    """A time in which the PBX was not heard, by our clock. `ahead_s`: how far the PBX's clock is ahead of it."""

    since: datetime
    until: datetime
    ahead_s: float = 0.0


class Gaps:
    """The gaps that are not filled yet, kept in a file, so that they outlive the process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "gaps.json"
        self.open: list[Gap] = []
        try:
            self.open = msgspec.json.decode(self._file.read_bytes(), type=list[Gap])
        except FileNotFoundError:
            pass
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("what was to be repaired is forgotten: %s", error)

    def add(self, gap: Gap) -> None:
        self.open.append(gap)
        self._keep()

    def close(self, gap: Gap) -> None:
        self.open.remove(gap)
        self._keep()

    def _keep(self) -> None:
        part = self._file.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(self.open))
            part.replace(self._file)
        except OSError as error:  # a full disk: they are filled all the same, unless this process ends before
            log.warning("what is to be repaired is not kept: %s", error)


def keeps_records(config: LinkConfig) -> bool:
    """Whether this PBX keeps records that we could read."""
    return bool(config.cdr_csv or config.cel_csv or config.record_dsn)


def fill_gap(config: LinkConfig, gap: Gap, *, retold: set[str], goes_on: Callable[[str], bool]) -> int:
    """Has the calls that the gap touched and that are over completed or added; returns how many events were told.

    CEL tells the whole call anew; `retold` are the calls for which it did so, and grows. CDR is coarse: it only adds
    calls that the register does not have and ends that it does not know. After a transfer it has the end of what was
    before it: whether a call (its key) goes on, `goes_on` says, which knows what the PBX does now.
    """
    close_old_connections()
    try:
        told = 0
        for batch in _batches(_groups(config, gap, retold, goes_on)):
            with transaction.atomic():
                apply(batch, datetime.now(UTC))
            retold |= {event.call for event in batch if isinstance(event, CallRetold)}
            told += len(batch)
        if told:
            log.info("%s: %d events from the PBX's records for the gap since %s", config.slug, told, gap.since)
        return told
    finally:
        close_old_connections()


def _batches(groups: Iterable[list[CallEvent]]) -> Iterator[list[CallEvent]]:
    """A call is told whole in one transaction, so that nobody sees half of it."""
    batch: list[CallEvent] = []
    for group in groups:
        if batch and len(batch) + len(group) > _BATCH:
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch


def _groups(config: LinkConfig, gap: Gap, retold: set[str], goes_on: Callable[[str], bool]) -> list[list[CallEvent]]:
    since, until = gap.since - SLACK, gap.until + SLACK
    read = _RecordReader(config, since - LONGEST_CALL, gap.ahead_s)
    cel = read.cel()
    whole = cel_retold(config.slug, config.translator, cel, since=since, until=until)
    seen = {event.call for group in whole for event in group}
    heard = _heard_whole(config, gap, whole)
    groups = [group for group in whole if not (retold | heard) & {event.call for event in group}]
    cut_off = cel_events(config.slug, config.translator, cel, since=since, until=until)
    cut_off = [event for event in cut_off if event.call not in seen]
    known = known_calls(config.slug, {event.call for event in cut_off}, since=since - LONGEST_CALL, until=until)
    rest = [event for event in cut_off if not known.get(event.call, False)]
    seen |= {event.call for event in cut_off}
    rows = [row for row in read.cdr() if row.call not in seen and not goes_on(row.call)]
    known = known_calls(config.slug, {row.call for row in rows}, since=since - LONGEST_CALL, until=until)
    rows = [row for row in rows if not known.get(row.call, False)]
    rest += cdr_events(config.slug, config.translator, rows, since=since, until=until, known=known)
    by_call: dict[str, list[CallEvent]] = {}
    for event in rest:
        by_call.setdefault(event.call, []).append(event)
    return groups + list(by_call.values())


def _heard_whole(config: LinkConfig, gap: Gap, groups: Iterable[list[CallEvent]]) -> set[str]:
    """Calls that were over when the gap began and whose end was heard: the live link knows more of them than CEL does
    (hold, a restart of the PBX).
    """
    ends = {e.call: e.at for group in groups for e in group if isinstance(e, CallEnded)}
    before = {call for call, at in ends.items() if at <= gap.since}
    known = known_calls(config.slug, before, since=gap.since - LONGEST_CALL, until=gap.until)
    return {call for call in before if known.get(call, False)}


class _RecordReader:
    """Reads the records of one PBX from the end of its files, or from its database's tables."""

    def __init__(self, config: LinkConfig, since: datetime, ahead_s: float) -> None:
        self._config, self._ahead = config, timedelta(seconds=ahead_s)
        self._since = since + self._ahead  # by the PBX's clock

    def cel(self) -> Sequence[CelRow]:
        """Rows with their times by our clock."""
        ahead_s = self._ahead.total_seconds()
        return [msgspec.structs.replace(row, at=row.at - ahead_s) for row in self._cel()]

    def cdr(self) -> Sequence[CdrRow]:
        """Rows with their times by our clock."""
        return [
            msgspec.structs.replace(
                row,
                start=row.start - self._ahead,
                answer=row.answer and row.answer - self._ahead,
                end=row.end - self._ahead,
            )
            for row in self._cdr()
        ]

    def _cel(self) -> Sequence[CelRow]:
        if self._config.cel_csv:
            rows = read_cel_csv(_tail(Path(self._config.cel_csv)))
            return [row for row in rows if row.at >= self._since.timestamp()]
        if self._config.record_dsn:
            records = self._table(
                "SELECT * FROM cel WHERE eventtime >= %s ORDER BY eventtime, id",
                "SELECT * FROM cel WHERE eventtime >= %s ORDER BY eventtime",
            )
            return [row for record in records if (row := read_cel_record(record)) is not None]
        return []

    def _cdr(self) -> Sequence[CdrRow]:
        if self._config.cdr_csv:
            return [row for row in read_cdr_csv(_tail(Path(self._config.cdr_csv))) if row.end >= self._since]
        if self._config.record_dsn:
            records = self._table(
                "SELECT * FROM cdr WHERE start >= %s ORDER BY start",
                "SELECT * FROM cdr WHERE calldate >= %s ORDER BY calldate",  # as before Asterisk 1.8
            )
            return [row for record in records if (row := read_cdr_record(record)) is not None]
        return []

    def _table(self, *queries: str) -> list[dict[str, object]]:
        """Rows of a table by the first query whose columns it has; none of a table that this PBX does not keep."""
        since = self._since.replace(tzinfo=None)
        with psycopg.connect(
            self._config.record_dsn, row_factory=dict_row, connect_timeout=5, autocommit=True
        ) as connection:
            for query in queries:
                try:
                    return connection.execute(query.encode(), [since]).fetchall()
                except psycopg.errors.UndefinedColumn:
                    continue
                except psycopg.errors.UndefinedTable:
                    return []
        log.warning("%s: the tables of the PBX's records have no column that tells the time", self._config.slug)
        return []


def _tail(file: Path) -> Iterator[str]:
    """The lines at the end of a file that may be very large; nothing when it is not there."""
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - TAIL_BYTES))
            if size > TAIL_BYTES:
                opened.readline()
            for line in opened:
                yield line.decode("utf-8", "replace")
    except OSError as error:
        log.warning("the PBX's records cannot be read: %s", error)
