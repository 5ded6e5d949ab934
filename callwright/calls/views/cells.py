"""The cells of the register's rows: one function a column. Sixty rows of a dozen cells are drawn in every page, so
they are written here rather than in a dozen included templates.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

from babel.dates import format_skeleton, format_time
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callwright.calls.queries.register import CallRow
from callwright.calls.views.recording_cells import recording_cell
from callwright.calls.views.too_long_cells import too_long_cell, too_long_sign
from callwright.calls.views.wording import DIRECTION_ICONS, DIRECTIONS, HUNG_UP_BY
from callwright.kit.clock import in_zones, viewer_zone
from callwright.kit.markup import escape, format_html
from callwright.kit.phone_numbers import format_number
from callwright.kit.statuses import status
from callwright.kit.templatetags import kit

Text = SafeString | str
NUMERIC = frozenset({"ring", "wait", "hold", "talk"})
FIRST_ON_PHONE = "contact"
AWAY_ON_PHONE = frozenset(
    {"date", "account", "dialled", "queue", "extension", "ring", "wait", "hold", "too_long", "transferred", "hangup"}
    | {"category", "follow_up"}
)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A call with its cells as HTML, in the order of the viewer's columns."""

    call: CallRow
    tone: str
    cells: list[tuple[str, Text]]

    @property
    def html(self) -> SafeString:
        inside = "".join(f'<td class="{name}">{escape(cell)}</td>' for name, cell in self.cells)
        call = self.call
        return mark_safe(  # noqa: S308  (codes, ids, and cells that are escaped already)
            f'<tr id="call-{call.id}" class="call-row{" inbound" * (call.direction == "inbound")}" tabindex="-1" '
            f'data-call-id="{call.id}" data-account-id="{call.account_id}" data-tone="{self.tone}"'
            f"{' data-running' if call.is_live else ''}>{inside}</tr>"
        )


