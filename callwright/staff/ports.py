"""What staff needs of telephony. They are siblings, so the layer above both connects them when the program starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """The queues are to leave this agent alone, or to ring them again; `reason` is the code of a pause reason."""

    user_id: int
    paused: bool
    reason: str


Ordering = Callable[[Sequence[QueueOrder], datetime], frozenset[int]]
Limits = Callable[[frozenset[int]], dict[int, int]]

_ordering: list[Ordering] = []
_limits: list[Limits] = []


def connect(*, ordering: Ordering, limits: Limits) -> None:
    """`ordering` sends orders and returns the users whose PBX has one to confirm now; `limits` gives the wrap-up
    limits of queues in seconds, by the queue's id."""
    _ordering[:] = [ordering]
    _limits[:] = [limits]


def order_queues(orders: Sequence[QueueOrder], now: datetime) -> frozenset[int]:
    return _ordering[0](orders, now) if _ordering and orders else frozenset()


def wrap_up_limits(queue_ids: frozenset[int]) -> dict[int, int]:
    return _limits[0](queue_ids) if _limits and queue_ids else {}
