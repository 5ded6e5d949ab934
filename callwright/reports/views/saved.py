"""Saved reports: keeping one, changing, deleting with a way back, and having it sent."""

from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.kit.identity import id_in
from callwright.kit.toasts import add_toast
from callwright.reports.asked import Asked, parse_asked
from callwright.reports.forms import ScheduleForm
from callwright.reports.lists import ListAsked, ListKind, list_asked
from callwright.reports.operations.save_report import (
    ReportRefused,
    change_report,
    delete_report,
    restore_report,
    save_report,
)
from callwright.reports.operations.schedule import ScheduleRefused, add_schedule
from callwright.reports.queries.saved import SavedRow, saved_report
from callwright.reports.report import Report
from callwright.reports.views.asked import staff_user, wanted_report
from callwright.reports.views.overview import shown
from callwright.reports.views.report import address
from callwright.reports.views.schedules import schedule_refusal

LONGEST_QUERY = 4000


@requires("see_reports")
@require_http_methods(["GET", "POST"])
def save_form(request: HttpRequest, code: str) -> HttpResponse:
    """The dialog that keeps the report of the address; a POST keeps it and opens it."""
    kind = wanted_report(request, code)
    wish = asked_in(request, kind)
    if request.method == "GET":
        one = saved_report(staff_user(request), id_in(request.GET.get("saved")) or 0)
        mine = one if one and one.is_own and one.report is kind else None
        return render(request, "reports/save.html", {"action": request.path, "query": wish.query, "saved": mine})
    name, is_shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
    try:
        kept = save_report(
            user_id=staff_user(request).pk, name=name, report=code, asked=wish, is_shared=is_shared, now=timezone.now()
        )
    except ReportRefused as refused:
        problem = {"action": request.path, "query": wish.query, "name": name, "shared": is_shared}
        return render(request, "reports/save.html", {**problem, "problem": refusal(refused.reason)}, status=422)
    messages.success(request, _("The report is saved."))
    if request.POST.get("then") == "schedule":
        return go(request, reverse("reports:new_schedule", args=[kept]))
    return go(request, f"{address(kind, wish)}&saved={kept}")


def go(request: HttpRequest, url: str) -> HttpResponse:
    return (
        HttpResponse(status=204, headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else redirect(url)
    )


def asked_in(request: HttpRequest, kind: Report) -> Asked:
    """The report in the `query` of a dialog."""
    query = request.POST.get("query", request.GET.get("query", ""))[:LONGEST_QUERY]
    return parse_asked(parse_qs(query), kind.shape)[0]


def list_asked_in(request: HttpRequest, kind: ListKind) -> ListAsked:
    """The list in the `query` of a dialog."""
    query = request.POST.get("query", request.GET.get("query", ""))[:LONGEST_QUERY]
    return list_asked(kind, query, zone=viewer_zone())


@requires("see_reports")
@require_GET
def open_saved(request: HttpRequest, saved_id: int) -> HttpResponse:
    """The saved report as of today; mails lead here."""
    one = _wanted(request, saved_id)
    url = shown(one)["url"]
    if not url:
        raise Http404
    return redirect(str(url))


@requires("see_reports")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Rename a report of the user's own, or share it."""
    one = _wanted(request, saved_id)
    if not one.is_own:
        raise Http404
    if request.method == "GET":
        return render(request, "reports/change.html", {"one": one})
    name, is_shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
    asked = _asked_anew(request, one) if "query" in request.POST else None
    try:
        change_report(
            user_id=staff_user(request).pk, saved_id=saved_id, name=name, is_shared=is_shared, asked=asked,
            now=timezone.now(),
        )  # fmt: skip
    except ReportRefused as refused:
        page = {"one": one, "name": name, "shared": is_shared, "problem": refusal(refused.reason)}
        return render(request, "reports/change.html", page, status=422)
    messages.success(request, _("Saved."))
    return redirect("reports:overview" if asked is None else f"{reverse('reports:saved', args=[saved_id])}")


def _asked_anew(request: HttpRequest, one: SavedRow) -> Asked | ListAsked | None:
    """What a saved report or list is to ask from now on."""
    if one.kept_list is not None:
        return list_asked_in(request, one.kept_list[0])
    return asked_in(request, one.report) if one.report else None


@requires("see_reports")
@require_POST
def delete(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Delete a report of the user's own; it can be undone."""
    one = _wanted(request, saved_id)
    try:
        delete_report(user_id=staff_user(request).pk, saved_id=saved_id, now=timezone.now())
    except ReportRefused as refused:
        raise Http404 from refused
    said, undo = _("“%(name)s” is deleted.") % {"name": one.name}, reverse("reports:restore_saved", args=[saved_id])
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return redirect("reports:overview")
    response = HttpResponse()
    add_toast(response, said, undo_url=undo)
    return response


@requires("see_reports")
@require_POST
def restore(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Put back a report that was deleted."""
    try:
        restore_report(user_id=staff_user(request).pk, saved_id=saved_id)
    except ReportRefused as refused:
        raise Http404 from refused
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("reports:overview")


@requires("see_reports")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, saved_id: int) -> HttpResponse:
    """Have a saved report sent."""
    one, user = _wanted(request, saved_id), staff_user(request)
    first: dict[str, Any] = {
        "every": "workday", "weekday": 1, "month_day": 1, "at": "07:00", "zone": viewer_zone(),
        "addresses": user.email, "format": "pdf", "language": get_language(),
    }  # fmt: skip
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            add_schedule(viewer=user, saved_id=saved_id, wish=form.wish(), now=timezone.now())
        except ScheduleRefused as refused:
            form.add_error(None, schedule_refusal(refused))
        else:
            messages.success(request, _("The report will be sent."))
            return redirect("reports:schedules")
    page = {"form": form, "saved": shown(one), "title": one.name}
    return render(request, "reports/schedule.html", page, status=422 if form.errors else 200)


def _wanted(request: HttpRequest, saved_id: int) -> SavedRow:
    one = saved_report(staff_user(request), saved_id)
    if one is None:
        raise Http404
    return one


def refusal(reason: str) -> str:
    """Why a report could not be kept, and what to do."""
    match reason:
        case "name_taken":
            return _("You have another report of this name. Choose a different one.")
        case "too_many":
            return _("You keep two hundred reports already. Delete one that you no longer use.")
        case "gone":
            return _("This report does not exist any more.")
    return _("Give the report a name.")
