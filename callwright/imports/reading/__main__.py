"""The reading process: a job comes in on standard input, batches go out on standard output, each with its length."""

import gc
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from callwright.imports.reading.found import Batch, Part
from callwright.imports.reading.reader import Reader
from callwright.imports.reading.settings import Ground, Settings
from callwright.imports.reading.text import Unreadable


class Job(msgspec.Struct):
    path: str
    settings: Settings
    ground: Ground
    seen: int = 0
    held: list[int] = []
    parts: list[Part] = []


class Told(msgspec.Struct, omit_defaults=True):
    """One frame: a batch, or why there are none."""

    batch: Batch | None = None
    problem: str = ""
    detail: str = ""


_LENGTH = struct.Struct("!I")
RARELY = (200_000, 20, 20)
"""A batch of calls is no rubbish: looking for it among them after every 700 objects takes a fifth of the time of
reading them, and longer than decoding them.
"""


def write_frame(stream: BinaryIO, told: Told) -> None:
    data = msgspec.msgpack.encode(told)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> Told | None:
    """None where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    data = stream.read(_LENGTH.unpack(head)[0])
    return msgspec.msgpack.decode(data, type=Told) if len(data) == _LENGTH.unpack(head)[0] else None


def main() -> int:
    gc.freeze()
    gc.set_threshold(*RARELY)
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    reader = Reader(job.settings, job.ground, seen=job.seen, held=job.held, parts=job.parts)
    try:
        for batch in reader.batches(Path(job.path)):
            write_frame(sys.stdout.buffer, Told(batch))
    except Unreadable as error:
        write_frame(sys.stdout.buffer, Told(problem=error.reason, detail=error.detail))
    except OSError as error:
        write_frame(sys.stdout.buffer, Told(problem="not_there", detail=str(error)[:200]))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # nobody reads any more
        sys.stderr.close()
        sys.exit(1)
