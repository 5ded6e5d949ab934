"""How a note stands, in words of the reader's language; the same on the card, on the call's page and in lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callwright.calls.queries.notes import Note, Sending, SentTo, note_status
from callwright.kit.markup import format_html
from callwright.kit.templatetags.kit import local_time
from callwright.messaging.queries.outbox import server_standing

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """`status` of the kit, `words` a sentence or two, `action` what the button says (empty: there is nothing to do)."""

    status: str
    words: SafeString
    action: str


def standing(
    *, text: str, state: str, changed: bool, waits: bool, sending: Sending | None, chosen: Sequence[str],
    mail: str = "up",
) -> Standing:  # fmt: skip
    """`chosen`: names of those chosen now who have an e-mail address; `mail`: how the mail server fares."""
    if sending is None or state in ("", "nobody"):
        words = [_unsent(waits=waits, chosen=chosen)]
    else:
        words = [_of_sending(state, sending, mail)]
        if changed:
            again = _("It was changed since, and is sent again by itself after the call.")
            words.append(SafeString(again if waits and chosen else _("It was changed since.")))
    joined = mark_safe(" ".join(words))  # noqa: S308 - each is our own text with escaped values
    return Standing(note_status(state=state, changed=changed), joined, _action(text, state, changed, sending, chosen))


def mail_state(states: Iterable[str]) -> str:
    """How the mail server fares, asked only where a note waits for it; two queries."""
    return server_standing().state if "waiting" in states else "up"


def standing_of(note: Note) -> Standing:
    return standing(
        text=note.text, state=note.state, changed=note.changed, waits=note.waits, sending=note.sending,
        chosen=note.chosen, mail=mail_state([note.state]),
    )  # fmt: skip


def _unsent(*, waits: bool, chosen: Sequence[str]) -> SafeString:
    if not chosen:
        return SafeString(_("Nobody with an e-mail address is chosen: the note stays in the account."))
    if waits:
        return _filled(_("It is sent by itself after the call, to %(names)s."), names=_listed(chosen))
    return _filled(_("It is sent when somebody sends it, to %(names)s."), names=_listed(chosen))


def _of_sending(state: str, sending: Sending, mail: str) -> SafeString:
    missed = [_name(one) for one in sending.missed]
    reached = [_name(one) for one in sending.reached]
    if state == "waiting":
        words = _filled(_("Being sent to %(names)s."), names=_listed(missed or reached))
        if mail in ("not_set_up", "off"):
            return SafeString(f"{words} {_('It waits: sending of mail is not switched on.')}")
        if mail == "down":
            return SafeString(f"{words} {_('It waits: the mail server does not answer at the moment.')}")
        if sending.reason:
            said = _filled(_("The mail server said: %(answer)s. It is tried again."), answer=sending.reason.rstrip("."))
            return SafeString(f"{words} {said}")
        return words
    if state == "sent":
        form = _("Sent at %(time)s to %(names)s.")
        if sending.is_correction:
            form = _("Correction sent at %(time)s to %(names)s.")
        return _filled(form, time=_when(sending.sent_at), names=_listed(reached))
    failed = _filled(_("Could not be sent to %(names)s."), names=_listed(missed))
    if reason := sending.reason.rstrip("."):
        failed = _filled(_("Could not be sent to %(names)s: %(answer)s."), names=_listed(missed), answer=reason)
    if state == "partly":
        sent = _filled(_("Sent at %(time)s to %(names)s."), time=_when(sending.sent_at), names=_listed(reached))
        return SafeString(f"{sent} {failed}")
    return failed


def _action(text: str, state: str, changed: bool, sending: Sending | None, chosen: Sequence[str]) -> str:
    if not text or not chosen or (state == "waiting" and not changed):
        return ""
    if sending is None or state in ("", "nobody"):
        return _("Send")
    if changed:
        return _("Send the correction") if state != "failed" and not sending.is_same_text else _("Send")
    return _("Send again") if state in ("failed", "partly") else ""


def _name(one: SentTo) -> str:
    return one.name or one.email


def _listed(names: Sequence[str]) -> SafeString:
    shown = SafeString(", ".join(format_html("<bdi>{}</bdi>", name) for name in names[:_NAMED]))
    rest = len(names) - _NAMED
    if rest <= 0:
        return shown
    more = ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", rest)
    return SafeString(more % {"names": shown, "n": rest})


def _when(moment: datetime | None) -> SafeString:
    """The time of day; with the day where that is another than today."""
    if moment is None:
        return SafeString("–")
    is_today = timezone.localtime(moment).date() == timezone.localtime().date()
    return SafeString(local_time(moment, form="time" if is_today else "full"))


def _filled(words: str, **values: str) -> SafeString:
    escaped = {
        name: value if isinstance(value, SafeString) else format_html("<bdi>{}</bdi>", value)
        for name, value in values.items()
    }
    return SafeString(words % escaped)
