"""The panel of colleagues: the same for all who see the same accounts, so it is drawn once for them all.

Hundreds of desks look at it again and again. It is kept for a moment only (what changes meanwhile is pushed to them),
and by the accounts that the viewer sees at this very request: who may see less sees less at once.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from callwright.desk.views.asking import StaffRequest
from callwright.kit.access import requires
from callwright.kit.markup import format_html
from callwright.kit.templatetags.kit import icon, status_pill
from callwright.staff.queries.colleagues import STATES, Colleague, working_for
from callwright.staff.queries.rights import visible_account_ids
from callwright.staff.queries.seats import seat_of

KEPT_S = 2.0
MOST_KEPT = 64
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """How a colleague stands in the panel: without the button that calls them, and with it."""

    user_id: int
    pbx_id: int
    plain: SafeString
    callable: SafeString


@requires("use_desk")
@require_GET
@never_cache
def colleagues(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/zones/colleagues.html", colleagues_context(request, fresh="fresh" in request.GET))


def colleagues_context(request: StaffRequest, *, fresh: bool) -> dict[str, Any]:
    """The lines as this viewer sees them; `fresh` for a desk that was told nothing until now."""
    accounts, language, began = visible_account_ids(request.user), get_language() or "", monotonic()
    lines = None if fresh else _kept.get((accounts, language), now=began)
    if lines is None:
        lines = [_line(one, language) for one in working_for(accounts, limit=SHOWN + 1)]
        _kept.put((accounts, language), lines, began)
    seat = seat_of(request.user.pk)
    here = seat.pbx_id if seat else 0
    others = [line for line in lines if line.user_id != request.user.pk][:SHOWN]
    shown = SafeString("".join([line.callable if line.pbx_id == here else line.plain for line in others]))
    return {"colleagues": shown, "agent_states": STATES}


@lru_cache(maxsize=4096)
def _line(one: Colleague, language: str) -> Line:
    """In the active language, which is `language`."""
    words = format_html(
        '<span class="state-dot">{}</span><span class="row-main"><bdi class="truncate">{}</bdi></span>'
        '<span class="small faint figure">{}</span>',
        status_pill(one.state), one.name, one.extension,
    )  # fmt: skip
    button = format_html(
        '<button type="button" class="call-button" data-call="{}" aria-label="{}">{}</button>',
        one.extension, _("Call %(name)s") % {"name": one.name}, icon("phone"),
    )  # fmt: skip
    plain = format_html('<li data-user="{}">{}</li>', one.id, words)
    return Line(one.id, one.pbx_id, plain, format_html('<li data-user="{}">{}{}</li>', one.id, words, button))


class Kept:
    """What was drawn in the last moment; those least asked for go first."""

    def __init__(self) -> None:
        self._lines: OrderedDict[Hashable, tuple[float, list[Line]]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, *, now: float) -> list[Line] | None:
        with self._lock:
            at, lines = self._lines.get(key, (-KEPT_S, []))
            if now - at >= KEPT_S:
                return None
            self._lines.move_to_end(key)
            return lines

    def put(self, key: Hashable, lines: list[Line], at: float) -> None:
        """`at`: when they began to be read."""
        with self._lock:
            self._lines[key] = (at, lines)
            self._lines.move_to_end(key)
            while len(self._lines) > MOST_KEPT:
                self._lines.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._lines.clear()


_kept = Kept()
forget_colleagues = _kept.forget
