"""Everything that goes on at this moment, read once for whoever watches: all accounts, all queues, all agents."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from callwright.calls.queries.live_now import LiveCall, live_calls
from callwright.staff.queries.floor_now import AgentOnFloor, agents_on_floor
from callwright.telephony.queries.listening import ListeningNow, listening_now
from callwright.telephony.queries.queues_now import PbxState, QueueState, pbxs_now, queues_now


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`members`: by PBX and extension, the queues with whether the extension is paused in each."""

    at: datetime
    pbxs: dict[int, PbxState]
    queues: list[QueueState]
    agents: list[AgentOnFloor]
    calls: list[LiveCall]
    listenings: list[ListeningNow]
    members: dict[tuple[int, str], dict[int, bool]]

    def away_since(self, pbx_id: int | None) -> datetime | None:
        """Since when nothing is heard from the PBX; None while it is."""
        known = self.pbxs.get(pbx_id or 0)
        return known.away_since if known else None


def take_snapshot(now: datetime) -> Snapshot:
    """Five queries, whoever watches."""
    queues = queues_now()
    members: dict[tuple[int, str], dict[int, bool]] = defaultdict(dict)
    for queue in queues:
        for extension, is_paused in queue.members.items():
            members[queue.pbx_id, extension][queue.id] = is_paused
    return Snapshot(
        now, {pbx.id: pbx for pbx in pbxs_now()}, queues, agents_on_floor(), live_calls(now=now),
        listening_now(now=now), dict(members),
    )  # fmt: skip


class _Kept:
    """Those who ask in the same moment share one that was begun after each of them asked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: tuple[float, Snapshot] | None = None

    def get(self, now: datetime, since: float) -> Snapshot:
        """What was read after `since` (`time.monotonic`)."""
        with self._lock:
            if self._taken is None or self._taken[0] < since:
                began = monotonic()
                self._taken = began, take_snapshot(now)
            return self._taken[1]

    def forget(self) -> None:
        with self._lock:
            self._taken = None


_kept = _Kept()
snapshot = _kept.get
forget_snapshot = _kept.forget
