"""Decisions about mail: what an address is, what a server's answer means, when to try again."""

import re
import unicodedata
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
