"""Entries as they are shown: plain text with a few marks, written as HTML that holds nothing else.

A blank line ends a paragraph; lines that begin with "- " or "1. " are a list, with "# " a heading; **words** are
strong; addresses of pages and of e-mail are links, as are [words](https://…); a number that begins with + can be
called.
All HTML is made here, of escaped text: what was typed never becomes a tag.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from callwright.kit.markup import escape, format_html
from callwright.kit.phone_numbers import parse_number
from callwright.kit.templatetags.kit import phone

_POINT = re.compile(r"\s*[-*•]\s+(.*)")
_NUMBERED = re.compile(r"\s*\d{1,3}[.)]\s+(.*)")
_HEADING = re.compile(r"#{1,4}\s+(.*)")
_INLINE = re.compile(
    r"\*\*(?P<strong>[^*\n]{1,500})\*\*"
    r"|\[(?P<words>[^\]\[\n]{1,200})\]\((?P<address>https?://[^\s()<>\"']{1,1000})\)"
    r"|(?P<url>https?://[^\s<>\"']{1,1000})"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<number>\+\d[\d ()/.-]{6,20}\d)"
)
_AFTER_ADDRESS = ".,;:!?)]}»”"


def written(text: str) -> SafeString:
    """The text as HTML in the active language (how a number is written depends on it)."""
    return _written(text, get_language() or "")


@lru_cache(maxsize=1024)
def _written(text: str, language: str) -> SafeString:
    return SafeString("".join(_blocks(text)))


def plain(text: str) -> str:
    """The words alone, without marks, on one line."""
    bare = re.sub(r"\]\(https?://[^\s()]{1,1000}\)|\*\*|(?m:^(?:#{1,4}|[-*•])\s)|[\[\]]", "", text)
    return " ".join(bare.split())


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    for kind, pattern in (("h", _HEADING), ("ul", _POINT), ("ol", _NUMBERED)):
        if pattern.fullmatch(line):
            return kind
    return "p"


def _blocks(text: str) -> Iterator[str]:
    for kind, group in groupby(text.split("\n"), key=_kind):
        lines = list(group)
        match kind:
            case "h":
                yield from (f'<p class="written-heading">{_inline(_after(_HEADING, line))}</p>' for line in lines)
            case "ul":
                yield f"<ul>{_points(lines, _POINT)}</ul>"
            case "ol":
                yield f"<ol>{_points(lines, _NUMBERED)}</ol>"
            case "p":
                yield f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>"


def _points(lines: list[str], pattern: re.Pattern[str]) -> str:
    return "".join(f"<li>{_inline(_after(pattern, line))}</li>" for line in lines)


def _after(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.fullmatch(line)
    return found[1] if found else line


def _inline(text: str) -> str:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _mark(found)]
        at = found.end()
    return "".join([*map(str, parts), str(escape(text[at:]))])


def _mark(found: re.Match[str]) -> str:
    if found["strong"]:
        return format_html("<strong>{}</strong>", found["strong"])
    if found["address"]:
        return _link(found["address"], found["words"])
    if found["mail"]:
        return format_html('<a href="mailto:{}"><bdi dir="ltr">{}</bdi></a>', found["mail"], found["mail"])
    if found["number"]:
        number = parse_number(found["number"], "ZZ").e164
        return phone(number) if number else format_html('<bdi dir="ltr">{}</bdi>', found["number"])
    address = found["url"].rstrip(_AFTER_ADDRESS)
    shown = format_html('<bdi dir="ltr">{}</bdi>', address)
    return _link(address, shown) + str(escape(found["url"][len(address) :]))


def _link(address: str, words: str) -> str:
    return format_html('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', address, words)
