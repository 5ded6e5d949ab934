"""What a call means for the people at our extensions right now. Pure."""

from datetime import datetime
from enum import StrEnum

from callwright.calls.projection import CallView, LegView
from callwright.telephony.events import Direction, LegKind, TransferKind


class Phase(StrEnum):
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


def phases(view: CallView, own_extension: str | None) -> dict[str, Phase]:
    """For each of our extensions in the call: is it ringing, talking, or done with it."""
    found: dict[str, Phase] = {}
    for leg in view.legs:
        if leg.kind != LegKind.EXTENSION:
            continue
        if leg.ended_at is not None or view.ended_at is not None:
            phase = Phase.ENDED
        else:
            phase = Phase.TALKING if leg.answered_at else Phase.RINGING
        # An extension rung twice in one call (a queue's second round) is what its latest leg says.
        found[leg.party] = phase
    if own_extension and _began_here(view) and own_extension not in found:
        is_over = view.ended_at is not None or handed_over_at(view) is not None
        found[own_extension] = Phase.ENDED if is_over else Phase.TALKING
    return found


def handed_over_at(view: CallView) -> datetime | None:
    """When whoever dialled at the phone gave the call to somebody else: they have no leg of their own."""
    if not _began_here(view):
        return None
    given = (TransferKind.BLIND, TransferKind.ATTENDED)
    return min((one.at for one in view.transfers if one.kind in given and not one.by_leg), default=None)


def done_at(view: CallView, extension: str, own_extension: str | None) -> datetime | None:
    """When the extension was done with the call: at the end of its last talk, however often it was rung afterwards.
    None where the call tells nothing of it and goes on.
    """
    talked = talked_until(view, extension, own_extension)
    over = [leg.ended_at for leg in _legs_of(view, extension) if leg.ended_at]
    return talked or max(over, default=view.ended_at)


def talked_until(view: CallView, extension: str, own_extension: str | None) -> datetime | None:
    """When the last of the extension's talks that are over ended; None where none is."""
    legs = _legs_of(view, extension)
    if not legs and extension == own_extension and _began_here(view):
        return handed_over_at(view) or view.ended_at
    return max((leg.ended_at for leg in legs if leg.ended_at and leg.answered_at), default=None)


def has_talked(view: CallView, extension: str, own_extension: str | None, *, since: datetime | None) -> bool:
    """Whether the extension was in conversation, in one that began after `since` where that is given; whoever dials is
    from the start.
    """
    legs = _legs_of(view, extension)
    if not legs:
        return since is None and extension == own_extension and _began_here(view)
    return any(leg.answered_at and (since is None or leg.answered_at >= since) for leg in legs)


def queues_of_talks(view: CallView) -> tuple[dict[str, str], bool]:
    """Of our extensions that talked before the call went on into another queue: in which queue they did ("": in none).
    And whether it was dialled here and given to a queue later, so that whoever dialled talked in none.
    """
    visits = [(start, queue) for queue, start, _ in view.queue_visits]
    first: dict[str, datetime] = {}
    for leg in view.legs:
        if leg.kind == LegKind.EXTENSION and leg.answered_at and leg.party not in first:
            first[leg.party] = leg.answered_at
    talks = {party: max(((at, queue) for at, queue in visits if at <= since), default=(since, ""))[1]
             for party, since in first.items()}  # fmt: skip
    dialled = view.direction == Direction.OUTBOUND and bool(visits) and view.extension not in first
    return {party: queue for party, queue in talks.items() if queue != view.queue}, dialled


def _legs_of(view: CallView, extension: str) -> list[LegView]:
    return [leg for leg in view.legs if leg.kind == LegKind.EXTENSION and leg.party == extension]


def _began_here(view: CallView) -> bool:
    return view.direction in (Direction.OUTBOUND, Direction.INTERNAL)
