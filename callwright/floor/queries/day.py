"""Today's figures, counted once for all wallboards, and not more often than the counting can bear."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic

from callwright.calls.queries.today_now import DaySoFar, calls_since

AT_MOST_EVERY_S = 2.0
_REST = 20  # times as long as it took
_ASKED_S = 60.0  # a limit that nobody asked for in so long is not counted any more
_DAY_S = 3600.0


@dataclass(slots=True)
class _Counted:
    """`asked`: the limits with when each was asked for last."""

    good_until: float = 0.0
    limits: tuple[int, ...] = ()
    rows: list[DaySoFar] = field(default_factory=list)
    asked: dict[int, float] = field(default_factory=dict)


class _Kept:
    """What was counted, by the midnight that the day began at. Boards with other limits are counted together: one does
    not put away what another is about to ask for.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[datetime, _Counted] = {}

    def get(self, since: datetime, limits_s: Collection[int]) -> tuple[tuple[int, ...], list[DaySoFar]]:
        """The limits counted, at least those given, and the figures since then."""
        with self._lock:
            began = monotonic()
            self._counted = {at: one for at, one in self._counted.items() if one.good_until > began - _DAY_S}
            kept = self._counted.setdefault(since, _Counted(good_until=began))
            kept.asked |= dict.fromkeys(limits_s, began)
            if began < kept.good_until and set(limits_s) <= set(kept.limits):
                return kept.limits, kept.rows
            kept.asked = {limit: at for limit, at in kept.asked.items() if at > began - _ASKED_S}
            limits = tuple(sorted(kept.asked))
            rows = calls_since(since, limits_s=limits)
            ended = monotonic()
            kept.limits, kept.rows = limits, rows  # together, as the rows are of these limits
            kept.good_until = ended + max(AT_MOST_EVERY_S, _REST * (ended - began))
            return kept.limits, kept.rows

    def forget(self) -> None:
        with self._lock:
            self._counted.clear()


_kept = _Kept()
day_so_far = _kept.get
forget_day = _kept.forget
