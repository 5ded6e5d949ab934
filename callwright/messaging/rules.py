"""Decisions about mail: what an address is, what a server's answer means, when to try again."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import idna

RETRY_AFTER_MIN: Final = (1, 5, 15, 60, 180, 360, 720)
"""Minutes before each further try: the last one is made most of a day after the first."""

DOUBT_AFTER_MIN: Final = 15
MOST_DOUBTS: Final = 2
"""What was perhaps taken is handed over once more, later, under the same Message-ID; after that a person decides."""

_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f-\x9f]+")
_RIGHT_TO_LEFT = ("R", "AL")


class AddressRefused(ValueError):
    """Not an e-mail address to which anything could be sent."""


def clean_address(text: str) -> str:
    """An address as it is stored: the domain in its international form in lower case. Raises AddressRefused."""
    text = unicodedata.normalize("NFC", text.strip())
    local, at, domain = text.rpartition("@")
    if not at or len(text) > 254 or len(local.encode()) > 64 or not _LOCAL.fullmatch(local):
        raise AddressRefused(text)
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressRefused(text)
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in local):
        raise AddressRefused(text)
    try:
        return f"{local}@{idna.decode(idna.encode(domain, uts46=True))}"
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused(text) from error


def address_on_wire(address: str) -> str:
    """The address with its domain in ASCII, as servers take it."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def isolated(text: str, *, right_to_left: bool) -> str:
    """The text, set apart from its sentence where its direction differs, so that it cannot rearrange it."""
    directions = {unicodedata.bidirectional(c) for c in text}
    differs = "L" in directions if right_to_left else not directions.isdisjoint(_RIGHT_TO_LEFT)
    return f"\u2068{text}\u2069" if differs else text


_NUMBER = re.compile(r"[+0-9][0-9 ().\u00a0/-]*")
_SHORTEST_NUMBER, _ENDING = 6, 8


def pattern_for(text: str) -> str:
    """A regular expression, as PostgreSQL and Python read it alike, that finds a person's number, address or name in
    messages: in whole words, a number in any notation by its last eight digits. Empty for a number so short that it
    stands in others.
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        digits = [c for c in text if c.isdigit()]
        if len(digits) < _SHORTEST_NUMBER:
            return ""
        start = "" if len(digits) >= _ENDING else "(?<![0-9])"
        return start + "[ ().\u00a0/-]{0,2}".join(digits[-_ENDING:]) + "(?![0-9])"
    words = [re.escape(word) for word in text.split()]
    if not words:
        return ""
    return (r"(?<![\w.+-])" if "@" in text else r"(?<!\w)") + r"\s+".join(words) + r"(?!\w)"


def holds(message: str, text: str) -> bool:
    """Whether a message holds a text by which a person is known."""
    pattern = pattern_for(text)
    return bool(pattern) and re.search(pattern, message, re.IGNORECASE) is not None


class Outcome(StrEnum):
    """How one try to send a message ended."""

    SENT = "sent"
    PARTLY = "partly"  # some recipients were taken, some not
    REFUSED = "refused"
    LATER = "later"  # the server asks to try again
    LOST = "lost"  # the connection broke before the message was complete: it was certainly not taken
    DOUBT = "doubt"  # no answer came after the message was complete: perhaps it was taken
    DIED = "died"  # the worker ended before it began to hand the message over
    WITHDRAWN = "withdrawn"  # nobody was left to whom it was to go
    UNSENDABLE = "unsendable"  # it cannot be made or taken at all: an attachment is gone, the address cannot be written


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer: 2xx yes, 4xx not now, 5xx never."""

    code: int
    words: str

    @property
    def is_yes(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_never(self) -> bool:
        return 500 <= self.code < 600

    def __str__(self) -> str:
        return f"{self.code} {self.words}".strip() if self.code > 0 else self.words


@dataclass(frozen=True, slots=True)
class Standing:
    """A message after a try: its state, and after how many minutes it is due again (None: never by itself)."""

    state: str
    wait_min: int | None = None


def recipient_state(*, offered: Reply, content: Reply | None) -> str:
    """What became of one recipient: `offered` answers RCPT TO, `content` the message itself (None: no answer came)."""
    decisive = offered if not offered.is_yes else content
    if decisive is None:
        return "waiting"
    if decisive.is_yes:
        return "sent"
    return "refused" if decisive.is_never else "waiting"


def outcome_of(states: Collection[str], content: Reply | None) -> Outcome:
    """The try in one word, from what became of its recipients."""
    if content is None:
        return Outcome.DOUBT
    if "sent" in states:
        return Outcome.SENT if set(states) == {"sent"} else Outcome.PARTLY
    return Outcome.LATER if "waiting" in states else Outcome.REFUSED


def ended_as(states: Collection[str]) -> str:
    """The state of a message that is tried no more, from those of its recipients."""
    return next(
        (state for state in ("refused", "failed", "sent") if state in states), "withdrawn" if states else "sent"
    )


def standing_of(states: Collection[str], *, outcome: Outcome, tries: int, doubts: int) -> Standing:
    """Where the message stands after a try; `states` are those of all its recipients, `tries` and `doubts` count it.

    Who waits for nothing but a person ("failed") is told apart from what a server refused for good ("refused").
    """
    if "waiting" not in states:
        return Standing(ended_as(states))
    if tries > len(RETRY_AFTER_MIN) or doubts >= MOST_DOUBTS:
        return Standing("failed")
    wait_min = RETRY_AFTER_MIN[tries - 1]
    return Standing("waiting", max(wait_min, DOUBT_AFTER_MIN) if outcome is Outcome.DOUBT else wait_min)
