"""Reads a file in a process of its own, so that reading and writing each have a processor."""

import os
import subprocess
import sys
from collections.abc import Iterator

import msgspec

from callwright.imports.reading.__main__ import Job, read_frame
from callwright.imports.reading.found import Batch
from callwright.imports.reading.text import Unreadable


def batches_of(job: Job) -> Iterator[Batch]:
    """Raises Unreadable, also where the reading process dies. Closing the iterator ends the process."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "callwright.imports.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(job))
        process.stdin.close()
        while True:
            told = read_frame(process.stdout)  # type: ignore[arg-type]
            if told is None:
                raise Unreadable("reader_died")
            if told.batch is None:
                raise Unreadable(told.problem, told.detail)
            yield told.batch
            if told.batch.last:
                return
    finally:
        process.stdout.close()
        process.kill()
        process.wait()
