"""Virtual time: what is due next, at any speed, with timestamps that do not depend on the machine."""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from typing import Any

SLICE = 400
"""Due actions run before the event loop gets its turn; keeps writes and reads flowing at full speed."""


class Clock:
    """A queue of timed actions. `speed` is virtual seconds per real second; None means as fast as possible."""

    def __init__(self, *, start: float, speed: float | None = 1.0) -> None:
        self.now = start
        self.speed = speed
        self._due: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = 0
        self._wake = asyncio.Event()
        self._real = time.monotonic()
        self._virtual = start

    def at(self, when: float, act: Callable[..., None], *args: Any) -> None:
        """Runs `act(*args)` at the virtual time `when` (epoch seconds); equal times keep their order."""
        self._order += 1
        heapq.heappush(self._due, (max(when, self.now), self._order, act, args))
        self._wake.set()

    def after(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        self.at(self.now + delay_s, act, *args)

    def synchronise(self) -> float:
        """Moves `now` to the present for an action that came from outside, and returns it."""
        if self.speed is not None:
            present = self._virtual + (time.monotonic() - self._real) * self.speed
            if self._due:
                present = min(present, self._due[0][0])
            self.now = max(self.now, present)
        return self.now

    def set_speed(self, speed: float | None) -> None:
        self.synchronise()
        self._virtual, self._real = self.now, time.monotonic()
        self.speed = speed
        self._wake.set()

    @property
    def pending(self) -> int:
        """How many actions are waiting for their time."""
        return len(self._due)

    def run_due(self, limit: float) -> int:
        """Runs what is due up to the virtual time `limit`, at most SLICE actions; returns how many ran."""
        done = 0
        while self._due and self._due[0][0] <= limit and done < SLICE:
            when, _, act, args = heapq.heappop(self._due)
            if when > self.now:
                self.now = when
            act(*args)
            done += 1
        return done

    async def run(self, after_slice: Callable[[], Awaitable[None]]) -> None:
        """Runs for ever; `after_slice` flushes what was written and may wait for slow readers."""
        while True:
            self._wake.clear()
            if self.speed is None:
                done = self.run_due(float("inf"))
            else:
                present = self._virtual + (time.monotonic() - self._real) * self.speed
                done = self.run_due(present)
            await after_slice()
            if done:
                await asyncio.sleep(0)
                continue
            await self._sleep()

    async def _sleep(self) -> None:
        if not self._due:
            await self._wake.wait()
            return
        if self.speed is None:
            return
        ahead = self._due[0][0] - self._virtual
        pause = ahead / self.speed - (time.monotonic() - self._real)
        if pause > 0:
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                return
