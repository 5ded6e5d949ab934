"""Template tags for money, countries and languages: `{% load contacts %}`."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_time
from babel.numbers import format_currency, format_decimal
from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from callwright.kit.markup import format_html
from callwright.kit.templatetags.kit import viewer_locale, written_day

register = template.Library()


@register.simple_tag
def money(amount: Decimal | None, currency: str) -> SafeString | str:
    """An amount with its currency by the viewer's locale, left-to-right."""
    if amount is None:
        return ""
    shown = format_currency(amount, currency, locale=viewer_locale(), currency_digits=True)
    return format_html('<bdi class="figure" dir="ltr">{}</bdi>', shown)


@register.filter
def decimal(value: Decimal) -> str:
    """A decimal with as many places as it has, by the viewer's locale."""
    return str(format_decimal(value, locale=viewer_locale(), decimal_quantization=False))


@register.filter
def plain_decimal(value: Decimal) -> str:
    """A decimal as it stands in an input: a point, no thousands, no needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def day(value: date) -> str:
    """A calendar day by the viewer's locale."""
    return written_day(value)


@register.filter
def country_name(code: str) -> str:
    """A country's name in the viewer's language."""
    return str(viewer_locale().territories.get(code, code)) if code else ""


@register.filter
def language_name(code: str) -> str:
    """A language's name in the viewer's language."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name(viewer_locale()) or code) if code else ""
    except (ValueError, UnknownLocaleError):
        return code


@register.simple_tag
def now_there(zone: str) -> str:
    """The time of day in a zone, by the viewer's locale."""
    return str(format_time(timezone.now().astimezone(ZoneInfo(zone)), "short", locale=viewer_locale()))
