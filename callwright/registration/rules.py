"""Decisions about registration: where a category is offered. Pure."""

from collections.abc import Collection
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
