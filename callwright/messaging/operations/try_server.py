"""Sends one message at once, past the outbox, so that an administrator sees whether the settings work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callwright.messaging.composing import Letter, as_bytes, page_of
from callwright.messaging.models import MailServer
from callwright.messaging.operations.server_state import note_down, note_up, sender
from callwright.messaging.rules import AddressRefused, address_on_wire, clean_address
from callwright.messaging.smtp import ConnectionLost, Line, NoAnswer, ServerDown

_PATIENCE: Final = 0.3  # a person waits for it


@dataclass(frozen=True, slots=True)
class Tried:
    """`problem` is a code, empty where it worked; `words` are the server's own."""

    problem: str
    words: str


def try_server(*, to: str, now: datetime) -> Tried:
    """Send a test message with the stored settings; takes a minute at worst."""
    try:
        address = clean_address(to)
        known = sender(patience=_PATIENCE)
    except AddressRefused:
        return Tried("not_an_email", "")
    except MailServer.DoesNotExist:
        return Tried("not_set_up", "")
    except ServerDown as down:
        return Tried(down.problem, down.words)
    subject = _("A test message from Callwright")
    text = _("This message shows that Callwright can send mail. Nobody needs to answer it.")
    language = get_language() or "en"
    letter = Letter(
        message_id=f"<{uuid4()}@{known.domain}>", sender=(known.name, known.address), to=[("", address)],
        subject=subject, text=text, html=page_of(subject=subject, text=text, inner="", language=language),
        language=language, at=now,
    )  # fmt: skip
    try:
        line = Line.open(known.server)
    except ServerDown as down:
        note_down(down, now=now)
        return Tried(down.problem, down.words)
    note_up()
    try:
        return _sent(line, letter, address_on_wire(known.address), address_on_wire(address))
    finally:
        line.close(farewell=True)


def _sent(line: Line, letter: Letter, sender_address: str, to: str) -> Tried:
    content = as_bytes(letter)
    if letter.needs_utf8 and not line.takes_utf8:
        return Tried("no_utf8", "")
    try:
        offered = line.offer(sender_address, [to], size=len(content), utf8=letter.needs_utf8)[to]
        answer = line.hand_over(content) if offered.is_yes else offered
    except ConnectionLost as lost:
        return Tried("lost", str(lost))
    except NoAnswer as silence:
        return Tried("doubt", str(silence))
    if answer.is_yes:
        return Tried("", str(answer))
    return Tried("refused" if answer.is_never else "later", str(answer))
