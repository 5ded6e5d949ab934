"""What a call means for the people at our extensions right now. Pure."""

from enum import StrEnum

from callwright.calls.projection import CallView
from callwright.telephony.events import Direction, LegKind


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
    if own_extension and view.direction in (Direction.OUTBOUND, Direction.INTERNAL) and own_extension not in found:
        found[own_extension] = Phase.ENDED if view.ended_at else Phase.TALKING
    return found
