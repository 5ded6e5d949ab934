"""The journal: nothing that was synced is lost, a torn tail is cut off, memory and disk stay bounded."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callwright.telephony.journal import Journal, Position, Record

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def opened() -> Iterator[Callable[..., Journal]]:
    """Opens journals and closes them after the test."""
    journals: list[Journal] = []

    def open_one(folder: Path, **options: int) -> Journal:
        journals.append(Journal(folder, **options))
        return journals[-1]

    yield open_one
    for journal in journals:
        journal.close()


Opened = Callable[..., Journal]


def record(text: str) -> Record:
    return Record("M", NOW, text.encode())


def everything(journal: Journal) -> list[str]:
    found: list[str] = []
    position = Position(1, 0)
    while True:
        records, following = journal.read(position, limit=7)
        found += [one.body.decode() for one in records]
        if not records and following == position:
            return found
        position = following


def test_what_was_written_is_read_across_segments_and_restarts(tmp_path: Path, opened: Opened) -> None:
    texts = [f"message {n}" for n in range(100)]
    journal = opened(tmp_path, segment_bytes=300)
    for text in texts[:50]:
        journal.append([record(text)])
    journal.sync()
    journal.close()
    journal = opened(tmp_path, segment_bytes=300)
    journal.append([record(text) for text in texts[50:]])
    assert everything(journal) == texts
    assert journal.end.segment > 4
    assert journal.read(Position(1, 0), limit=1)[0][0].at == NOW


@given(torn=st.integers(1, 40))
def test_a_torn_tail_is_cut_off_and_writing_goes_on(torn: int) -> None:
    with TemporaryDirectory() as name:
        _check_torn_tail(Path(name), torn)


def _check_torn_tail(folder: Path, torn: int) -> None:
    with closing(Journal(folder)) as journal:
        journal.append([record("whole"), record("x" * 30)])
    path = next(folder.glob("*.log"))
    os.truncate(path, path.stat().st_size - torn)
    with closing(Journal(folder)) as journal:
        journal.append([record("after")])
        assert everything(journal) == ["whole", "after"]


def test_a_damaged_record_is_not_read(tmp_path: Path, opened: Opened) -> None:
    journal = opened(tmp_path)
    journal.append([record("good"), record("damaged")])
    journal.close()
    path = next(tmp_path.glob("*.log"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert everything(opened(tmp_path)) == ["good"]


def test_states_and_old_segments(tmp_path: Path, opened: Opened) -> None:
    journal = opened(tmp_path, segment_bytes=100)
    for n in range(20):
        journal.append([record(f"message {n:03d}")])
    last = journal.end.segment
    assert journal.latest_state(journal.end) == (Position(1, 0), None)
    journal.keep_state(3, b"three")
    journal.keep_state(last, b"last")
    assert journal.latest_state(Position(last - 1, 5)) == (Position(3, 0), b"three")
    journal.forget_before(last - 1)
    assert journal.start == Position(3, 0)
    (tmp_path / f"{last:012d}.state").write_bytes(b"damaged")
    assert journal.latest_state(journal.end) == (Position(3, 0), b"three")


def test_a_full_disk_loses_nothing_while_the_process_lives(tmp_path: Path, opened: Opened) -> None:
    journal = opened(tmp_path)
    journal.append([record("before")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.end.offset + 10, hard))
    try:
        journal.append([record("refused")])
        assert journal.problem == "journal_unwritable"
        assert everything(journal) == ["before"]
        assert [one.body for one in journal.take_unwritten()] == [b"refused"]
        journal.append([record("kept for later")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    journal.append([record("after")])
    assert journal.problem == ""
    assert everything(journal) == ["before", "kept for later", "after"]


def test_only_its_owner_can_read_it(tmp_path: Path, opened: Opened) -> None:
    journal = opened(tmp_path / "pbx")
    journal.append([record("secret")])
    assert (tmp_path / "pbx").stat().st_mode & 0o077 == 0
    assert next((tmp_path / "pbx").glob("*.log")).stat().st_mode & 0o077 == 0


def test_reading_stops_before_a_position(opened: Opened, tmp_path: Path) -> None:
    """What a restarted link reads to restore its state must not go one record beyond what was applied."""
    journal = opened(tmp_path)
    journal.append([record(str(n)) for n in range(3)])
    middle = journal.end
    journal.append([record(str(n)) for n in range(3, 6)])
    records, position = journal.read(journal.start, limit=400, before=middle)
    assert [one.body for one in records] == [b"0", b"1", b"2"]
    assert position == middle
    assert journal.read(middle, limit=400, before=middle) == ([], middle)
