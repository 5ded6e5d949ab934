"""Fills gaps of the link from the PBX's own records: CEL where it is kept, else CDR (CALL-12)."""

import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from asgiref.sync import sync_to_async
from django.db import close_old_connections, transaction
from psycopg.rows import dict_row

from callwright.telephony.asterisk.cel import CelRow, read_cel_csv, read_cel_record
from callwright.telephony.asterisk.repair import CdrRow, cdr_events, cel_events, read_cdr_csv, read_cdr_record
from callwright.telephony.events import CallEvent
from callwright.telephony.link.configuration import LinkConfig
from callwright.telephony.sink import apply, known_calls

log = logging.getLogger("callwright.link")

# The records of a call reach back to its beginning; what is older than this before the gap is not looked at.
LONGEST_CALL = timedelta(hours=6)
# Two clocks: the PBX's and ours.
SLACK = timedelta(seconds=90)
TAIL_BYTES = 64 * 1024 * 1024
_BATCH = 400


def repair_of(config: LinkConfig) -> Callable[[datetime, datetime], Awaitable[None]] | None:
    """What repairs a gap between two times for this PBX; None when it keeps no records that we could read."""
    if not (config.cdr_csv or config.cel_csv or config.record_dsn):
        return None

    async def repair(since: datetime, until: datetime) -> None:
        await sync_to_async(fill_gap, thread_sensitive=False)(config, since=since, until=until)

    return repair


def fill_gap(config: LinkConfig, *, since: datetime, until: datetime) -> int:
    """Has the calls that ended between the two times completed or added; returns how many events were told.

    Calls whose true end the register knows are left alone, so that exact times are not replaced by coarser ones.
    """
    since, until = since - SLACK, until + SLACK
    close_old_connections()
    try:
        events = _events(config, since=since, until=until)
        for start in range(0, len(events), _BATCH):
            with transaction.atomic():
                apply(events[start : start + _BATCH], datetime.now(UTC))
        if events:
            log.info("%s: %d events from the PBX's records for the gap since %s", config.slug, len(events), since)
        return len(events)
    finally:
        close_old_connections()


def _events(config: LinkConfig, *, since: datetime, until: datetime) -> list[CallEvent]:
    read = _RecordReader(config, since - LONGEST_CALL)
    found = cel_events(config.slug, config.translator, read.cel(), since=since, until=until)
    known = known_calls(config.slug, {event.call for event in found}, since=since - LONGEST_CALL, until=until)
    events = [event for event in found if not known.get(event.call, False)]
    told = {event.call for event in found}
    rows = [row for row in read.cdr() if row.call not in told]
    known = known_calls(config.slug, {row.call for row in rows}, since=since - LONGEST_CALL, until=until)
    rows = [row for row in rows if not known.get(row.call, False)]
    return events + cdr_events(config.slug, config.translator, rows, since=since, until=until, known=known)


class _RecordReader:
    """Reads the records of one PBX from the end of its files, or from its database's tables."""

    def __init__(self, config: LinkConfig, since: datetime) -> None:
        self._config, self._since = config, since

    def cel(self) -> Sequence[CelRow]:
        if self._config.cel_csv:
            rows = read_cel_csv(_tail(Path(self._config.cel_csv)))
            return [row for row in rows if row.at >= self._since.timestamp()]
        if self._config.record_dsn:
            records = self._table("SELECT * FROM cel WHERE eventtime >= %s ORDER BY eventtime, id")
            return [row for record in records if (row := read_cel_record(record)) is not None]
        return []

    def cdr(self) -> Sequence[CdrRow]:
        if self._config.cdr_csv:
            return [row for row in read_cdr_csv(_tail(Path(self._config.cdr_csv))) if row.end >= self._since]
        if self._config.record_dsn:
            records = self._table("SELECT * FROM cdr WHERE start >= %s ORDER BY start")
            return [row for record in records if (row := read_cdr_record(record)) is not None]
        return []

    def _table(self, query: str) -> list[dict[str, object]]:
        """Rows of a table; one that does not exist is one that this PBX does not keep."""
        with psycopg.connect(self._config.record_dsn, row_factory=dict_row, connect_timeout=5) as connection:
            try:
                return connection.execute(query.encode(), [self._since.replace(tzinfo=None)]).fetchall()
            except psycopg.errors.UndefinedTable:
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
