"""Days of random calls, made of recorded scenes: transfers, queues, several records a call, nobody answering."""

import heapq
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from callwright.imports.tests.conftest import TRACES

SCENES = sorted(
    file.name.removesuffix(".cel.csv")
    for file in TRACES.glob("*.cel.csv")
    if file.with_name(file.name.replace(".cel.", ".cdr.")).exists()
)
_KEY = re.compile(r"\b(1795\d{6})(\.\d+)")
_CHANNEL = re.compile(r"-00([0-9a-f]{6})\b")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def day(seed: int, kind: str, scenes: int = 7) -> list[str]:
    """The lines of a file (cdr or cel) as a PBX writes them on which these scenes happen beside one another. `old`: cdr
    without linkedid, as PBXs wrote it before.
    """
    choice = random.Random(seed)
    files = []
    for number in range(scenes):
        name, shift = choice.choice(SCENES), choice.randint(0, 150)
        text = (TRACES / f"{name}.{'cel' if kind == 'cel' else 'cdr'}.csv").read_text()
        files.append(list(_written(_moved(text, number, shift).splitlines(), kind)))
    lines = [line for _, line in heapq.merge(*files, key=lambda one: one[0])]
    return [f"{line.rsplit(',', 3)[0] if kind == 'old' else line}\n" for line in lines]


def _moved(text: str, number: int, shift: int) -> str:
    """Another time, and keys and channels of its own."""
    text = text.replace("pbx1-", f"pbx{number}-")
    text = _CHANNEL.sub(lambda found: f"-{number + 1:02x}{found[1]}", text)
    text = _STAMP.sub(lambda found: str(datetime.fromisoformat(found[0]) + timedelta(seconds=shift)), text)
    return _KEY.sub(lambda found: f"{int(found[1]) + shift}{found[2]}", text)


def _written(lines: list[str], kind: str) -> Iterator[tuple[str, str]]:
    """Each line with when it was written: none before the one above it in its own scene."""
    when: Callable[[str], str] = _event_time if kind == "cel" else lambda line: max(_STAMP.findall(line))
    last = ""
    for line in lines:
        last = max(last, when(line))
        yield last, line


def _event_time(line: str) -> str:
    return line.split('","')[1]
