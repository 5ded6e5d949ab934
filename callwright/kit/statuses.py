"""The one list of statuses: each has a colour, an icon and a word, and no screen invents its own."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Status:
    """How a status looks and reads: `tone` names a colour token pair, `icon` a symbol of the sprite."""

    code: str
    tone: str
    icon: str
    label: "_StrPromise"
    pulses: bool = False
    solid: bool = False
    hatched: bool = False


_ALL: Final = (
    Status("ringing", "accent", "phone-ringing", _("Ringing"), pulses=True),
    Status("talking", "accent", "headset", _("Talking"), solid=True),
    Status("on_hold", "accent", "player-pause", _("On hold")),
    Status("queued", "accent", "hourglass", _("Waiting in the queue"), pulses=True),
    Status("answered", "neutral", "phone-check", _("Answered")),
    Status("missed", "red", "phone-x", _("Missed")),
    Status("not_called_back", "red", "phone-x", _("Not called back")),
    Status("called_back", "blue", "phone-outgoing", _("Called back in time")),
    Status("called_back_late", "violet", "clock-up", _("Called back later")),
    Status("caller_reached_us", "green", "phone-incoming", _("Caller reached us")),
    Status("closed", "neutral", "circle-check", pgettext_lazy("missed call", "Closed with a reason")),
    Status("no_answer", "yellow", "phone-off", _("No answer")),
    Status("busy", "yellow", "phone-pause", pgettext_lazy("called party", "Busy")),
    Status("abandoned", "red", "user-off", _("Hung up while waiting")),
    Status("voicemail", "blue", "record-mail", _("Voicemail")),
    Status("failed", "dull", "alert-triangle", _("Failed")),
    Status("unknown", "dull", "help-circle", _("Unknown"), hatched=True),
    Status("mail_waiting", "yellow", "hourglass", pgettext_lazy("message", "Waiting")),
    Status("mail_sending", "accent", "send-2", pgettext_lazy("message", "Being sent"), pulses=True),
    Status("mail_sent", "green", "mail", pgettext_lazy("message", "Sent")),
    Status("mail_perhaps", "yellow", "help-circle", pgettext_lazy("message", "Perhaps sent"), hatched=True),
    Status("mail_failed", "red", "alert-triangle", pgettext_lazy("message", "Not sent")),
    Status("mail_refused", "red", "circle-x", pgettext_lazy("message", "Refused")),
    Status("mail_withdrawn", "neutral", "arrow-back-up", pgettext_lazy("message", "Withdrawn")),
    Status("note_unsent", "yellow", "hourglass", pgettext_lazy("note", "Not sent yet")),
    Status("note_waiting", "accent", "send-2", pgettext_lazy("note", "Being sent"), pulses=True),
    Status("note_sent", "green", "mail", pgettext_lazy("note", "Sent")),
    Status("note_partly", "red", "alert-triangle", pgettext_lazy("note", "Not sent to all")),
    Status("note_failed", "red", "circle-x", pgettext_lazy("note", "Could not be sent")),
    Status("note_changed", "yellow", "pencil", pgettext_lazy("note", "Changed since it was sent")),
    Status("note_nobody", "neutral", "note", pgettext_lazy("note", "Kept, sent to nobody")),
    Status("ready", "green", "circle-check", pgettext_lazy("agent", "Ready")),
    Status("paused", "yellow", "player-pause", pgettext_lazy("agent", "Paused")),
    Status("wrap_up", "blue", "writing", pgettext_lazy("agent", "Wrapping up")),
    Status("logged_out", "dull", "logout", pgettext_lazy("agent", "Logged out")),
    Status("link_up", "green", "plug-connected", pgettext_lazy("phone system", "Connected")),
    Status("link_down", "red", "plug-connected-x", pgettext_lazy("phone system", "Not connected")),
)


@cache
def statuses() -> dict[str, Status]:
    """Every status of the product by its code."""
    return {status.code: status for status in _ALL}


def status(code: str) -> Status:
    """The status of `code`; a code that nobody declared is shown as unknown, never as an error."""
    known = statuses()
    return known.get(code, known["unknown"])
