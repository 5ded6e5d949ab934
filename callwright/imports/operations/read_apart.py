"""Reads a file in a process of its own, so that reading and writing each have a processor."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Queue
from typing import BinaryIO

import msgspec

from callwright.imports.reading.__main__ import RARELY, Job, Told, read_frame
from callwright.imports.reading.found import Batch
from callwright.imports.reading.text import Unreadable

_USUALLY = gc.get_threshold()


def batches_of(job: Job) -> Iterator[Batch]:
    """Raises Unreadable, also where the reading process dies. Closing the iterator ends the process."""
    gc.set_threshold(*RARELY)
    try:
        yield from _batches_of(job)
    finally:
        gc.set_threshold(*_USUALLY)


def _batches_of(job: Job) -> Iterator[Batch]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "callwright.imports.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin is not None and process.stdout is not None
    stdout: BinaryIO = process.stdout  # type: ignore[assignment]
    ahead: Queue[Told | None] = Queue(maxsize=1)
    reader = threading.Thread(target=_read_ahead, args=(stdout, ahead), name="import-ahead", daemon=True)
    try:
        process.stdin.write(msgspec.json.encode(job))
        process.stdin.close()
        reader.start()
        while True:
            told = ahead.get()
            if told is None:
                raise Unreadable("reader_died")
            if told.batch is None:
                raise Unreadable(told.problem, told.detail)
            yield told.batch
            if told.batch.last:
                return
    finally:
        process.kill()  # whoever reads ahead finds the end
        process.wait()
        while reader.is_alive():
            with suppress(Empty):
                ahead.get(timeout=0.05)
        stdout.close()


def _read_ahead(stream: BinaryIO, ahead: "Queue[Told | None]") -> None:
    """Decodes the next batch while the database writes the last one. None where the other side is gone."""
    told: Told | None = None
    while told is None or (told.batch is not None and not told.batch.last):
        try:
            told = read_frame(stream)
        except (OSError, ValueError, msgspec.DecodeError):
            told = None
        ahead.put(told)
        if told is None:
            return
