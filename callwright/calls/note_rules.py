"""What is sent of a note, and to whom (ACC-6). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LONGEST_NOTE: Final = 20_000
LONGEST_COMMENT: Final = 4_000

QUIET: Final = timedelta(minutes=2)
"""After the end of the call and the last word: then it is sent, whatever its author does."""

QUIET_AFTER_LEAVING: Final = timedelta(seconds=20)
"""The same where the author left wrap-up after the last word; wrap-up may have ended while they were writing."""

QUIET_AFTER_PUTTING_AWAY: Final = timedelta(seconds=5)
"""The same where the author put the card away; the last words may be on their way."""

NOT_HAD: Final = ("failed", "refused")


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier sending: its text, and the state (waiting, sent, refused …) of each address."""

    text: str
    states: dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """`to`: addresses of a new message; `missed`: those chosen whom the last one, of the same text, did not reach."""

    to: tuple[str, ...]
    is_correction: bool = False
    missed: tuple[str, ...] = ()


def plan_of(text: str, chosen: Sequence[str], past: Sequence[Past]) -> Plan:
    """What to send now; `past` are the earlier sendings that went to anybody, oldest first.

    Nobody gets the same text twice: where it is unchanged, only who was added since gets it, and who did not get it.
    A changed text is a correction for everybody chosen now.
    """
    if not past:
        return Plan(tuple(chosen))
    if past[-1].text != text:
        reached = any(state not in NOT_HAD for one in past for state in one.states.values())
        return Plan(tuple(chosen), is_correction=reached)
    same = [one for one in past if one.text == text]
    had = {address.lower() for one in same for address in one.states}
    missed = {address.lower() for address, state in past[-1].states.items() if state in NOT_HAD}
    return Plan(
        tuple(one for one in chosen if one.lower() not in had),
        missed=tuple(one for one in chosen if one.lower() in missed),
    )


def is_changed(text: str, chosen: Collection[str], past: Sequence[Past]) -> bool:
    """Whether the note is another than the one that was sent: its text, or somebody who was added."""
    if not past:
        return False
    return bool(text) and (past[-1].text != text or bool(plan_of(text, tuple(chosen), past).to))


def state_of(states: Collection[str], *, ended: bool) -> str:
    """How a sending stands, from the states of its recipients; `ended`: nothing more is tried by itself."""
    if not ended:
        return "waiting"
    if set(states) == {"sent"}:
        return "sent"
    return "partly" if "sent" in states else "failed"
