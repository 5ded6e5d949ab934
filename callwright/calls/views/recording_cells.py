"""How a row of the register shows its recording: icon and word, and a button that plays it where a player stands by."""

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from callwright.calls.models import RecordingState
from callwright.calls.queries.register import CallRow
from callwright.kit.markup import format_html
from callwright.kit.templatetags import kit

_LOOKS = {
    "waiting": ("loader-2", "blue"),
    "downloaded": ("volume", "green"),
    "empty": ("microphone-off", "dull"),
    "failed": ("alert-triangle", "red"),
    "erased": ("eraser", "dull"),
}


def recording_cell(call: CallRow) -> SafeString | str:
    """The state; what was fetched can be played from the row by those who may."""
    if call.recording not in _LOOKS:
        return ""
    icon, tone = _LOOKS[call.recording]
    word = str(RecordingState(call.recording).label)
    sign = format_html(
        '<span class="recording-sign" data-tone="{}" title="{}">{}</span>', tone, word, kit.icon(icon, word)
    )
    if call.recording != "downloaded":
        return sign
    label = _("Listen to the recording")
    return format_html(
        '<span class="recording-cell">{}<button type="button" class="button button-plain button-icon listen" '
        'hx-post="{}" hx-target="#player-here" hx-swap="innerHTML" aria-label="{}" title="{}">{}</button></span>',
        sign, reverse("recordings:listen", args=[call.id]), label, label, kit.icon("player-play"),
    )  # fmt: skip
