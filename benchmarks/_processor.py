"""Processor time of other processes, as the system counts it."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Used:
    """Processor seconds of one process so far: its own, and those of its children that ended."""

    parent: int
    own_s: float
    ended_s: float


def used_by(pid: int) -> Used:
    """Raises OSError for a process that has ended."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, ended = (sum(map(int, words[at : at + 2])) / os.sysconf("SC_CLK_TCK") for at in (11, 13))
    return Used(int(words[1]), own, ended)