class Drawer:
    """Draws rows for one viewer: `columns` in their order, `may_keep` who may make contacts of unknown callers,
    `may_mark` who may set markers.
    """

    def __init__(self, columns: Iterable[str], *, may_keep: bool = False, may_mark: bool = True) -> None:
        self.may_mark = may_mark
        self.columns = tuple(columns)
        self.may_keep = may_keep
        self._zone = viewer_zone()
        self._language = get_language() or ""
        self._days: dict[date, str] = {}
        self._clocks: dict[tuple[int, int], str] = {}
        self._cells: list[tuple[str, Callable[[CallRow], Text]]] = [
            (_classes(name), getattr(self, f"_{name}")) for name in self.columns
        ]

    def rows(self, calls: Iterable[CallRow]) -> list[ShownRow]:
        return [ShownRow(call, _tone(call), [(classes, draw(call)) for classes, draw in self._cells]) for call in calls]

    @cached_property
    def _contact_address(self) -> tuple[str, str]:
        before, _, after = reverse("contacts:contact", args=[0]).rpartition("0")
        return before, after

    @cached_property
    def _call_address(self) -> tuple[str, str]:
        before, _, after = reverse("calls:call", args=[UUID(int=0)]).rpartition(str(UUID(int=0)))
        return before, after

    # ── one a column ──────────────────────────────────────────────────────────────────────────────────────────────

    def _marker(self, call: CallRow) -> Text:
        if not self.may_mark:
            sign = marker_sign(call.marker_id, call.marker_icon, call.marker_has_picture)
            return format_html('<span class="marker-button" title="{}">{}</span>', call.marker, sign) if sign else ""
        label = _("Marker: %(name)s") % {"name": call.marker} if call.marker_id else _("Set a marker")
        return format_html(
            '<button type="button" class="marker-button" data-marker-button aria-haspopup="menu" aria-label="{}" '
            'title="{}">{}</button>',
            label, label, marker_sign(call.marker_id, call.marker_icon, call.marker_has_picture) or _icon("plus"),
        )  # fmt: skip

    def _date(self, call: CallRow) -> Text:
        day = timezone.localtime(call.started_at).date()
        return format_html('<time datetime="{}">{}</time>', day.isoformat(), self._written(day))

    def _written(self, day: date) -> str:
        """A day in the fewest words: with its year only when that is another one."""
        if day not in self._days:
            skeleton = "MMMEd" if day.year == timezone.localdate().year else "yMMMd"
            self._days[day] = str(format_skeleton(skeleton, day, locale=kit.viewer_locale()))
        return self._days[day]

    def _time(self, call: CallRow) -> Text:
        before, after = self._call_address
        placed = in_zones(call.started_at, self._zone, call.account_zone)
        here = placed.viewer
        return format_html(
            '<a class="call-link" href="{}{}{}"><time datetime="{}" title="{} {}"><bdi>{}</bdi></time></a>{}',
            before, call.id, after, here.isoformat(), self._written(here.date()), here.strftime("%H:%M:%S"),
            self._clock(here.hour, here.minute), self._other_clock(call, placed.account),
        )  # fmt: skip

    def _other_clock(self, call: CallRow, there: datetime | None) -> Text:
        """The account's time where it differs; the place is in the tip, or the column would be wide for all rows."""
        if there is None:
            return ""
        place, shown = kit.zone_place(call.account_zone), self._clock(there.hour, there.minute)
        return format_html('<span class="other-zone" title="{}"><bdi>{}</bdi></span>', place, shown)

    def _clock(self, hour: int, minute: int) -> str:
        if (hour, minute) not in self._clocks:
            self._clocks[hour, minute] = format_time(time(hour, minute), "short", locale=kit.viewer_locale())
        return self._clocks[hour, minute]

    def _status(self, call: CallRow) -> Text:
        way = _way(call.direction, self._language) if "direction" not in self.columns else ""
        if not call.is_live:
            return way + _pill(call.shown_status, self._language) + self._what_came_of_it(call)
        since = call.held_since or call.talking_since or call.started_at
        return way + kit.status_pill(call.shown_status, since=since)

    def _what_came_of_it(self, call: CallRow) -> SafeString:
        """Of a missed call that has been settled, where no column of its own says so."""
        if call.follow_up in ("", "not_called_back") or "follow_up" in self.columns:
            return SafeString("")
        shown = status(call.follow_up)
        return format_html(
            ' <span class="badge" data-tone="{}" title="{}">{}</span>',
            shown.tone, shown.label, _icon(shown.icon, str(shown.label)),
        )  # fmt: skip

    def _direction(self, call: CallRow) -> Text:
        return format_html(
            '<span class="way">{}</span> {}', _icon(DIRECTION_ICONS[call.direction]), DIRECTIONS[call.direction]
        )

    def _contact(self, call: CallRow) -> Text:
        if call.contact_id is not None:
            before, after = self._contact_address
            name = call.contact or format_number(call.client_number, call.home_country)
            warning = _icon("alert-triangle", _("There is a warning about this contact")) if call.has_warning else ""
            badge = _category_sign(call) if call.category and "category" not in self.columns else ""
            return format_html(
                '<a href="{}{}{}"><bdi>{}</bdi></a>{}{}', before, call.contact_id, after, name, warning, badge
            )
        if call.direction == "internal":
            return format_html('<span class="soft">{}</span>', _("Internal call"))
        name = format_html("<bdi>{}</bdi>", call.from_name) if call.from_name else _("Unknown caller")
        if not (self.may_keep and call.may_become_contact):
            return format_html('<span class="soft">{}</span>', name)
        offer = _("Make a contact of this caller")
        return format_html(
            '<span class="soft">{}</span><button type="button" class="call-button" data-keep aria-label="{}" '
            'title="{}">{}</button>',
            name, offer, offer, _icon("user-plus"),
        )  # fmt: skip

    def _category(self, call: CallRow) -> Text:
        return kit.badge(call.category, call.category_colour, call.category_icon) if call.category else ""

    def _number(self, call: CallRow) -> Text:
        return kit.phone(call.client_number, call.home_country)

    def _account(self, call: CallRow) -> Text:
        return format_html('<bdi title="{0}">{0}</bdi>', call.account)

    def _dialled(self, call: CallRow) -> Text:
        if call.line:
            return format_html("<bdi>{}</bdi>", call.line)
        return kit.phone(call.dialled_number, call.home_country, False) if call.dialled_number else ""

    def _queue(self, call: CallRow) -> Text:
        return format_html('<bdi title="{0}">{0}</bdi>', call.queue)

    def _employee(self, call: CallRow) -> Text:
        return format_html("<bdi>{}</bdi>", call.employee or call.extension)

    def _extension(self, call: CallRow) -> Text:
        return format_html('<bdi class="figure">{}</bdi>', call.extension)

    def _ring(self, call: CallRow) -> Text:
        return kit.duration(call.ring_s or None)

    def _wait(self, call: CallRow) -> Text:
        if call.is_live and call.answered_at is None:
            return kit.running_clock(call.started_at)
        return kit.duration(call.wait_s or None)

    def _hold(self, call: CallRow) -> Text:
        return kit.duration(call.hold_s or None)

    def _talk(self, call: CallRow) -> Text:
        is_signed = call.limit_s is not None and "too_long" not in self.columns
        sign: Text = too_long_sign(call) if is_signed else SafeString("")
        if call.is_live and call.talking_since is not None:
            return sign + kit.running_clock(call.talking_since)
        return sign + kit.duration(call.talk_s or None)

    def _follow_up(self, call: CallRow) -> Text:
        return _pill(call.follow_up, self._language) if call.follow_up else ""

    def _too_long(self, call: CallRow) -> Text:
        return too_long_cell(call) if call.limit_s is not None else ""

    def _transferred(self, call: CallRow) -> Text:
        shown = format_number(call.transferred_to, call.home_country)
        return format_html('<bdi class="phone" dir="ltr">{}</bdi>', shown) if shown else ""

    def _hangup(self, call: CallRow) -> Text:
        return str(HUNG_UP_BY.get(call.hangup_by, ""))

    def _recording(self, call: CallRow) -> Text:
        return recording_cell(call)

    def _comment(self, call: CallRow) -> Text:
        return format_html('<bdi class="comment" title="{0}">{0}</bdi>', call.comment) if call.comment else ""


