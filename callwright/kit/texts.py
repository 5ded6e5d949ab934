"""Texts that people type: made safe to keep, and folded so that searches pass over accents, case and script."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]+")
# Overrides and embeddings turn round what stands beside a name on the screen; plain marks (200e, 200f) do not.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_BLANKS = re.compile(r"\s+")
_SEPARATE = re.compile(r"[^a-z0-9]+")
_VOWELS = re.compile(r"[aeiouy]+")
_ALIKE = str.maketrans({"v": "f", "w": "f", "c": "k", "q": "k", "z": "s"})
_DOUBLED = re.compile(r"(.)\1+")
# The transliteration writes these letters as a mark or not at all, where Latin spelling has a vowel.
_ARABIC = str.maketrans(
    {"ع": "a", "ء": "a", "ا": "a", "آ": "a", "أ": "a", "إ": "a", "ى": "a", "ة": "a", "ـ": "", "׳": ""}
)

SKELETON_MARK = "~"
"""Stands before a word's skeleton in a search text, so that a skeleton is only compared with skeletons."""

_SHORTEST_SKELETON = 3


def clean_line(text: str) -> str:
    """One line of text without control and text-turning characters, blanks collapsed."""
    return _BLANKS.sub(" ", _TURNING.sub("", _CONTROL.sub("", text.replace("\t", " ")))).strip()


def clean_lines(text: str) -> str:
    """Several lines of text without control and text-turning characters."""
    text = _TURNING.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def fold(text: str) -> str:
    """Lower case without accents, vowel marks and control characters, still in its own script."""
    return _kept_fold(text) if len(text) <= _LONGEST_KEPT else _fold(text)


def _fold(text: str) -> str:
    # Compatibility forms hide capitals (Ⅷ), and lower case brings new marks (İ): apart, lower, and apart again.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))
    return clean_line(unicodedata.normalize("NFC", bare))


def latin(text: str) -> str:
    """`fold`ed text written in ASCII: the same for Иванов and ivanov, Łódź and lodz."""
    return _kept_latin(text) if len(text) <= _LONGEST_KEPT else _latin(text)


def _latin(text: str) -> str:
    return _BLANKS.sub(" ", anyascii(fold(text).translate(_ARABIC)).casefold()).strip()


# Names, numbers and words come again and again; whole texts would fill the memory.
_LONGEST_KEPT = 200
_kept_fold, _kept_latin = lru_cache(maxsize=8_192)(_fold), lru_cache(maxsize=8_192)(_latin)


def skeleton(word: str) -> str:
    """The consonants of a Latin word, those that sound alike made one, a vowel only at its start; empty when too short.

    Scripts without vowels and most misspellings of names meet here: ahmed, ahmad and أحمد; ivanov and Iwanoff.
    """
    letters = _SEPARATE.sub("", word)
    if not letters or letters[0].isdigit():
        return ""
    start = "a" if letters[0] in "aeiou" else ""
    consonants = _VOWELS.sub("", letters).replace("kh", "h").replace("ph", "f").translate(_ALIKE)
    bones = start + _DOUBLED.sub(r"\1", consonants)
    return bones if len(bones) >= _SHORTEST_SKELETON else ""


def search_words(text: str) -> list[str]:
    """The Latin words of `text` as they are searched: `o'brien` also as `obrien`. No word twice, order kept."""
    words: dict[str, None] = {}
    for word in latin(text).split():
        words[word] = None
        joined = _SEPARATE.sub("", word)
        if joined and joined != word:
            words[joined] = None
    return list(words)
