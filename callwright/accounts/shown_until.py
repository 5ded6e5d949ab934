"""How a moment to come is written: as short as it is clear."""

from datetime import datetime
from functools import lru_cache

from babel import dates as babel_dates
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from callwright.kit.clock import in_zones, viewer_zone
from callwright.kit.markup import format_html
from callwright.kit.templatetags.kit import viewer_locale, zone_place


def until(moment: datetime, account_zone: str, now: datetime) -> SafeString:
    """A moment to come: 17:00, Mon 9:00, 24 Dec 9:00; in the viewer's zone, the account's beside it where the clock
    there shows something else.
    """
    zone = viewer_zone()
    placed = in_zones(moment, zone, account_zone)
    today = in_zones(now, zone).viewer
    words = _short_moment(placed.viewer, (placed.viewer.date() - today.date()).days, get_language() or "")
    beside: SafeString | str = ""
    if placed.account is not None:
        clock = _clock(placed.account)
        beside = format_html(' <span class="other-zone"><bdi>{}</bdi> {}</span>', clock, zone_place(account_zone))
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>{}', moment.isoformat(), words, beside)


@lru_cache(maxsize=4096)
def _short_moment(moment: datetime, days: int, language: str) -> str:
    """In the active language, which is `language`; `days` from today."""
    if days <= 0:
        return _clock(moment)
    locale = viewer_locale()
    if days < 7:
        return f"{babel_dates.format_date(moment, 'EEE', locale)} {_clock(moment)}"
    return f"{babel_dates.format_skeleton('MMMd', moment, locale=locale)} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    return str(babel_dates.format_time(moment, "short", locale=viewer_locale()))
