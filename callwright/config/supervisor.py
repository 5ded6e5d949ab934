"""Runs several processes as one: starts them again when they end, passes on their words, stops them in order."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from callwright.config.parent_death import end_with_parent

_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _HEALTHY_AFTER_S = 0.25, 30.0, 20.0
_LINE_LIMIT = 1 << 20

Say = Callable[[str, str], None]
"""Takes who speaks and a line."""


@dataclass(frozen=True)
class Child:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    grace_s: float = 15.0
    """How long it may take to stop after SIGTERM before it is killed."""


class Supervisor:
    """Keeps its children running until `stop` is called; stops them in the order they were given."""

    def __init__(self, children: Sequence[Child], *, say: Say) -> None:
        self._children = children
        self._say = say
        self._stopping = asyncio.Event()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    @property
    def stopping(self) -> asyncio.Event:
        return self._stopping

    def stop(self) -> None:
        """Ask for a clean end; asked twice, everything is killed."""
        if self._stopping.is_set():
            for process in self._processes.values():
                _signal_group(process, signal.SIGKILL)
        self._stopping.set()

    async def run(self) -> None:
        """Start all children, keep them, and return when all have stopped after `stop`."""
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        await self._stopping.wait()
        for child in self._children:
            await self._end(child)
        await asyncio.gather(*keepers)

    async def _keep(self, child: Child) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(child)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > _HEALTHY_AFTER_S:
                pause_s = _FIRST_PAUSE_S
            self._say(child.name, f"ended ({_words(code)}); starts again in {pause_s:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _run_once(self, child: Child) -> int:
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **child.environment},
            limit=_LINE_LIMIT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the children in order
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        self._processes[child.name] = process
        relay = asyncio.create_task(self._relay(child.name, process))
        code = await process.wait()
        _signal_group(process, signal.SIGKILL)  # its own children, if it was killed
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(relay, 2)
        return code

    async def _relay(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line over the limit; asyncio has thrown it away
                continue
            if not line:
                return
            self._say(name, line.decode(errors="replace").rstrip())

    async def _end(self, child: Child) -> None:
        process = self._processes.get(child.name)
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), child.grace_s)
        except TimeoutError:
            self._say(child.name, f"did not stop within {child.grace_s:g} s and is killed")
            _signal_group(process, signal.SIGKILL)
            await process.wait()


def _signal_group(process: asyncio.subprocess.Process, which: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, which)


def _words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def speaker(width: int) -> Say:
    """Prints lines with the name of who said them in front, in colour on a terminal."""
    colours: dict[str, str] = {}
    palette = ("36", "35", "33", "32", "34", "31")

    def say(name: str, line: str) -> None:
        label = f"{name:<{width}} |"
        if sys.stdout.isatty():
            colour = colours.setdefault(name, palette[len(colours) % len(palette)])
            label = f"\x1b[{colour}m{label}\x1b[0m"
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.write(f"{label} {line}\n")
            sys.stdout.flush()

    return say
