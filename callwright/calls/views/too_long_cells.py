"""How a row of the register shows that its call lasts too long: icon and words, counting on while it is live."""

from datetime import timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from callwright.calls.queries.register import CallRow
from callwright.kit.clock import format_duration
from callwright.kit.templatetags import kit


def too_long_sign(call: CallRow) -> SafeString:
    """The icon beside the talk time, for those who have no column of it."""
    words = _("Too long: allowed are %(limit)s") % {"limit": format_duration(call.limit_s)}
    return format_html('<span class="too-long-sign" title="{}">{}</span>', words, kit.icon("hourglass", words))


def too_long_cell(call: CallRow) -> SafeString:
    """The limit, and by how much the call is over it."""
    limit_s = call.limit_s or 0
    over = kit.duration(max(0, call.talk_s - limit_s))
    if call.is_live and call.talking_since is not None:
        over = kit.running_clock(call.talking_since + timedelta(seconds=max(0, limit_s - call.talk_s)))
    words = _("Too long: allowed are %(limit)s") % {"limit": format_duration(limit_s)}
    return format_html(
        '<span class="too-long-sign" title="{}">{} +{}</span> <span class="soft">{}</span>',
        words, kit.icon("hourglass", words), over,
        format_html(_("of %(limit)s") % {"limit": "{}"}, kit.duration(limit_s)),
    )  # fmt: skip
