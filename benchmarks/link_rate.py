"""How many AMI messages a second the link applies to the register, on a real PostgreSQL, and how far it lags behind.

    python -m benchmarks.link_rate [--calls 1500] [--rate 2000] [--seconds 20]

What a simulated PBX says of so many calls is recorded first, save what the link does not want to know. It is then
played to the link, which journals, translates and applies it: as fast as the link takes it, and evenly at `rate`
messages a second. The count is what was sent. Last, the simulated PBX makes 20 calls a second for `seconds`, in real
time. Beside it stand the same messages written into a journal and nothing else, and the register's rows copied into
plain tables. Starts a PostgreSQL of its own with ordinary durability; each part has a database and a link of its own.
"""

import argparse
import bisect
import itertools
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks._recorded import Player, Recording, fake_pbx, record
from benchmarks.ring_to_card import processor_s
from callwright.telephony.asterisk.protocol import Splitter
from callwright.telephony.journal import Journal, Record
from tests.faults.ground import Installation, Postgres, free_port

QUIET_S = 3.0  # nothing more is applied
TABLES = ("calls_call", "calls_leg", "calls_callfacts", "live_liveevent", "staff_agentstatechange")


class Progress:
    """How many of the recorded messages lie before the position up to which the register is committed."""

    def __init__(self, house: Installation, recording: Recording) -> None:
        self._folder = house.home / "journal" / "main"
        self._ends = list(itertools.accumulate(recording.journalled_bytes()))
        self._sizes: dict[int, int] = {}
        self._connection = psycopg.connect(house.url, autocommit=True)
        self._before = self._journalled()

    def close(self) -> None:
        self._connection.close()

    def _journalled(self) -> int:
        for file in self._folder.glob("*.log"):
            self._sizes[int(file.stem)] = file.stat().st_size
        return sum(self._sizes.values())

    def applied(self) -> int:
        self._journalled()
        row = self._connection.execute('SELECT segment, "offset" FROM telephony_journalposition').fetchone()
        if row is None:
            return 0
        earlier = sum(size for segment, size in self._sizes.items() if segment < row[0])
        return bisect.bisect_right(self._ends, earlier + row[1] - self._before)


def played(house: Installation, recording: Recording, rate: float | None) -> bool:
    """Plays the recording to a fresh link and prints what came of it; whether the register has every call once."""
    player, count = Player(recording), len(recording.messages)
    house.link_to(player.port)
    house.start("link")
    assert player.ready.wait(60)
    time.sleep(1.0)
    used = spent(house)
    progress, ended = Progress(house, recording), list[float]()
    began, own = time.monotonic(), time.process_time()
    playing = threading.Thread(target=lambda: ended.append(player.play(rate)))
    playing.start()
    applied, moved, backlog = 0, began, 0
    while time.monotonic() - moved < QUIET_S or (playing.is_alive() and time.monotonic() - moved < 60):
        sent = player.sent
        if (now_applied := progress.applied()) > applied:
            applied, moved = now_applied, time.monotonic()
        backlog = max(backlog, sent - applied)
        time.sleep(0.02)
    own = time.process_time() - own
    used = spent(house, used)
    player.close()
    progress.close()
    took, lag = moved - began, moved - ended[0]
    how = "as fast as they are taken" if rate is None else f"paced at {rate:,.0f} a second"
    print(f"{how}: {count:,} messages sent in {ended[0] - began:.1f} s, applied in {took:.1f} s: {count / took:,.0f}/s")
    print(f"  the last was applied {lag:.2f} s after it was sent; the largest backlog was {backlog:,} messages")
    shares, each = ", ".join(f"{name} {s:.1f} s" for name, s in used.items()), count / used["link"]
    print(f"  processor time: {shares}, this program {own:.1f} s; {each:,.0f} messages a second of the link's")
    return is_whole(house, recording)


def spent(house: Installation, before: dict[str, float] | None = None) -> dict[str, float]:
    """Processor time of the link and of the database since `before`."""
    used = processor_s(house)
    return {name: used[name] - (before or {}).get(name, 0.0) for name in ("link", "postgres")}


def is_whole(house: Installation, recording: Recording) -> bool:
    """Whether every call stands in the register exactly once, with its end."""
    rows = house.rows("SELECT pbx_key, ended_at IS NOT NULL FROM calls_call")
    wanted = recording.calls
    found = {key for key, is_over in rows if is_over}
    good = len(rows) == len(found) and found == wanted
    print(
        f"  calls in the register: {len(rows)}, ended {len(found)}, made {len(wanted)}: {'good' if good else 'WRONG'}"
    )
    return good


