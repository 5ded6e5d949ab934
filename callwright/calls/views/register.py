"""The register: the search form, the list, its groups, and the parts that it reads again (CALL-4, CALL-5)."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from callwright.accounts.queries.accounts import is_house
from callwright.calls.columns import chosen_columns
from callwright.calls.periods import Period
from callwright.calls.queries.groups import groups_of
from callwright.calls.queries.history import history_of_contact
from callwright.calls.queries.kept import kept_searches
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.register import COUNT_LIMIT, CallRow, Page, register_page, rows_again, total_of
from callwright.calls.queries.register_sorted import SORTABLE, TooManyToSort
from callwright.calls.queries.screen import choices_for, columns_of, markers, names_in
from callwright.calls.queries.visible import call_accounts
from callwright.calls.search import FOLLOW_UPS, STATUSES, Search, parse_after
from callwright.calls.views.asked import asked, given, ids_of, staff_user, viewpoint
from callwright.calls.views.cells import Drawer, ShownRow
from callwright.calls.views.kept import opening_address, view_shown
from callwright.calls.views.shown import address, chips_of, day_in_words, heads, rows_address, shown_groups
from callwright.calls.views.wording import (
    COLUMNS,
    DIRECTIONS,
    GROUPS,
    PERIODS,
    YES_NO,
    problem_in_words,
    status_word,
)
from callwright.contacts.queries.contacts import visible_contacts
from callwright.kit.access import requires
from callwright.kit.statuses import status
from callwright.live.queries.log import newest_id

OPEN_ENDED = (Period.TODAY, Period.WEEK, Period.MONTH, Period.QUARTER, Period.ALL)
LAZY = (
    "name", "contact", "category", "employee", "extension", "account", "queue", "talk_from", "talk_to", "text",
    "marker", "follow_up", "too_long", "recorded", "wait_to", "again", "hour", "weekday", "zone",
)  # fmt: skip
"""Criteria whose fields are read when they are opened."""

WITHOUT_FIELD = ("wait_to", "again", "hour", "weekday", "zone")
"""Criteria by which figures of reports lead to their calls; nobody types them."""

HISTORY_COLUMNS = ("date", "time", "status", "number", "employee", "talk", "recording", "comment")


@requires("see_register")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The register as the address says; an htmx request gets the results alone, and the address that names them."""
    if opening := opening_address(request):
        return redirect(opening)
    search, problems = asked(request)
    page = {"problems": [problem_in_words(one) for one in problems], **_results(request, search)}
    page |= view_shown(request, search)
    if request.headers.get("HX-Request"):
        response = render(request, "calls/results.html", page)
        response.headers["HX-Push-Url"] = page["address"]
        return response
    return render(request, "calls/register.html", {**page, **_form(request, search)})


@requires("see_register")
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """The rows of a search from a place on, for endless scrolling and for the inside of a group."""
    search, _problems = asked(request)
    house, view = is_house(), viewpoint(search)
    drawer = _drawer(request, house)
    after = parse_after(given(request.GET))
    try:
        page = register_page(staff_user(request), search, view, after=after)
    except (SearchTooLong, TooManyToSort):
        return render(request, "calls/too_long_row.html", {"span": len(drawer.columns)})
    shown = {**_page(page, search, drawer), "span": len(drawer.columns), "is_end": page.next is None and not page.rows}
    return render(request, "calls/rows.html", shown)


@requires("see_register")
@require_GET
def live_rows(request: HttpRequest) -> HttpResponse:
    """The rows of the calls `ids` as they are now, for an open page: of those it shows (`shown`) all that the viewer
    may see, of others those that fit its search.
    """
    search, _problems = asked(request)
    user, view = staff_user(request), viewpoint(search)
    on_page = set(ids_of(request.GET.get("shown", "")))
    others = [one for one in ids_of(request.GET.get("ids", "")) if one not in on_page]
    found = [*rows_again(user, on_page, None, view), *rows_again(user, others, search, view)]
    shown = _drawer(request, is_house()).rows(found)
    return render(request, "calls/live_rows.html", {"rows": shown})


@requires("see_register")
@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """How many calls the search finds now, and their talk time."""
    search, _problems = asked(request)
    return render(request, "calls/summary.html", _total(request, search))


@requires("see_register")
@require_GET
def filters(request: HttpRequest) -> HttpResponse:
    """The criteria that need lists of choices, read when they are opened."""
    search, _problems = asked(request)
    choices = choices_for(staff_user(request), account_id=search.account)
    more = {
        "follow_ups": [(code, status(code).label) for code in FOLLOW_UPS], "yes_no": YES_NO.items(),
        "carried": [pair for pair in search.pairs() if pair[0] in WITHOUT_FIELD],
    }  # fmt: skip
    return render(request, "calls/filters.html", {"search": search, "choices": choices} | more)


