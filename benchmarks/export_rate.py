"""How fast calls are exported, and in how much memory.

    .venv/bin/python -m benchmarks.export_rate [--calls 1000000] [--sheet 100000]

Starts an embedded PostgreSQL, loads calls of 60 days, and exports them as the worker does: all as CSV, `--sheet` of
them as XLSX, with the columns of the list and with all columns. Beside it, in the same run, the same rows through plain
`COPY (SELECT …) TO STDOUT`, and xlsxwriter writing as many constant cells. Memory is what the process holds (RSS) at
five points of each export, beside what it held before. Seconds of this program's own processor time stand beside those
of the clock, which other work on the machine lengthens.
"""

import argparse
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database
from benchmarks.register_open import Ground


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--sheet", type=int, default=100_000)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    try:
        ground = Ground()
        ground.load(options.calls)
        print(f"{options.calls:,} calls; load average {os.getloadavg()[0]:.1f}", flush=True)
        _run(ground, options)
        print(f"load average {os.getloadavg()[0]:.1f}", flush=True)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run(ground: Ground, options: Any) -> None:
    from callwright.calls.columns import USUAL
    from callwright.calls.operations.export_columns import EVERYTHING

    _own[0] = time.process_time()
    for name, columns in (("list", USUAL), ("all", EVERYTHING)):
        plain = _copy(columns)
        _told(f"COPY of the table's columns ({name})", options.calls, plain, None)
        with _memory() as held:
            taken = _export(ground.administrator, "csv", columns, "period=all")
        _told(f"CSV, columns: {name}", options.calls, taken, held, beside=plain)
    days = max(1, round(60 * options.sheet / options.calls))
    for name, columns in (("list", USUAL), ("all", EVERYTHING)):
        query = f"period=custom&from={_day(20 + days)}&to={_day(21)}"
        with _memory() as held:
            rows, seconds = _export(ground.administrator, "xlsx", columns, query, counted=True)
        own = _spent()
        floor = _constants(rows, len(columns) + 1)
        _told(f"xlsxwriter, constants ({name})", rows, floor, None)
        _told(f"XLSX, columns: {name}", rows, seconds, held, beside=floor, own=own)


def _export(user: Any, form: str, columns: Any, query: str, *, counted: bool = False) -> Any:
    from urllib.parse import parse_qs

    from callwright.calls.export_shape import Shape
    from callwright.calls.models import Export
    from callwright.calls.operations.export_calls import ask_export, make_export
    from callwright.calls.operations.export_expiry import remove_export
    from callwright.calls.search import parse_search

    now = datetime.now(UTC)
    shape = Shape(format=form, columns=tuple(columns), zone="Europe/Amsterdam")
    asked = ask_export(viewer=user, search=parse_search(parse_qs(query))[0], shape=shape, total=None, now=now)
    began = time.perf_counter()
    state = make_export(asked, clock=lambda: datetime.now(UTC), in_background=True)
    seconds = time.perf_counter() - began
    export = Export.objects.get(pk=asked)
    if state != "ready":
        raise SystemExit(f"The export ended as {state}: {export.problem}")
    remove_export(user_id=user.pk, export_id=asked, now=now)
    return (export.rows_done, seconds) if counted else seconds


_OF = {
    "date": "started_at", "time": "answered_at", "contact": "contact_id", "number": "client_number",
    "account": "account_id", "dialled": "dialled_number", "queue": "queue_id", "employee": "employee_id",
    "ring": "ring_s", "wait": "wait_s", "hold": "hold_s", "talk": "talk_s", "transferred": "transferred_to",
    "hangup": "hangup_by", "category": "category_id", "marker": "marker_id", "caller_name": "from_name",
    "answered": "answered_at", "ended": "ended_at", "line_number": "dialled_number", "assigned_to": "assigned_to_id",
}  # fmt: skip


def _copy(columns: Any) -> float:
    """Seconds for the same rows and columns as the server writes them itself."""
    from django.db import connection

    names = ", ".join(_OF.get(name, name) for name in columns)
    began = time.perf_counter()
    statement = f"COPY (SELECT {names} FROM calls_call ORDER BY id DESC) TO STDOUT (FORMAT csv)"
    with tempfile.TemporaryFile() as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            file.write(piece)
    return time.perf_counter() - began


def _constants(rows: int, columns: int) -> float:
    from xlsxwriter import Workbook

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        book = Workbook(f"{folder}/x.xlsx", {"constant_memory": True, "tmpdir": folder})
        sheet = book.add_worksheet()
        for row in range(rows):
            for column in range(columns):
                sheet.write_string(row, column, "constant")
        book.close()
        return time.perf_counter() - began


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Megabytes of the process, every 50 ms; the first is from before."""
    held, done = [_rss()], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            held.append(_rss())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield held
    finally:
        done.set()
        watcher.join()


def _rss() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


_own = [0.0]


def _spent() -> float:
    """Processor time of this program since it was last asked, in seconds."""
    own, _own[0] = time.process_time() - _own[0], time.process_time()
    return own


def _told(
    what: str,
    rows: int,
    seconds: float,
    held: list[float] | None,
    *,
    beside: float | None = None,
    own: float | None = None,
) -> None:
    own = _spent() if own is None else own
    line = f"{what:<40}{rows:>10,} rows {seconds:>7.1f} s {rows / seconds:>10,.0f} rows/s (own {own:.1f} s)"
    if beside is not None:
        line += f"  {seconds / beside:.1f} times the floor"
    print(line, flush=True)
    if held:
        points = [held[round((len(held) - 1) * share)] for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
        print(
            f"    memory: {held[0]:.0f} MB before, {', '.join(f'{p:.0f}' for p in points)} MB, peak {max(held):.0f} MB"
        )


def _day(back: int) -> str:
    from datetime import timedelta

    return (datetime.now(UTC).date() - timedelta(days=back)).isoformat()


if __name__ == "__main__":
    main()
