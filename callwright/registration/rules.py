"""Decisions about registration: where a category is offered. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

DIRECTIONS = ["inbound", "outbound"]
CHANNELS = ["call", "request"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a category is offered; an empty collection means everywhere."""

    directions: Collection[str] = ()
    channels: Collection[str] = ()
    account_ids: Collection[int] = ()
    queue_ids: Collection[int] = ()
    for_campaigns: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be registered: a call or a request."""

    account_id: int
    direction: str
    queue_id: int | None = None
    channel: str = "call"
    of_campaign: bool = False


def is_offered(place: Place, subject: Subject) -> bool:
    """Whether a category is offered for the subject: every kind of limit must admit it. One for campaigns is offered
    in their calls only; calls between colleagues are not registered.
    """
    return (
        subject.direction in (place.directions or DIRECTIONS)
        and subject.channel in (place.channels or CHANNELS)
        and (not place.account_ids or subject.account_id in place.account_ids)
        and (not place.queue_ids or subject.queue_id in place.queue_ids)
        and (not place.for_campaigns or subject.of_campaign)
    )


def reordered(current: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """The `current` order with those of `wanted` in the order wanted, in the places that they had among the others:
    whoever sees a part of a list puts that part in order, and what was added meanwhile stays where it is.
    """
    known = set(current)
    named = [one for one in dict.fromkeys(wanted) if one in known]
    moving = iter(named)
    places = set(named)
    return [next(moving) if one in places else one for one in current]
