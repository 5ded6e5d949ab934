"""Template tags of the kit: `{% load kit %}`."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from callwright.kit.avatars import initials_of, tone_of
from callwright.kit.clock import format_duration, in_zones, viewer_zone
from callwright.kit.icon_names import icon_name as name_of_icon
from callwright.kit.markup import format_html
from callwright.kit.phone_numbers import format_number
from callwright.kit.statuses import status

register = template.Library()

DIRECTIONAL = frozenset(
    {"arrow-left", "arrow-right", "arrow-back-up", "arrows-exchange", "chevron-left", "chevron-right", "send-2"}
    | {"external-link", "list", "login", "logout", "phone-incoming", "phone-outgoing"}
)


def viewer_locale() -> Locale:
    """Babel's locale of the active language; plain English is written the international way (14:30, 21 Nov 2026)."""
    return _locale_of(get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=64)
def _locale_of(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language == "en" else language, sep="-" if "-" in language else "_")
    except (ValueError, UnknownLocaleError):
        return Locale("en", "GB")


@register.simple_tag
@lru_cache(maxsize=4096)
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite, silent to screen readers unless it has a `label`. Kept: hundreds stand on one page."""
    classes = "icon icon-directional" if name in DIRECTIONAL else "icon"
    address = f"{static('vendor/tabler-icons/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', classes, label, address)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, address)


@register.filter
def icon_name(code: str) -> str:
    """The name of an icon that people choose, for its label: `{% icon code code|icon_name %}`."""
    return name_of_icon(code)


@register.simple_tag
def status_pill(code: str, since: datetime | None = None, large: bool = False, label: str = "") -> SafeString:
    """A status with colour, icon and word; `since` adds a running clock, `label` replaces the word."""
    begin, end = _pill(code, large, label) if label else _usual_pill(code, large, get_language() or "")
    return begin + format_html(" {}", running_clock(since)) + end if since else begin + end


@lru_cache(maxsize=512)
def _usual_pill(code: str, large: bool, language: str) -> tuple[SafeString, SafeString]:
    """In the active language, which is `language`; dozens stand on one page."""
    return _pill(code, large, "")


def _pill(code: str, large: bool, label: str) -> tuple[SafeString, SafeString]:
    """The pill up to the place of its clock, and the rest of it."""
    shown = status(code)
    flags = {"pill-pulse": shown.pulses, "pill-solid": shown.solid, "pill-hatched": shown.hatched, "pill-large": large}
    classes = " ".join(["pill", *(name for name, on in flags.items() if on)])
    begin = format_html(
        '<span class="{}" data-tone="{}" data-status="{}">{}<span>{}</span>',
        classes, shown.tone, shown.code, icon(shown.icon), label or shown.label,
    )  # fmt: skip
    return begin, SafeString("</span>")


@register.simple_tag
def duration(seconds: float | None) -> SafeString | str:
    """Seconds as m:ss, kept left-to-right in any language; a dash when there is nothing to tell."""
    if seconds is None:
        return format_html('<span class="duration faint" aria-label="{}">–</span>', _("none"))
    return format_html('<bdi class="duration" dir="ltr">{}</bdi>', format_duration(seconds))


@register.simple_tag
def running_clock(since: datetime | None) -> SafeString | str:
    """A clock that counts up from `since` in the browser."""
    if since is None:
        return ""
    now = timezone.now()
    shown = format_duration(max(0.0, (now - since).total_seconds()))
    return format_html(
        '<bdi class="duration" dir="ltr" role="timer" aria-live="off" data-since="{}" data-now="{}">{}</bdi>',
        since.isoformat(), now.isoformat(), shown,
    )  # fmt: skip


@register.simple_tag
def local_time(moment: datetime | None, account_zone: str = "", form: str = "time") -> SafeString | str:
    """A moment in the viewer's zone (`form`: time, seconds, date, full), the account's beside it when it differs."""
    if moment is None:
        return format_html('<span class="faint" aria-label="{}">–</span>', _("none"))
    zone = viewer_zone()
    placed = in_zones(moment, zone, account_zone or None)
    beside: SafeString | str = ""
    if placed.account is not None:
        text = _written(placed.account, "time" if form == "full" else form)
        beside = format_html('<span class="other-zone"><bdi>{}</bdi> {}</span>', text, zone_place(account_zone))
    return format_html(
        '<time datetime="{}" title="{} ({})"><bdi>{}</bdi></time>{}',
        moment.isoformat(), _written(placed.viewer, "complete"), zone, _written(placed.viewer, form), beside,
    )  # fmt: skip


def zone_place(zone: str) -> str:
    """The place after which a time zone is named, by the viewer's locale: Stockholm."""
    return _place_text(zone, viewer_locale())


