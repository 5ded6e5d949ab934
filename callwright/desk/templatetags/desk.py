"""Template tags of the desk: how the parts of a card stand together, and the marks of calls."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from callwright.calls.queries.agent_calls import ListedCall
from callwright.desk.queries.card import Card
from callwright.desk.queries.desk import Listed
from callwright.desk.queries.preview import PastCall
from callwright.desk.rules import FIELD
from callwright.kit.clock import in_zones, viewer_zone
from callwright.kit.markup import format_html
from callwright.kit.phone_numbers import format_number
from callwright.kit.statuses import status
from callwright.kit.templatetags.kit import duration, icon, local_time, phone, viewer_locale

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()

# Parts of one kind that follow each other stand in one block, whatever order was chosen.
_KIND = {
    "account": "banner",
    "direction": "line",
    "when": "line",
    "hours": "line",
    "line": "facts",
    "employee": "facts",
    "photo": "identity",
    "name": "identity",
    "category": "identity",
    "number": "identity",
    "place": "identity",
}

PART_NAMES: dict[str, "_StrPromise"] = {
    "account": _("Account and greeting"),
    "direction": _("Direction of the call"),
    "when": _("Date and time"),
    "hours": _("Open or closed"),
    "photo": _("Photo"),
    "name": _("Name"),
    "category": _("Category"),
    "number": _("Number calling"),
    "place": _("Place and local time there"),
    "warning": _("Note or warning"),
    "forwarding": _("To whom to forward"),
    "knowledge": _("Good to know"),
    "instructions": _("Instructions of the account"),
    "orders": _("Open orders and debt"),
    "calls": _("Last calls with topics and notes"),
    "people": _("People of the account"),
    "line": _("Line called"),
    "employee": _("Extension and employee"),
}


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    template: str


@dataclass(frozen=True, slots=True)
class Run:
    kind: str
    parts: tuple[Part, ...]


@register.filter
def runs(card: Card, zone: str) -> list[Run]:
    """The parts of a zone in their order, neighbours of one kind together."""
    parts = card.layout.get(zone, ())
    return [
        Run(kind, tuple(Part(code, _template_of(code)) for code in codes))
        for kind, codes in groupby(parts, key=_kind_of)
    ]


def _kind_of(part: str) -> str:
    return "fields" if part.startswith(FIELD) else _KIND.get(part, "block")


def _template_of(part: str) -> str:
    return "parts/field.html" if part.startswith(FIELD) else f"parts/{part}.html"


@dataclass(frozen=True, slots=True)
class Mark:
    tone: str
    icon: str
    label: str


@register.filter
def mark(call: ListedCall) -> Mark:
    """Colour, icon and word of a call in a short list: its direction when it was talked, else what went wrong."""
    if call.status in ("answered", "talking"):
        outbound = call.direction == "outbound"
        label = _("Outbound call, answered") if outbound else _("Inbound call, answered")
        return Mark("neutral", "phone-outgoing" if outbound else "phone-incoming", str(label))
    shown = status("no_answer" if call.direction == "outbound" and call.status == "missed" else call.status)
    return Mark(shown.tone, shown.icon, str(shown.label))


@register.simple_tag
def own_call(one: Listed) -> SafeString:
    """A line of today's own calls."""
    return _own_call(one, get_language() or "", viewer_zone())


@lru_cache(maxsize=4096)
def _own_call(one: Listed, language: str, zone: str) -> SafeString:
    """In the active language and zone, which are these: after each call all its day is shown again."""
    shown, number = mark(one.call), one.call.client_number
    return format_html(
        '<li{}><span class="mark" data-tone="{}" title="{}">{}</span><span class="row-main"><bdi class="truncate">{}'
        '</bdi></span><span class="small faint">{}</span><span class="small soft">{}</span></li>',
        format_html(' data-listed-contact="{}"', one.contact.id) if one.contact else "",
        shown.tone, shown.label, icon(shown.icon, shown.label),
        one.name or (phone(number, "", False) if number else gettext("Number withheld")),
        local_time(one.call.started_at), duration(one.call.talk_s),
    )  # fmt: skip


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount by the viewer's locale, with its currency, left-to-right inside any sentence."""
    return f"\u2066{babel_numbers.format_currency(amount, currency, locale=viewer_locale())}\u2069"


@register.filter
def clock_time(moment: datetime) -> str:
    """Hours and minutes of a moment in the zone that it carries, written as in the viewer's language."""
    return str(babel_dates.format_time(moment, "short", locale=viewer_locale()))


@register.filter
def call_words(call: PastCall) -> str:
    """A past call on one line of plain text: who, and when by the viewer's clock."""
    who = call.who or format_number(call.number, call.home_country, get_language() or "") or gettext("Number withheld")
    at = babel_dates.format_datetime(in_zones(call.started_at, viewer_zone()).viewer, "short", locale=viewer_locale())
    # Each in its own direction, whatever the other is written in.
    return gettext("%(who)s, %(at)s") % {"who": f"\u2068{who}\u2069", "at": f"\u2068{at}\u2069"}
