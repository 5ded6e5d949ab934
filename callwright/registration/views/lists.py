"""The lists of registrations and of unregistered calls; reports lead here (parameters: `registration.asked`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from callwright.kit.access import requires
from callwright.registration.asked import OF_CALLS, OF_REGISTRATIONS
from callwright.registration.queries import lists
from callwright.registration.queries.behind import is_behind
from callwright.registration.views.asked import around, asked_in, next_url, user_of
from callwright.registration.views.list_pages import counted, patiently, too_long_row, total


@requires("see_registrations")
@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    """The registrations that fit, newest calls first; further pages and the number of all by htmx."""
    user, asked, now, after = user_of(request), asked_in(request), timezone.now(), request.GET.get("after", "")
    asked = asked.only(OF_REGISTRATIONS)
    if request.GET.get("part") == "count":
        return counted(request, lambda: lists.count_registrations(user, asked, now=now))
    page = patiently(lambda: lists.registrations(user, asked, now=now, after=after))
    shown = {"rows": page.rows, "next_url": next_url(request, asked, page.next), "span": 6} if page else {}
    if after:
        return render(request, "registration/list_rows.html", shown) if page else too_long_row(request, 6)
    return render(request, "registration/list.html", {**shown, **around(request, asked), **total(page), "tab": "list"})


@requires("see_registrations")
@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """The calls of which nothing was registered, or all that were to be, or those that are, newest first; further
    pages and the number of all by htmx.
    """
    user, asked, now, after = user_of(request), asked_in(request), timezone.now(), request.GET.get("after", "")
    asked = asked.only(OF_CALLS)
    if request.GET.get("part") == "count":
        return counted(request, lambda: lists.count_missing(user, asked, now=now))
    page = patiently(lambda: lists.missing(user, asked, now=now, after=after))
    shown = {"rows": page.rows, "next_url": next_url(request, asked, page.next), "span": 4} if page else {}
    if after:
        return render(request, "registration/missing_rows.html", shown) if page else too_long_row(request, 4)
    page_of = {**shown, **around(request, asked), **total(page), "tab": "" if asked.registered else "missing"}
    page_of["is_behind"] = not asked.registered and is_behind(user, asked.account, now=now)
    return render(request, "registration/missing.html", page_of)