@lru_cache(maxsize=1024)
def _place_text(zone: str, locale: Locale) -> str:
    return str(babel_dates.get_timezone_location(zone, locale=locale, return_city=True))


def written_day(day: date) -> str:
    """A calendar day by the viewer's locale, its month as a word: 21 Nov 2026."""
    return _day_text(day, viewer_locale())


def written_hour(hour: int) -> str:
    """An hour of the day (0 to 23) by the viewer's locale, from its beginning to its end: 14:00–15:00."""
    locale = viewer_locale()
    return f"{_clock_text(hour % 24, 0, -1, locale)}–{_clock_text((hour + 1) % 24, 0, -1, locale)}"


def written_weekday(number: int) -> str:
    """A day of the week by the viewer's locale; 1 is Monday."""
    return str(babel_dates.get_day_names("wide", "stand-alone", viewer_locale())[number - 1])


@lru_cache(maxsize=1024)
def _day_text(day: date, locale: Locale) -> str:
    return str(babel_dates.format_skeleton("yMMMd", day, locale=locale))


@lru_cache(maxsize=8192)
def _clock_text(hour: int, minute: int, second: int, locale: Locale) -> str:
    """A time of day; to the minute where `second` is -1. Kept, since lists show the same hours again and again."""
    form = "short" if second < 0 else "medium"
    return str(babel_dates.format_time(time(hour, minute, max(0, second)), form, locale=locale))


@register.simple_tag
def comma() -> str:
    """What stands between the parts of a line that are drawn one by one, such as a city and its country."""
    return pgettext("between the parts of a line", ", ")


def _written(moment: datetime, form: str) -> str:
    locale = viewer_locale()
    match form:
        case "time":
            return _clock_text(moment.hour, moment.minute, -1, locale)
        case "seconds":
            return _clock_text(moment.hour, moment.minute, moment.second, locale)
        case "date":
            return written_day(moment.date())
        case "full" | "complete":
            clock = _written(moment, "time" if form == "full" else "seconds")
            return str(locale.datetime_formats["medium"]).format(clock, written_day(moment.date()))
    raise template.TemplateSyntaxError(f"local_time knows no form {form!r}")


@register.simple_tag
def phone(number: str | None, country: str = "", call: bool = True) -> SafeString:
    """A number in the form that fits `country` (or the language), left-to-right, with a button that calls it."""
    if not number:
        return format_html('<span class="soft">{}</span>', _("Number withheld"))
    shown = format_number(number, country, get_language() or "")
    action = _("Call %(number)s") % {"number": shown}
    if not call:
        return format_html('<bdi class="phone" dir="ltr">{}</bdi>', shown)
    return format_html(
        '<bdi class="phone" dir="ltr">{}</bdi><button type="button" class="call-button" data-call="{}" '
        'aria-label="{}" title="{}">{}</button>',
        shown, number, action, action, icon("phone"),
    )  # fmt: skip


@register.simple_tag
def avatar(name: str, photo_url: str = "", size: str = "") -> SafeString:
    """A photo, or initials on a colour that is always the same for this name. `size`: small or large."""
    classes = f"avatar avatar-{size}" if size else "avatar"
    if photo_url:
        return format_html('<span class="{}"><img src="{}" alt="" loading="lazy"></span>', classes, photo_url)
    inside = initials_of(name) or icon("user")
    return format_html('<span class="{}" data-tone="{}" aria-hidden="true">{}</span>', classes, tone_of(name), inside)


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A small word on a tone, such as a contact's category."""
    return format_html(
        '<span class="badge" data-tone="{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", text
    )


@register.filter
def may(user: Any, right: str) -> bool:
    """Whether the signed-in user has the right: `{% if request.user|may:"watch_floor" %}`."""
    return bool(user.is_authenticated and user.may(right))


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """A number by the viewer's locale."""
    return "" if value is None else str(babel_numbers.format_decimal(value, locale=viewer_locale()))


@register.simple_tag
def key(combination: str) -> SafeString:
    """A key as a hint: `{% key "alt+n" %}`."""
    parts = combination.replace("+", " ").split()
    shown = [(part.capitalize() if len(part) > 1 else part.upper(),) for part in parts]
    return format_html('<bdi class="keys" dir="ltr">{}</bdi>', format_html_join("", "<kbd>{}</kbd>", shown))


@register.inclusion_tag("kit/state.html")
def state(kind: str, title: str, text: str = "", **action: Any) -> dict[str, Any]:
    """What a list shows instead of rows. `kind`: empty, error, no_right, partial; `icon`, `url`, `label`, `retry`."""
    icons = {"empty": "circle-check", "error": "alert-triangle", "no_right": "lock", "partial": "info-circle"}
    return {"kind": kind, "title": title, "text": text, "icon_name": action.pop("icon", "") or icons[kind], **action}
