"""The mails that bring a note to the people of the account, and its copy for coaching to an address of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import dates as babel_dates
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from callwright.calls.queries.note_sendings import CallOfNote
from callwright.kit.phone_numbers import format_number
from callwright.kit.templatetags.kit import viewer_locale, written_day, zone_place
from callwright.messaging.links import absolute_url
from callwright.messaging.operations.send_email import To, queue_email

NOTE_EVENT = "call_note"
COPY_EVENT = "call_note_copy"


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of a note on its way; `agent` is empty where the account does not want the name."""

    account_id: int
    call_id: UUID
    note_id: int
    version: int
    call: CallOfNote
    text: str
    agent: str
    is_correction: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the call; `ltr` keeps numbers left-to-right in any script."""

    label: str
    value: str
    ltr: bool = False


def queue_note(letter: Letter, to: Sequence[To], *, now: datetime) -> UUID | None:
    """The mail to the people of the account, together, in the account's language; its id, or None when this version was
    queued before.
    """
    with override(letter.call.language):
        subject = _subject(letter)
        intro = _("This note takes the place of the one that was sent before.") if letter.is_correction else ""
        facts = _facts(letter, agent=letter.agent)
        known = {"title": subject, "intro": intro, "facts": facts, "paragraphs": _paragraphs(letter.text)}
        return queue_email(
            to=to, subject=subject, text=_plain(subject, intro, facts, letter.text),
            html=render_to_string("calls/mails/note.html", known), language=letter.call.language,
            key=f"note:{letter.call_id}:{letter.note_id}:{letter.version}", account_id=letter.account_id,
            event=NOTE_EVENT, now=now,
        )  # fmt: skip


def queue_copy(
    letter: Letter, *, to: str, language: str, author: str, recipients: Sequence[str], now: datetime
) -> UUID | None:
    """The copy for coaching: another mail, of which those who get the note see nothing."""
    with override(language):
        subject = _("Copy: %(subject)s") % {"subject": _subject(letter)}
        intro = _("A copy for coaching. The people of the account do not see that it was sent.")
        sent_to = ", ".join(recipients) if recipients else _("nobody")
        facts = [*_facts(letter, agent=author), Fact(_("Sent to"), sent_to)]
        url = absolute_url(f"{reverse('calls:call', args=[letter.call_id])}#notes-part")
        known = {
            "title": subject, "intro": intro, "facts": facts, "paragraphs": _paragraphs(letter.text), "url": url,
        }  # fmt: skip
        return queue_email(
            to=to, subject=subject, text=_plain(subject, intro, facts, letter.text, url),
            html=render_to_string("calls/mails/note.html", known), language=language,
            key=f"note-copy:{letter.call_id}:{letter.note_id}:{letter.version}:{to.lower()}",
            account_id=letter.account_id, event=COPY_EVENT, now=now,
        )  # fmt: skip


def _subject(letter: Letter) -> str:
    call = letter.call
    words = {"caller": call.caller or _number(call) or _("an unknown caller")}
    if letter.is_correction:
        return _("Correction of the note on the call with %(caller)s") % words
    if call.direction == "outbound":
        return _("Note on our call to %(caller)s") % words
    return _("Note on the call from %(caller)s") % words


def _number(call: CallOfNote) -> str:
    return format_number(call.number, call.home_country) if call.number else ""


def _facts(letter: Letter, *, agent: str) -> list[Fact]:
    call = letter.call
    at = call.started_at.astimezone(ZoneInfo(call.time_zone))
    clock = babel_dates.format_time(at.time(), "short", locale=viewer_locale())
    when = f"{written_day(at.date())}, {clock} ({zone_place(call.time_zone)})"
    found = [
        Fact(_("Account"), call.account),
        Fact(_("Caller") if call.direction == "inbound" else _("Person called"), call.caller or _("not known")),
        Fact(_("Company"), call.company),
        Fact(_("Number"), _number(call) or _("withheld"), ltr=bool(_number(call))),
        Fact(_("Time"), when),
        Fact(_("Taken by"), agent),
    ]
    return [one for one in found if one.value]


def _plain(subject: str, intro: str, facts: Sequence[Fact], text: str, url: str = "") -> str:
    lines = "\n".join(f"{one.label}: {_kept_ltr(one.value) if one.ltr else one.value}" for one in facts)
    return "\n\n".join(part for part in (subject, intro, text, lines, url) if part)


def _kept_ltr(value: str) -> str:
    return f"\u2066{value}\u2069" if get_language_bidi() else value


def _paragraphs(text: str) -> SafeString:
    """The note as it was typed, each paragraph in the direction of its own first letter; nothing in it is a link."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.strip()]
    broken = [mark_safe("<br>".join(conditional_escape(line) for line in block)) for block in blocks]  # noqa: S308 - each line is escaped
    return format_html_join("\n", '<p dir="auto" style="margin:0 0 12px">{}</p>', ((one,) for one in broken))
