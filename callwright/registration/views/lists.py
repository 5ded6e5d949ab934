"""The lists of registrations and of unregistered calls; reports lead here (parameters: `registration.asked`)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from callwright.kit.access import requires
from callwright.registration.queries import lists
from callwright.registration.views.asked import around, asked_in, next_url, user_of


@requires("see_registrations")
@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    """The registrations that fit, newest calls first; further pages by htmx."""
    user, asked, now, after = user_of(request), asked_in(request), timezone.now(), request.GET.get("after", "")
    page = lists.registrations(user, asked, now=now, after=after)
    shown = {"rows": page.rows, "next_url": next_url(request, asked, page.next), "span": 6}
    if after:
        return render(request, "registration/list_rows.html", shown)
    count = lists.count_registrations(user, asked, now=now)
    page_of = {**shown, **around(request, asked), "count": count, "most": lists.MOST_COUNTED, "tab": "list"}
    return render(request, "registration/list.html", page_of)


@requires("see_registrations")
@require_GET
def missing(request: HttpRequest) -> HttpResponse:
    """The calls of which nothing was registered, newest first; further pages by htmx."""
    user, asked, now, after = user_of(request), asked_in(request), timezone.now(), request.GET.get("after", "")
    if request.GET.get("part") == "count":
        count = lists.count_missing(user, asked, now=now)
        return render(request, "registration/list_count.html", {"count": count, "most": lists.MOST_COUNTED})
    page = lists.missing(user, asked, now=now, after=after)
    shown = {"rows": page.rows, "next_url": next_url(request, asked, page.next), "span": 6}
    if after:
        return render(request, "registration/missing_rows.html", shown)
    return render(request, "registration/missing.html", {**shown, **around(request, asked), "tab": "missing"})
