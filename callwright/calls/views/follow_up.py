"""The list of missed calls: who waits for a call back, and what became of the others (CALL-6)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from callwright.accounts.queries.accounts import is_house
from callwright.calls.follow_up_list import OPEN, SETTLED, STATES, TABS, MissedList, parse_missed_list, place_in
from callwright.calls.operations.follow_up_acts import Seen
from callwright.calls.queries.follow_up import (
    COUNT_LIMIT,
    MissedRow,
    missed_again,
    missed_counts,
    missed_page,
)
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.screen import choices_for
from callwright.calls.queries.visible import call_accounts
from callwright.calls.views.asked import given, ids_of, staff_user, viewpoint
from callwright.calls.views.follow_up_words import TABS as TAB_WORDS
from callwright.calls.views.follow_up_words import settled_by, state_word
from callwright.calls.views.wording import PERIODS
from callwright.kit.access import requires
from callwright.kit.clock import format_duration
from callwright.live.queries.log import newest_id


def shown_row(row: MissedRow, request: HttpRequest) -> dict[str, Any]:
    """A row with what its template needs of the viewer."""
    now = timezone.now()
    waited = max(0.0, (now - row.ended_at).total_seconds())
    return {
        "row": row,
        "seen": Seen(row.state, row.assigned_to).text,
        "settled_by": "" if row.is_open else settled_by(row),
        "is_mine": row.assigned_to == staff_user(request).pk,
        "now": now,
        "waited": format_duration(waited),
        "is_over": row.limit_s is not None and waited > row.limit_s,
    }


@requires("follow_up_calls")
@require_GET
def follow_up(request: HttpRequest) -> HttpResponse:
    """The list as the address says; an htmx request gets what changes of it, and the address that names it."""
    asked = parse_missed_list(given(request.GET))
    page = {**_list(request, asked), **_frame(request, asked)}
    if request.headers.get("HX-Request"):
        response = render(request, "calls/follow_up_list.html", page)
        response.headers["HX-Push-Url"] = address(asked)
        return response
    return render(request, "calls/follow_up.html", {**page, "live_since": newest_id()})


@requires("follow_up_calls")
@require_GET
def follow_up_rows(request: HttpRequest) -> HttpResponse:
    """The rows from a place on, for endless scrolling."""
    asked = parse_missed_list(given(request.GET))
    page = _list(request, asked, after=True)
    return render(request, "calls/follow_up_rows.html", page)


@requires("follow_up_calls")
@require_GET
def follow_up_live(request: HttpRequest) -> HttpResponse:
    """The rows of the calls `ids` as they are now: those that the page shows, and others that belong on it."""
    asked, user, view = parse_missed_list(given(request.GET)), staff_user(request), viewpoint()
    on_page = set(ids_of(request.GET.get("shown", "")))
    others = [one for one in ids_of(request.GET.get("ids", "")) if one not in on_page]
    found = [*missed_again(user, on_page, None, view), *missed_again(user, others, asked, view)]
    rows = [shown_row(row, request) for row in found]
    return render(request, "calls/follow_up_rows.html", {"rows": rows, "asked": asked, "house": is_house()})


@requires("follow_up_calls")
@require_GET
def follow_up_counts(request: HttpRequest) -> HttpResponse:
    """The tabs with how many calls wait now."""
    asked = parse_missed_list(given(request.GET))
    return render(request, "calls/follow_up_tabs.html", {"tabs": _tabs(request, asked), "asked": asked})


def address(asked: MissedList) -> str:
    """Where a list is shown."""
    return f"{reverse('calls:follow_up')}?{asked.query}" if asked.query else reverse("calls:follow_up")


def _list(request: HttpRequest, asked: MissedList, *, after: bool = False) -> dict[str, Any]:
    place = place_in(given(request.GET)) if after else None
    page: dict[str, Any] = {"asked": asked, "house": is_house()}
    try:
        rows, following = missed_page(staff_user(request), asked, viewpoint(), after=place)
    except SearchTooLong:
        return {**page, "too_long": True}
    if following is not None:
        pairs = [*asked.pairs(), ("after", str(following))]
        page["next_url"] = f"{reverse('calls:follow_up_rows')}?{urlencode(pairs)}"
    return {**page, "rows": [shown_row(row, request) for row in rows]}


def _frame(request: HttpRequest, asked: MissedList) -> dict[str, Any]:
    return {
        "tabs": _tabs(request, asked),
        "periods": PERIODS,
        "states": [(code, state_word(code)) for code in STATES],
        "is_open_tab": asked.tab == OPEN,
        "is_settled_tab": asked.tab == SETTLED,
        "no_accounts": call_accounts(staff_user(request)) == frozenset(),
        "totals_url": f"{reverse('calls:follow_up_totals')}?{asked.query}",
        "choices": choices_for(staff_user(request), account_id=asked.account),
    }


def _tabs(request: HttpRequest, asked: MissedList) -> list[dict[str, Any]]:
    counts = missed_counts(staff_user(request), asked, viewpoint())
    return [
        {
            "code": tab, "word": TAB_WORDS[tab], "url": address(asked.at(tab)), "is_current": tab == asked.tab,
            "count": min(counts.get(tab, 0), COUNT_LIMIT), "is_more": counts.get(tab, 0) > COUNT_LIMIT,
        }
        for tab in TABS
    ]  # fmt: skip
