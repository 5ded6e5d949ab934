"""How a mail looks: the product's frame around its text, as the programs that read mail understand it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from callwright.kit.texts import clean_line
from callwright.messaging.rules import address_on_wire

# Quoted or in base64: no server need take 8-bit text, and none can read a line of its own into it.
_PLAIN = SMTP.clone(cte_type="7bit", max_line_length=78)
_UTF8 = _PLAIN.clone(utf8=True)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment with its content."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """All of a message. Addresses are (name, address); `list_id` groups notifications of one kind, empty for others."""

    message_id: str
    sender: tuple[str, str]
    to: Sequence[tuple[str, str]]
    subject: str
    text: str
    html: str
    language: str
    at: datetime
    reply_to: str = ""
    list_id: str = ""
    choices_url: str = ""
    files: Sequence[File] = ()

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters that only servers with SMTPUTF8 take."""
        addresses = [self.sender[1], self.reply_to, *(address for _name, address in self.to)]
        return not all(address.rpartition("@")[0].isascii() for address in addresses)


def as_bytes(letter: Letter) -> bytes:
    """The message as it goes over the wire. Raises ValueError for a header that could not be written safely."""
    message = EmailMessage(policy=_UTF8 if letter.needs_utf8 else _PLAIN)
    names = {"content-type", "mime-version"}
    for name, value in _headers(letter):
        message[name] = value
        names.add(name.lower())
    message.set_content(letter.text, charset="utf-8")
    message.add_alternative(letter.html, subtype="html", charset="utf-8")
    for file in letter.files:
        kind, _slash, subtype = file.content_type.partition("/")
        message.add_attachment(
            file.content,
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=_literal(file.name),
        )
    content = message.as_bytes()
    _check_headers(content, names)
    return content


def _literal(text: str) -> str:
    """Python reads what looks like an encoded word in a text, and writes the line ends that it holds as line ends."""
    return clean_line(text).replace("=?", "= ?")


def _check_headers(content: bytes, names: set[str]) -> None:
    head = content.partition(b"\r\n\r\n")[0]
    written = [
        line.partition(b":")[0].decode("ascii", "replace").lower() for line in head.split(b"\r\n") if line[:1].strip()
    ]
    if len(written) != len(set(written)) or not names.issuperset(written):
        raise ValueError(f"unasked headers: {sorted(set(written) - names)}")


def _headers(letter: Letter) -> Iterable[tuple[str, object]]:
    yield "From", _address(*letter.sender)
    yield "To", [_address(*one) for one in letter.to]
    if letter.reply_to:
        yield "Reply-To", _address("", letter.reply_to)
    yield "Subject", _literal(letter.subject)
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", letter.message_id
    yield "Content-Language", letter.language
    yield "Auto-Submitted", "auto-generated"  # RFC 3834: no out-of-office answers
    yield "X-Auto-Response-Suppress", "All"  # the same for Exchange
    if letter.list_id:
        yield "List-Id", f"<{letter.list_id}>"
    if letter.choices_url:
        yield "List-Unsubscribe", f"<{letter.choices_url}>"


def _address(name: str, address: str) -> Address:
    local, _at, domain = address_on_wire(address).rpartition("@")
    return Address(display_name=_literal(name), username=local, domain=domain)


def page_of(*, subject: str, text: str, inner: str, language: str) -> str:
    """The whole HTML part: `inner` inside the frame, or the plain text as paragraphs where there is none."""
    known = {
        "subject": subject,
        "language": language,
        "direction": "rtl" if _is_right_to_left(language) else "ltr",
        "inner": mark_safe(inner) if inner else as_paragraphs(text),  # noqa: S308 - the caller's own, made by templates
    }
    return render_to_string("messaging/mails/frame.html", known)


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
