"""An append-only journal on disk of what a PBX said, written before anything else is done with it.

A folder per PBX holds numbered segments. A record is a header (length and CRC-32 of the body, both 32 bits, big
endian) and a body: one byte for its kind, eight for the time of receipt (microseconds since 1970), then the bytes as
the PBX sent them. A reader restarts at any record's position; a tail torn by a crash is cut off when the journal is
opened again. Beside a segment may stand `NNN.state`: what the reader knew before the segment's first record.
"""

import errno
import os
import struct
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from callwright.kit.private_folders import private_folder

_HEADER = struct.Struct(">II")
_PREFIX = struct.Struct(">cq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 64 * 1024 * 1024


class Position(NamedTuple):
    """Where the next record begins. Positions of one journal are ordered."""

    segment: int
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """`kind` is one letter; the journal does not care which."""

    kind: str
    at: datetime
    body: bytes


class Journal:
    """One PBX's journal. One process writes it; the same process reads it. Not safe for several threads at once,
    except that `read` may run beside `append`.
    """

    def __init__(self, folder: Path, *, segment_bytes: int = 4 * 1024 * 1024) -> None:
        self.folder = folder
        self.segment_bytes = segment_bytes
        self.problem = ""
        self.last_at: datetime | None = None
        self._unwritten: deque[Record] = deque()
        self._lock = threading.Lock()  # what is not written is taken by the reader's thread
        private_folder(folder)
        segments = self._segments()
        self._segment = segments[-1] if segments else 1
        self._file = self._open_last()

    @property
    def end(self) -> Position:
        return Position(self._segment, self._size)

    @property
    def start(self) -> Position:
        return Position(min(self._segments(), default=self._segment), 0)

    def append(self, records: Iterable[Record]) -> None:
        """Writes records; they are safe once `sync` has returned. When the disk refuses (full, for example), they are
        kept in memory in `unwritten`, `problem` says why, and the next append tries again.
        """
        with self._lock:
            self._unwritten.extend(records)
            if not self._unwritten:
                return
            self.last_at = self._unwritten[-1].at
            data = b"".join(_encode(record) for record in self._unwritten)
            try:
                if self._size + len(data) > self.segment_bytes and self._size > 0:
                    self._roll()
                self._write(data)
            except OSError as error:
                self.problem = _problem(error)
                return
            self.problem = ""
            self._unwritten.clear()

    def sync(self) -> None:
        """Returns when all appended records are on the disk (but those that it refused)."""
        try:
            os.fdatasync(self._file.fileno())
        except OSError as error:
            self.problem = _problem(error)

    def take_unwritten(self) -> list[Record]:
        """Records that the disk refused, to be worked on from memory; they have no position."""
        with self._lock:
            taken = list(self._unwritten)
            self._unwritten.clear()
        return taken

    def read(self, position: Position, *, limit: int, before: Position | None = None) -> tuple[list[Record], Position]:
        """Up to `limit` records of one segment from `position` (only those that begin before `before`), and the
        position after them. At the end of a finished segment: no records, and the start of the next.
        """
        most = before.offset - position.offset if before and before.segment == position.segment else None
        try:
            with self._path(position.segment).open("rb") as file:
                file.seek(position.offset)
                records, used = _decode_all(file, limit, most)
        except FileNotFoundError:
            later = [segment for segment in self._segments() if segment > position.segment]
            return [], Position(later[0], 0) if later else position
        if not records and position.segment < self._segment:
            return [], Position(position.segment + 1, 0)
        return records, Position(position.segment, position.offset + used)

    def keep_state(self, segment: int, state: bytes) -> None:
        """Keeps what the reader knew before the first record of a segment."""
        path = self._path(segment).with_suffix(".state")
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                file.write(zlib.crc32(state).to_bytes(4, "big") + state)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)  # an older state and more records to read again do as well

    def latest_state(self, up_to: Position) -> tuple[Position, bytes | None]:
        """The latest state kept at or before a position, and where to read on from; the start when there is none."""
        for segment in reversed([segment for segment in self._segments() if segment <= up_to.segment]):
            try:
                kept = self._path(segment).with_suffix(".state").read_bytes()
            except FileNotFoundError:
                continue
            if len(kept) >= 4 and zlib.crc32(kept[4:]).to_bytes(4, "big") == kept[:4]:
                return Position(segment, 0), kept[4:]
        return self.start, None

    def forget_before(self, segment: int) -> None:
        """Deletes segments that are no longer needed, keeping those from the latest state at or before `segment`."""
        oldest_needed = self.latest_state(Position(segment, 0))[0].segment
        for old in self._segments():
            if old < oldest_needed:
                self._path(old).unlink(missing_ok=True)
                self._path(old).with_suffix(".state").unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()

    # ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _path(self, segment: int) -> Path:
        return self.folder / f"{segment:012d}.log"

    def _segments(self) -> list[int]:
        return sorted(int(path.stem) for path in self.folder.glob("*.log") if path.stem.isdigit())

    def _open_last(self) -> BinaryIO:
        file = self._path(self._segment).open("ab+", buffering=0)
        os.fchmod(file.fileno(), 0o600)
        file.seek(0)
        whole = 0
        with self._path(self._segment).open("rb") as reader:
            for record, size in _decode(reader):
                whole, self.last_at = whole + size, record.at
        self._size = whole
        if file.seek(0, os.SEEK_END) > whole:
            file.truncate(whole)  # a crash tore the last record; what it held was never worked on
        return file

    def _roll(self) -> None:
        following = self._path(self._segment + 1).open("ab", buffering=0)
        os.fchmod(following.fileno(), 0o600)
        os.fdatasync(self._file.fileno())
        self._file.close()
        self._file, self._segment, self._size = following, self._segment + 1, 0

    def _write(self, data: bytes) -> None:
        written = 0
        try:
            while written < len(data):
                written += self._file.write(data[written:]) or 0
        except OSError:
            self._file.truncate(self._size)  # no half record in the middle
            raise
        self._size += len(data)


def _problem(error: OSError) -> str:
    return "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "journal_unwritable"


def _encode(record: Record) -> bytes:
    micros = (record.at - _EPOCH) // timedelta(microseconds=1)
    body = _PREFIX.pack(record.kind.encode("ascii"), micros) + record.body
    return _HEADER.pack(len(body), zlib.crc32(body)) + body


def _decode_all(file: BinaryIO, limit: int, most: int | None) -> tuple[list[Record], int]:
    """Whole, undamaged records from where the file stands that begin within `most` bytes, and how many they take."""
    records: list[Record] = []
    used = 0
    if most is not None and most <= 0:
        return records, used
    for record, size in _decode(file):
        used += size
        records.append(record)
        if len(records) >= limit or (most is not None and used >= most):
            break
    return records, used


def _decode(file: BinaryIO) -> Iterator[tuple[Record, int]]:
    while True:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        length, crc = _HEADER.unpack(header)
        if not _PREFIX.size <= length <= _LARGEST:
            return
        body = file.read(length)
        if len(body) < length or zlib.crc32(body) != crc:
            return
        kind, micros = _PREFIX.unpack_from(body)
        at = _EPOCH + timedelta(microseconds=micros)
        yield Record(kind.decode("ascii", "replace"), at, body[_PREFIX.size :]), _HEADER.size + length