@requires("see_register")
@require_GET
def history(request: HttpRequest, contact_id: int) -> HttpResponse:
    """All calls of a contact over all its numbers, for its page and the card (CALL-10)."""
    user = staff_user(request)
    if not visible_contacts(user).filter(pk=contact_id).exists():
        raise Http404
    after = parse_after(given(request.GET))
    page = history_of_contact(user, contact_id, viewpoint(), after=after)
    search = Search(period=Period.ALL, contact=contact_id)
    shown = {
        "rows": Drawer(HISTORY_COLUMNS).rows(page.rows),
        "heads": [(name, COLUMNS[name]) for name in HISTORY_COLUMNS],
        "span": len(HISTORY_COLUMNS),
        "next_url": f"{request.path}?after=&last_id={page.next.id}" if page.next else "",
        "all_url": address(search),
    }
    return render(request, "calls/rows.html" if after else "calls/history.html", shown)


def drawn_again(request: HttpRequest, call_id: Any) -> ShownRow | None:
    """One row with the viewer's columns, as it is now."""
    return next(iter(drawn_again_all(request, [call_id])), None)


def drawn_again_all(request: HttpRequest, ids: list[Any]) -> list[ShownRow]:
    """Rows with the viewer's columns, as they are now."""
    return _drawer(request, is_house()).rows(rows_again(staff_user(request), ids, None, viewpoint()))


def _drawer(request: HttpRequest, house: bool) -> Drawer:
    user = staff_user(request)
    columns = chosen_columns(columns_of(user.pk), house=house)
    return Drawer(columns, may_keep=user.may("edit_contacts"), may_mark=user.may("annotate_calls"))


def _results(request: HttpRequest, search: Search) -> dict[str, Any]:
    """What the list shows: rows or groups, or why there are none."""
    user = staff_user(request)
    drawer = _drawer(request, is_house())
    found: dict[str, Any] = {
        "search": search,
        "chips": chips_of(search, names_in(user, search)),
        "heads": list(heads(search, drawer.columns)),
        "span": len(drawer.columns),
        "is_live": search.is_newest_first and search.period in OPEN_ENDED,
        "no_accounts": call_accounts(user) == frozenset(),
        "all_time_url": address(replace(search, period=Period.ALL, first=None, last=None)) if search.number else "",
    }
    try:
        found |= _groups(user, search) if search.group else _rows(user, search, drawer)
    except SearchTooLong:
        return found | {"too_long": True}
    except TooManyToSort:
        newest_first = address(replace(search, sort="started", descending=True))
        return found | {"too_many_to_sort": SORTABLE, "newest_first_url": newest_first, "count_later": True}
    return found | _total_of_whole(found)


def _groups(user: Any, search: Search) -> dict[str, Any]:
    found = groups_of(user, search, viewpoint(search))
    return {"groups": list(shown_groups(found.groups, search.group)), "is_cut": found.is_cut}


def _rows(user: Any, search: Search, drawer: Drawer) -> dict[str, Any]:
    return _page(register_page(user, search, viewpoint(search)), search, drawer)


def _page(page: Page, search: Search, drawer: Drawer) -> dict[str, Any]:
    next_url = rows_address(search, page.next) if page.next else ""
    reached = day_in_words(page.reached) if page.reached else ""
    return {"rows": drawer.rows(page.rows), "next_url": next_url, "reached": reached, "looks_back": search.descending}


def _total_of_whole(found: dict[str, Any]) -> dict[str, Any]:
    """A page that holds all there is knows its total; any other is counted when it has been shown."""
    if "rows" not in found or found["next_url"]:
        return {"count_later": True}
    calls: list[CallRow] = [row.call for row in found["rows"]]
    return {"total_calls": len(calls), "total_talk_s": sum(call.talk_s for call in calls)}


def _total(request: HttpRequest, search: Search) -> dict[str, Any]:
    try:
        total = total_of(staff_user(request), search, viewpoint(search))
    except SearchTooLong:
        return {"uncounted": True}
    return {
        "total_calls": total.calls, "total_talk_s": total.talk_s, "limit": COUNT_LIMIT, "at_least": total.at_least,
    }  # fmt: skip


def _form(request: HttpRequest, search: Search) -> dict[str, Any]:
    """What stands around the list on the whole page."""
    user = staff_user(request)
    return {
        "periods": PERIODS,
        "directions": DIRECTIONS,
        "statuses": [(code, status_word(code)) for code in STATUSES],
        "groups_by": GROUPS,
        "kept": kept_searches(user),
        "markers": markers(),
        "live_since": newest_id(),
        "hidden": [pair for pair in search.pairs() if pair[0] in LAZY],
    }
