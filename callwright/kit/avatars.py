"""The drawn placeholder of a person without a photo."""

import unicodedata
from zlib import crc32

TONES = ("accent", "orange", "yellow", "green", "blue", "violet", "pink")


def initials_of(name: str) -> str:
    """The first letters of the first and last word; empty when the name has no letters (a number, nothing)."""
    words = [w for w in unicodedata.normalize("NFC", name).replace("-", " ").split() if w[0].isalpha()]
    if not words:
        return ""
    letters = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    if "ARABIC" in unicodedata.name(letters[0], ""):
        # Two Arabic letters side by side would join into one.
        return letters[0]
    return letters.upper()


def tone_of(name: str) -> str:
    """A tone that is always the same for the same name."""
    return TONES[crc32(name.casefold().encode("utf-8", "replace")) % len(TONES)]
