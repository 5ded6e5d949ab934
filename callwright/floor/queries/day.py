"""Today's figures, counted once for all wallboards, and not more often than the counting can bear."""

from collections.abc import Collection
from datetime import datetime
from threading import Lock
from time import monotonic

from callwright.calls.queries.today_now import DaySoFar, calls_since

AT_MOST_EVERY_S = 2.0
_REST = 20  # times as long as it took


class _Kept:
    """By the midnight that the day began at: what was counted, for which limits, and until when that is good."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[datetime, tuple[float, tuple[int, ...], list[DaySoFar]]] = {}

    def get(self, since: datetime, limits_s: Collection[int]) -> tuple[tuple[int, ...], list[DaySoFar]]:
        """The limits counted, at least those given, and the figures since then."""
        with self._lock:
            good_until, limits, rows = self._counted.get(since, (0.0, (), []))
            began = monotonic()
            if began < good_until and set(limits_s) <= set(limits):
                return limits, rows
            limits = tuple(sorted(set(limits_s)))
            rows = calls_since(since, limits_s=limits)
            took = monotonic() - began
            self._counted = {at: one for at, one in self._counted.items() if one[0] > began - 3600}
            self._counted[since] = (monotonic() + max(AT_MOST_EVERY_S, _REST * took), limits, rows)
            return limits, rows

    def forget(self) -> None:
        with self._lock:
            self._counted.clear()


_kept = _Kept()
day_so_far = _kept.get
forget_day = _kept.forget
