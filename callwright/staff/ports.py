"""What staff needs of telephony, accounts and registration, which it does not know: connected by a layer above all of
them when the program starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """The queues are to leave this agent alone, or to ring them again; `reason` is the code of a pause reason."""

    user_id: int
    paused: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where a call belongs, by which its end is judged."""

    queue_id: int | None
    account_id: int | None
    direction: str


@dataclass(frozen=True, slots=True)
class AfterCall:
    """What the end of a talked call brings: seconds of wrap-up, and whether it must be registered (`forced`)."""

    wrap_up_s: int = 0
    forced: bool = False


@dataclass(frozen=True, slots=True)
class EndedCall:
    """The talk of an employee that ended at `at`, in a call that must be registered."""

    user_id: int
    call_id: UUID
    account_id: int
    at: datetime


Ordering = Callable[[Sequence[QueueOrder], datetime], frozenset[int]]
Limits = Callable[[frozenset[CallPlace]], dict[CallPlace, AfterCall]]
Demand = Callable[[Sequence[EndedCall]], frozenset[tuple[int, UUID]]]

_ordering: list[Ordering] = []
_limits: list[Limits] = []
_demand: list[Demand] = []


def connect(*, ordering: Ordering, limits: Limits, demand: Demand) -> None:
    """`ordering` sends orders and returns the users whose PBX has one to confirm now; `limits` says what the end of
    calls brings; `demand` notes ended calls as due and returns those that are (user, call): registered ones are not.
    """
    _ordering[:], _limits[:], _demand[:] = [ordering], [limits], [demand]


def order_queues(orders: Sequence[QueueOrder], now: datetime) -> frozenset[int]:
    return _ordering[0](orders, now) if _ordering and orders else frozenset()


def wrap_up_limits(places: frozenset[CallPlace]) -> dict[CallPlace, AfterCall]:
    return _limits[0](places) if _limits and places else {}


def demand_registration(ended: Sequence[EndedCall]) -> frozenset[tuple[int, UUID]]:
    return _demand[0](ended) if _demand and ended else frozenset()
