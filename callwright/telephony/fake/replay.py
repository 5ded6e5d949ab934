"""Plays a recorded trace (`# +seconds` before each message) to whoever is logged in, at any speed."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(rb"#\s*\+?\s*([0-9.]+)")


class BadTrace(ValueError):
    """The file is not a trace: no `# +seconds` marks."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`at_s` after the recording's start; `message` as it was sent, with its blank line."""

    at_s: float
    message: bytes

    @property
    def event(self) -> str:
        first = self.message.partition(b"\r\n")[0]
        return first.partition(b": ")[2].decode("utf-8", "replace") if first.startswith(b"Event: ") else ""


def read_trace(path: Path) -> list[Recorded]:
    """The messages of a trace file, in its order. Raises BadTrace, OSError."""
    return list(parse_trace(path.read_bytes()))


def parse_trace(data: bytes) -> Iterator[Recorded]:
    at_s, marked = 0.0, False
    for block in data.replace(b"\r\n", b"\n").split(b"\n\n"):
        lines = []
        for line in block.split(b"\n"):
            if found := _MARK.fullmatch(line.strip()):
                at_s, marked = float(found.group(1)), True
            elif line:
                lines.append(line)
        if lines and not marked:
            raise BadTrace("no '# +seconds' before the first message")
        if lines:
            yield Recorded(at_s, b"\r\n".join(lines) + b"\r\n\r\n")


async def play(trace: list[Recorded], send: Callable[[str, bytes], None], *, speed: float | None = 1.0) -> int:
    """Sends the messages in time, `speed` times as fast (None: at once); returns how many were sent."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for recorded in trace:
        if speed is not None:
            await asyncio.sleep(max(0.0, began + recorded.at_s / speed - loop.time()))
        send(recorded.event, recorded.message)
    return len(trace)
