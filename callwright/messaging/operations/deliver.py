"""Sends what is due over SMTP. No lock is held and no transaction is open while the server is spoken to."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.core.files.storage import default_storage
from django.urls import reverse

from callwright.messaging.composing import File, Letter, as_bytes
from callwright.messaging.events import known_event
from callwright.messaging.links import host_of
from callwright.messaging.models import Mail, MailRecipient
from callwright.messaging.operations.leases import (
    Lease,
    any_due,
    begin_content,
    end_attempt,
    take_back_abandoned,
    take_due,
)
from callwright.messaging.operations.server_state import Sender, may_try, note_down, note_up, sender
from callwright.messaging.queries.mailing import sender_of
from callwright.messaging.rules import Outcome, Reply, address_on_wire, outcome_of, recipient_state
from callwright.messaging.smtp import ConnectionLost, Line, NoAnswer, ServerDown

RUN_S: Final = 15.0
PER_LINE: Final = 50
"""Messages on one connection; many servers end it after a hundred."""

log = logging.getLogger("callwright.messaging")


class Unsendable(Exception):
    """The message cannot be made or taken as it is; `words` say why."""


def send_due(now: datetime, *, patience: float = 1.0, run_s: float = RUN_S) -> int:
    """Send what waits, for some `run_s` seconds; returns the number of tries. Several workers may do it at once."""
    take_back_abandoned(now=now)
    if not may_try() or not any_due():
        return 0
    until, tries = time.monotonic() + run_s, 0
    try:
        known = sender(patience=patience)
        while time.monotonic() < until and any_due():
            line = Line.open(known.server)
            note_up()
            try:
                tries += _send_on(line, known, until, now)
            finally:
                line.close(farewell=True)
    except ServerDown as down:
        log.warning("The mail server takes nothing (%s): %s", down.problem, down.words)
        note_down(down, now=now)
    return tries


def _send_on(line: Line, known: Sender, until: float, now: datetime) -> int:
    tries = 0
    while line.is_open and tries < PER_LINE and time.monotonic() < until:
        lease = take_due(domain=known.domain)
        if lease is None:
            break
        _send(line, lease, known, now)
        tries += 1
    return tries


def _send(line: Line, lease: Lease, known: Sender, now: datetime) -> None:
    # Nobody reads that it went to somebody from whom it was withdrawn.
    rows = MailRecipient.objects.filter(mail_id=lease.mail_id).exclude(state="withdrawn")
    everybody = list(rows.order_by("pk"))
    recipients = [one for one in everybody if one.state == "waiting"]
    if not recipients:
        end_attempt(lease, outcome=Outcome.WITHDRAWN, now=now)
        return
    try:
        content, sender_address, utf8 = _content(lease, everybody, known, line)
        offered = line.offer(
            sender_address, [address_on_wire(one.address) for one in recipients], size=len(content), utf8=utf8
        )
        _hand_over(line, lease, recipients, offered, content, now)
    except Unsendable as error:
        end_attempt(lease, outcome=Outcome.UNSENDABLE, answer=str(error), now=now)
    except ConnectionLost as lost:
        end_attempt(lease, outcome=Outcome.LOST, answer=str(lost), now=now)
    except ValueError as error:  # a header that cannot be written: nobody could ever send it
        log.exception("Mail %s cannot be composed", lease.mail_id)
        end_attempt(lease, outcome=Outcome.UNSENDABLE, answer=str(error)[:500], now=now)


def _hand_over(
    line: Line, lease: Lease, recipients: list[MailRecipient], offered: dict[str, Reply], content: bytes, now: datetime
) -> None:
    answer: Reply | None = Reply(0, "")
    if any(one.is_yes for one in offered.values()):
        if not begin_content(lease):
            line.close()  # somebody else has it now; what was offered here is forgotten with the connection
            return
        try:
            answer = line.hand_over(content)
        except NoAnswer as silence:
            words = str(silence)
            known = _recipients(recipients, offered, lambda one: recipient_state(offered=one, content=None), words)
            end_attempt(lease, outcome=Outcome.DOUBT, answer=words, recipients=known, now=now)
            return
    known = _recipients(recipients, offered, lambda one: recipient_state(offered=one, content=answer), str(answer))
    states = [state for state, _words in known.values()]
    words = str(answer) if answer and answer.code else next((str(one) for one in offered.values()), "")
    end_attempt(lease, outcome=outcome_of(states, answer), answer=words, recipients=known, now=now)


def _recipients(
    recipients: list[MailRecipient], offered: dict[str, Reply], state: Callable[[Reply], str], words: str
) -> dict[int, tuple[str, str]]:
    answers = {one.pk: offered[address_on_wire(one.address)] for one in recipients}
    return {pk: (state(answer), words if answer.is_yes else str(answer)) for pk, answer in answers.items()}


def _content(lease: Lease, everybody: list[MailRecipient], known: Sender, line: Line) -> tuple[bytes, str, bool]:
    mail = Mail.objects.get(pk=lease.mail_id)
    letter = _letter(mail, everybody, known)
    if letter.needs_utf8 and not line.takes_utf8:
        raise Unsendable("SMTPUTF8")
    content = as_bytes(letter)
    if line.largest and len(content) > line.largest:
        raise Unsendable(f"SIZE {len(content)} > {line.largest}")
    return content, address_on_wire(known.address), letter.needs_utf8


def _letter(mail: Mail, everybody: list[MailRecipient], known: Sender) -> Letter:
    name, reply_to = sender_of(mail.account_id)
    is_told = known_event(mail.event) is not None
    return Letter(
        message_id=mail.message_id,
        sender=(name or known.name, known.address),
        to=[(one.name, one.address) for one in everybody],
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        language=mail.language,
        at=mail.created_at,
        reply_to=mail.reply_to or reply_to,
        list_id=f"{mail.event.replace('_', '-')}.notifications.{host_of(known.base)}" if is_told else "",
        choices_url=known.base + reverse("messaging:choices") if is_told else "",
        files=[_file(one) for one in mail.attachments],
    )


def _file(attachment: dict[str, str]) -> File:
    try:
        with default_storage.open(attachment["stored"], "rb") as stored:
            return File(attachment["name"], attachment["content_type"], stored.read())
    except OSError as error:
        raise Unsendable(f"{attachment['name']}: {error.strerror or error}") from error