# Drawn once for all rows of all pages: they are the same in one language.


@lru_cache(maxsize=512)
def _icon(name: str, label: str = "") -> SafeString:
    return kit.icon(name, label)


def _tone(call: CallRow) -> str:
    """A missed call is coloured by what became of it."""
    return status(call.follow_up or call.shown_status).tone


@lru_cache(maxsize=128)
def _pill(code: str, language: str) -> SafeString:
    return kit.status_pill(code)


@lru_cache(maxsize=32)
def _way(direction: str, language: str) -> SafeString:
    word = str(DIRECTIONS[direction])
    return format_html('<span class="way" title="{}">{}</span>', word, _icon(DIRECTION_ICONS[direction], word))


def _category_sign(call: CallRow) -> Text:
    """The category's icon alone: its word stands in the tip, and in the column of its own."""
    return format_html(
        '<span class="badge" data-tone="{}" title="{}">{}</span>',
        call.category_colour, call.category, _icon(call.category_icon or "user", call.category),
    )  # fmt: skip


def marker_sign(marker_id: int | None, icon: str, has_picture: bool) -> Text:
    """The icon or the picture of a marker; empty for none."""
    if marker_id is None:
        return ""
    if has_picture:
        address = reverse("calls:marker_picture", args=[marker_id])
        return format_html('<img class="marker-picture" src="{}" alt="" width="18" height="18">', address)
    return _icon(icon or "tag")


def _classes(name: str) -> str:
    numeric = " number" if name in NUMERIC else ""
    folds = " fold-first" if name == FIRST_ON_PHONE else " fold-away" if name in AWAY_ON_PHONE else ""
    return f"cell-{name}{numeric}{folds}"
