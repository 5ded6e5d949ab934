"""What a call is for the employee at whose desk it stands, and how a card is laid out. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CardState(StrEnum):
    """`PICK_UP`: our own phone rings for a call that we asked for; `GONE`: rang here in vain, goes on elsewhere."""

    RINGING = "ringing"
    PICK_UP = "pick_up"
    DIALLING = "dialling"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    ENDED = "ended"
    TRANSFERRED = "transferred"
    TAKEN = "taken"
    MISSED = "missed"
    GONE = "gone"


LIVE = frozenset({CardState.RINGING, CardState.PICK_UP, CardState.DIALLING, CardState.TALKING, CardState.ON_HOLD})
CLOSES_BY_ITSELF = frozenset({CardState.TAKEN, CardState.MISSED, CardState.GONE})


@dataclass(frozen=True, slots=True)
class MyLeg:
    """A time that the call rang at this employee's extension."""

    answered_at: datetime | None
    ended_at: datetime | None


def card_state(
    *,
    direction: str,
    ended_at: datetime | None,
    answered_at: datetime | None,
    talking_since: datetime | None,
    held_since: datetime | None,
    is_caller: bool,
    legs: Sequence[MyLeg],
    is_handed_over: bool = False,
) -> CardState:
    """The state of a call for one employee; `is_caller`: the employee made it (`is_handed_over`: and gave it to
    somebody else), `legs`: it rang at their extension.
    """
    answered = any(leg.answered_at for leg in legs)
    here = is_caller or answered
    if ended_at is not None:
        if here:
            return CardState.ENDED
        return CardState.TAKEN if answered_at else CardState.MISSED
    live = [leg for leg in legs if leg.ended_at is None]
    if any(leg.answered_at is None for leg in live):
        return CardState.PICK_UP if is_caller or direction == "outbound" else CardState.RINGING
    if live or (is_caller and not legs and not is_handed_over):
        if held_since is not None:
            return CardState.ON_HOLD
        return CardState.TALKING if talking_since or not is_caller else CardState.DIALLING
    if here:
        return CardState.TRANSFERRED
    return CardState.TAKEN if answered_at else CardState.GONE


# ── the layout of a card ──────────────────────────────────────────────────────────────────────────────────────────

FIRST, SECOND, FOLDED, HIDDEN = "first", "second", "folded", "hidden"
ZONES = (FIRST, SECOND, FOLDED, HIDDEN)

DEFAULT_LAYOUT: tuple[tuple[str, str], ...] = (
    ("account", FIRST),
    ("direction", FIRST),
    ("when", FIRST),
    ("hours", FIRST),
    ("photo", FIRST),
    ("name", FIRST),
    ("category", FIRST),
    ("number", FIRST),
    ("place", FIRST),
    ("warning", FIRST),
    ("forwarding", SECOND),
    ("knowledge", SECOND),
    ("instructions", SECOND),
    ("orders", SECOND),
    ("calls", SECOND),
    ("people", FOLDED),
    ("line", FOLDED),
    ("employee", FOLDED),
)
PARTS = tuple(part for part, _ in DEFAULT_LAYOUT)

FIELD = "field:"
"""Begins the part of one of the organisation's own fields; its code follows."""

_ALL_FIELDS = "custom"
"""All own fields together, as layouts of earlier versions name them."""
_FIELDS_AFTER = "calls"


@dataclass(frozen=True, slots=True)
class OwnField:
    """An own field of contacts: `on_card` says whether it is shown where nobody chose."""

    code: str
    on_card: bool

    @property
    def part(self) -> str:
        return f"{FIELD}{self.code}"


def default_layout(fields: Sequence[OwnField] = ()) -> list[tuple[str, str]]:
    """Every part with its zone where nobody chose, in order."""
    shown = [(one.part, SECOND if one.on_card else HIDDEN) for one in fields]
    parts = list(DEFAULT_LAYOUT)
    at = parts.index((_FIELDS_AFTER, SECOND)) + 1
    return parts[:at] + shown + parts[at:]


def layout_from(stored: Iterable[object], fields: Sequence[OwnField] = ()) -> dict[str, tuple[str, ...]]:
    """The parts of each zone in order. What is not stored (a part that came with a later version, a new field) stands
    where it does by default; what nobody knows any more is left out; an empty choice is the default.
    """
    default = default_layout(fields)
    known = {part for part, _ in default}
    chosen: dict[str, str] = {}
    for item in stored:
        part, zone = (item.get("part"), item.get("zone")) if isinstance(item, dict) else (None, None)
        if zone not in ZONES:
            continue
        together = [one.part for one in fields if one.on_card] if part == _ALL_FIELDS else [part]
        for one in together:
            if one in known and one not in chosen:
                chosen[str(one)] = str(zone)
    for part, zone in default:
        chosen.setdefault(part, zone)
    return {zone: tuple(part for part, its_zone in chosen.items() if its_zone == zone) for zone in ZONES}


def layout_to_store(zones: Mapping[str, Sequence[str]], fields: Sequence[OwnField] = ()) -> list[dict[str, str]]:
    """What is stored for a chosen order, without parts that nobody knows any more: an own field may have gone while
    somebody arranged them. Raises ValueError for a zone that does not exist, or a part twice.
    """
    known = {part for part, _ in default_layout(fields)}
    stored = [{"part": part, "zone": zone} for zone, parts in zones.items() for part in parts if part in known]
    parts = [item["part"] for item in stored]
    if len(set(parts)) != len(parts) or not set(zones) <= set(ZONES):
        raise ValueError("This is no layout of a card.")
    return stored
