"""What stands in a contact's search text, and what a typed text looks for in it. No database.

The search text is Latin only (`kit.texts.latin` of everything): PostgreSQL makes trigrams of other scripts on some
servers only, and one script lets Иванов and ivanov find each other without a second text. Layout:
` word word +digits … ~skeleton ~skeleton`, each part after a blank, so that ` abc` finds beginnings of words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callwright.kit.phone_numbers import parse_number
from callwright.kit.texts import SKELETON_MARK, fold, latin, search_words, skeleton

LONGEST_TEXT = 4_000
LONGEST_QUERY = 120
MOST_TERMS = 6
_NUMBER = re.compile(r"^\+?[\d\s().\-/]+$")
_DIGITS = re.compile(r"\D+")
_ACCESS = re.compile(r"^(?:00|0+)")
_SPECIAL = re.compile(r"([\\%_])")


def build_search_text(names: Iterable[str], others: Iterable[str], numbers: Iterable[str]) -> str:
    """The search text of a contact: `names` also by their skeletons, `others` as words, `numbers` by their digits."""
    words: dict[str, None] = {}
    bones: dict[str, None] = {}
    for name in names:
        for word in search_words(name):
            words[word] = None
            if made := skeleton(word):
                bones[SKELETON_MARK + made] = None
    for text in others:
        words.update(dict.fromkeys(search_words(text)))
    digits = [_DIGITS.sub("", number) or number for number in numbers]
    text = " ".join([*words, *digits, *bones])
    return f" {text[:LONGEST_TEXT]}" if text else ""


def sort_key_of(surname: str, first_name: str, fallback: str) -> str:
    """By surname, then first name, accents and case aside; a contact without a name by its number."""
    return (fold(f"{surname} {first_name}") or fold(fallback))[:250]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must be in the search text, as any of the LIKE patterns; `near` is its misspelt form, if any."""

    patterns: tuple[str, ...]
    near: str = ""


def terms_of(text: str, home_country: str = "") -> tuple[Term, ...]:
    """What a typed text asks for: a number in any notation, or words that must all be found."""
    text = text[:LONGEST_QUERY].replace("\x00", " ").strip()
    digits = _DIGITS.sub("", fold(text))
    if _NUMBER.match(latin(text)) and len(digits) >= 3:
        return (_number_term(text, digits, home_country),)
    return tuple(_word_term(word) for word in latin(text).split()[:MOST_TERMS])


def _number_term(text: str, digits: str, home_country: str) -> Term:
    parsed = parse_number(text, home_country) if home_country else None
    whole = parsed.e164[1:] if parsed and parsed.e164 else ""
    bare = _ACCESS.sub("", digits) or digits
    return Term(tuple(dict.fromkeys(f"%{part}%" for part in (whole, bare, digits) if part)))


def _word_term(word: str) -> Term:
    bare = re.sub(r"[^a-z0-9]+", "", word)
    if len(bare) < 3:
        return Term((f"% {_escaped(word)}%",))
    patterns = [f"%{_escaped(word)}%"]
    if bones := skeleton(word):
        patterns.append(f"% {SKELETON_MARK}{bones}%")
    return Term(tuple(patterns), near=bare if len(bare) >= 4 and not bare.isdigit() else "")


def _escaped(word: str) -> str:
    return _SPECIAL.sub(r"\\\1", word)
