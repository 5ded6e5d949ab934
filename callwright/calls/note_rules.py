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

STILL_WRITING: Final = timedelta(minutes=15)
"""In wrap-up a note is not sent for so long after its last word: its author may be registering, or thinking."""

NOT_HAD: Final = ("failed", "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier sending: its text, and the state (waiting, sent, refused …) of each address. `perhaps`: addresses that
    may have it, whatever their state says; `over`: those that do not count any more, since a later one sees to them or
    they were taken out.
    """

    text: str
    states: dict[str, str]
    perhaps: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """Addresses that get the note, and those that get it as a correction of what they had before."""

    notes: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.notes or self.corrections)


@dataclass(frozen=True, slots=True)
class _Had:
    text: str
    is_sure: bool


def plan_of(text: str, chosen: Sequence[str], past: Sequence[Past]) -> Plan:
    """What to send now; `past` are the earlier sendings that went to anybody, oldest first.

    For each address what it had last decides: nobody gets the text twice that they have, a changed one corrects what
    they had, and who got nothing yet, or whom it did not reach, gets the note.
    """
    notes, corrections = [], []
    for address in chosen:
        had = _had(address, past)
        if not had:
            notes.append(address)
        elif had[-1].text != text:
            corrections.append(address)
        elif not had[-1].is_sure:
            (corrections if any(one.text != text for one in had) else notes).append(address)
    return Plan(tuple(notes), tuple(corrections))


def _had(address: str, past: Sequence[Past]) -> list[_Had]:
    """What an address has of the note for sure, or perhaps."""
    found = []
    for one in past:
        state = _of(address, one)
        is_sure = state is not None and state not in NOT_HAD
        if is_sure or address.lower() in {other.lower() for other in one.perhaps}:
            found.append(_Had(one.text, is_sure))
    return found


def _of(address: str, one: Past) -> str | None:
    """The state of an address in a sending; None where it was not among them."""
    return next((state for other, state in one.states.items() if other.lower() == address.lower()), None)


def was_sent(address: str, text: str, past: Sequence[Past]) -> bool:
    """Whether this text was sent to the address, if in vain."""
    return any(one.text == text and _of(address, one) is not None for one in past)


def is_changed(text: str, chosen: Collection[str], past: Sequence[Past]) -> bool:
    """Whether somebody chosen lacks what the note says now, and it was never sent to them in vain."""
    if not past or not text:
        return False
    if not chosen:
        return past[-1].text != text
    plan = plan_of(text, tuple(chosen), past)
    return any(_last_text(one, past) != text for one in (*plan.notes, *plan.corrections))


def _last_text(address: str, past: Sequence[Past]) -> str | None:
    """What was sent to an address last; not what does not count any more: they were taken out meanwhile."""
    counted = (one for one in reversed(past) if address.lower() not in {other.lower() for other in one.over})
    return next((one.text for one in counted if _of(address, one) is not None), None)


def stands_as(past: Sequence[Past]) -> str:
    """How a note stands, from all sendings of the text that was sent last; empty where it went to nobody."""
    states: dict[str, str] = {}
    for one in past:
        if one.text == past[-1].text:
            over = {address.lower() for address in one.over}
            states |= {address.lower(): state for address, state in one.states.items() if address.lower() not in over}
    return state_of(set(states.values()), ended="waiting" not in states.values()) if states else ""


def joined(there: str, words: str, saved: str = "") -> str:
    """One note out of two: `words` after what `there` says, where all or part of them stands already. `saved`: what was
    kept of them before, and moved to the end of `there`.
    """
    start = saved.rstrip()
    if start and f"\n{there}".endswith(f"\n{start}"):
        return there.removesuffix(start) + words
    if f"\n{words}" in f"\n{there}":
        return there
    lines = there.split("\n")
    ends = ("\n".join(lines[at:]) for at in range(len(lines)))
    more = next((end for end in ends if end and words.startswith(end)), None)  # a later state was kept than `saved`
    if more is not None:
        return there.removesuffix(more) + words
    return f"{there}\n{words}" if there else words


def state_of(states: Collection[str], *, ended: bool) -> str:
    """How a sending stands, from the states of its recipients; `ended`: nothing more is tried by itself."""
    if not ended:
        return "waiting"
    left = set(states) - {"withdrawn"}
    if not left:
        return "withdrawn"
    if left == {"sent"}:
        return "sent"
    return "partly" if "sent" in left else "failed"
