"""How a mail looks: the product's frame around its text, as the programs that read mail understand it."""

import re

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def page_of(*, subject: str, text: str, inner: str, language: str) -> str:
    """The whole HTML part: `inner` inside the frame, or the plain text as paragraphs where there is none."""
    known = {
        "subject": subject,
        "language": language,
        "direction": "rtl" if _is_right_to_left(language) else "ltr",
        "inner": mark_safe(inner) if inner else as_paragraphs(text),  # noqa: S308 - the caller's own, made by templates
    }
    return render_to_string("messaging/mail.html", known)


def as_paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs, its addresses as links."""
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    return format_html_join("\n", '<p dir="auto" style="margin:0 0 16px">{}</p>', ((_lines(one),) for one in blocks))


def _lines(block: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((_linked(line),) for line in block.split("\n")))


def _linked(line: str) -> SafeString:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        pieces.append(conditional_escape(line[end : found.start()]))
        address = found.group()
        pieces.append(format_html('<a href="{}" style="color:#0a6b7b"><bdi dir="ltr">{}</bdi></a>', address, address))
        end = found.end()
    pieces.append(conditional_escape(line[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped


def _is_right_to_left(language: str) -> bool:
    try:
        return bool(get_language_info(language)["bidi"])
    except KeyError:
        return False