def live(house: Installation, seconds: float, folder: Path) -> None:
    """The simulated PBX in real time: what small batches cost, and how late the ringing is told."""
    port = free_port()
    house.link_to(port)
    house.start("link")
    told = dict[int, float]()
    connection = psycopg.connect(house.url, autocommit=True)
    connection.execute("LISTEN callwright_live")
    pbx = fake_pbx(port, folder / "live.jsonl")
    try:
        hear(connection, told, 12.0)  # until as many calls go on as usual
        told.clear()
        before, used, began = commits(house), spent(house), time.monotonic()
        start = datetime.now(UTC)
        hear(connection, told, seconds)
        took = time.monotonic() - began
        used = spent(house, used)
        batches = commits(house) - before
    finally:
        pbx.terminate()
        pbx.wait()
        connection.close()
    late = lateness(house, told)
    ((calls,),) = house.rows("SELECT count(*) FROM calls_call WHERE started_at >= %s", start)
    shares = ", ".join(
        f"{name} {s / took:.2f} of a core ({s / batches * 1000:.2f} ms)" for name, s in sorted(used.items())
    )
    print(f"live, {calls / took:.0f} calls/s: {batches / took:,.0f} batches a second; {shares} (for each batch)")
    p50, p99 = statistics.median(late) * 1000, statistics.quantiles(late, n=100)[98] * 1000
    print(
        f"  a phone's ringing is told p50 {p50:.0f} ms, p99 {p99:.0f} ms after the link read of it ({len(late)} times)"
    )


def commits(house: Installation) -> int:
    """The transactions of the link so far: each moved its position in the journal."""
    ((count,),) = house.rows("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'telephony_journalposition'")
    return int(count)


def hear(connection: psycopg.Connection[tuple[object, ...]], told: dict[int, float], seconds: float) -> None:
    for notice in connection.notifies(timeout=seconds):
        if notice.payload.startswith("["):
            told.update(dict.fromkeys((change[0] for change in json.loads(notice.payload)), time.time()))
        else:
            first, _, last = notice.payload.partition("-")
            told.update(dict.fromkeys(range(int(first), int(last) + 1), time.time()))


def lateness(house: Installation, told: dict[int, float]) -> list[float]:
    """Seconds from the message to the notice, of each first ringing at a desk."""
    rows = house.rows(
        "SELECT min(e.id), l.rung_at FROM live_liveevent e JOIN calls_leg l ON l.call_id = e.key::uuid"
        " AND e.topic = 'desk:' || l.employee_id WHERE e.data->>'phase' = 'ringing' AND e.id = ANY(%s)"
        " GROUP BY l.call_id, l.id, l.rung_at",
        list(told),
    )
    return [told[id] - rung_at.timestamp() for id, rung_at in rows if told[id] - rung_at.timestamp() < 2]


def beside(house: Installation, recording: Recording, folder: Path) -> None:
    """The floors: the same messages into a journal alone, the same rows into plain tables."""
    data, count = b"".join(recording.messages), len(recording.messages)
    took = timed(lambda: into_journal(data, Journal(folder / "alone")))
    print(f"the same messages split and journalled, nothing else: {count / took:,.0f}/s")
    with psycopg.connect(house.url) as connection:
        copies = []
        for table in TABLES:
            with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT".encode()) as out:
                copies.append((table, b"".join(out)))
            connection.execute(f"CREATE TABLE floor_{table} (LIKE {table})".encode())
        connection.commit()
        took = timed(lambda: into_tables(connection, copies))
    rows = sum(copied.count(b"\n") for _, copied in copies)
    print(f"its {rows:,} rows copied into plain tables: {rows / took:,.0f} rows/s, {count / took:,.0f} messages/s")


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def into_journal(data: bytes, journal: Journal) -> None:
    splitter = Splitter()
    for start in range(0, len(data), 65536):
        now = datetime.now(UTC)
        journal.append([Record("M", now, block) for block in splitter.feed(data[start : start + 65536])])
        journal.sync()
    journal.close()


def into_tables(connection: psycopg.Connection[tuple[object, ...]], copies: list[tuple[str, bytes]]) -> None:
    for table, copied in copies:
        with connection.cursor().copy(f"COPY floor_{table} FROM STDIN".encode()) as into:
            into.write(copied)
    connection.commit()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=2000.0, metavar="MESSAGES/S")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    recording = record(options.calls, free_port(), folder)
    postgres = Postgres(folder)
    try:
        postgres.furnish_fresh(agents=200, contacts=200)
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        good = []
        for number, rate in enumerate((None, options.rate)):
            (folder / f"house{number}").mkdir()
            house = Installation(postgres, folder / f"house{number}")
            good.append(played(house, recording, rate))
            house.end()
        beside(house, recording, folder)
        (folder / "live").mkdir()
        house = Installation(postgres, folder / "live")
        live(house, options.seconds, folder)
        house.end()
        return 0 if all(good) else 1
    finally:
        postgres.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
