"""Lists of registrations as files, and kept under names like reports (REP-7)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from callwright.calls.export_shape import usual_delimiter
from callwright.calls.queries.patience import SearchTooLong
from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.kit.identity import id_in
from callwright.kit.proxies import client_address
from callwright.kit.sending import send_file
from callwright.reports.lists import LISTS, ListAsked, ListKind, list_asked, may_fetch
from callwright.reports.operations.make_file import Writing, problem_of
from callwright.reports.operations.make_list import ListFile, make_list
from callwright.reports.operations.save_report import ReportRefused, save_report
from callwright.reports.queries.saved import saved_report
from callwright.reports.views.asked import given, staff_user
from callwright.reports.views.file import writing_in
from callwright.reports.views.overview import list_address
from callwright.reports.views.saved import go, list_asked_in, refusal
from callwright.reports.words import RUN_PROBLEMS
from callwright.staff.operations.record_audit import record_audit


def _wanted(request: HttpRequest, code: str) -> ListKind:
    kind = LISTS.get(code)
    if kind is None or not may_fetch(staff_user(request), kind):
        raise Http404
    return kind


@requires("see_reports")
@require_http_methods(["GET", "POST"])
def save_form(request: HttpRequest, code: str) -> HttpResponse:
    """The dialog that keeps the list of the address; a POST keeps it and opens it."""
    kind, user = _wanted(request, code), staff_user(request)
    wish = list_asked_in(request, kind)
    page: dict[str, Any] = {"action": request.path, "query": wish.query}
    if request.method == "GET":
        one = saved_report(user, id_in(request.GET.get("saved")) or 0)
        is_mine = one is not None and one.is_own and one.kept_list is not None and one.kept_list[0] is kind
        return render(request, "reports/save.html", {**page, "saved": one if is_mine else None})
    name, is_shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
    try:
        kept = save_report(
            user_id=user.pk, name=name, report=kind.kept_as, asked=wish, is_shared=is_shared, now=timezone.now()
        )
    except ReportRefused as refused:
        problem = {"name": name, "shared": is_shared, "problem": refusal(refused.reason)}
        return render(request, "reports/save.html", {**page, **problem}, status=422)
    messages.success(request, _("The list is saved. You find it among the saved reports."))
    then_send = request.POST.get("then") == "schedule"
    return go(request, reverse("reports:new_schedule", args=[kept]) if then_send else list_address(kind, wish, kept))


@requires("see_reports")
@require_GET
def file_form(request: HttpRequest, code: str) -> HttpResponse:
    """The dialog that asks for the format."""
    wish = list_asked_in(request, _wanted(request, code))
    return render(request, "reports/file.html", {
        "action": reverse("reports:list_file", args=[code]), "pairs": parse_qsl(wish.query),
        "delimiter": usual_delimiter(get_language() or ""), "is_list": True,
    })  # fmt: skip


@requires("see_reports")
@require_GET
def list_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list of the address as a file: CSV, XLSX or PDF."""
    kind = _wanted(request, code)
    wish, writing = list_asked(kind, given(request.GET), zone=viewer_zone()), writing_in(request)
    with TemporaryDirectory(prefix="callwright-") as folder:
        try:
            made = make_list(staff_user(request), kind, wish, writing, Path(folder), now=timezone.now())
        except (SearchTooLong, OSError) as error:
            back, problem = f"{reverse(kind.url_name)}?{wish.query}", problem_of(error)
            page = {"title": kind.label, "back": back, "problem": problem, "words": RUN_PROBLEMS[problem]}
            return render(request, "reports/list_not_made.html", page, status=503)
        _record(request, kind, wish, writing, made)
        file, size = made.path.open("rb"), made.path.stat().st_size  # it is read on after the folder is gone
    return send_file(request, file, name=made.name, content_type=made.content_type, size=size)


def _record(request: HttpRequest, kind: ListKind, wish: ListAsked, writing: Writing, made: ListFile) -> None:
    accounts = wish.asked.account
    record_audit(
        action="list_fetched", subject=f"report_list:{kind.code}", by=staff_user(request).pk,
        account_id=accounts[0] if len(accounts) == 1 else None,
        detail={"format": writing.format, "rows": made.rows, "query": wish.query_for_audit},
        address=client_address(request), now=timezone.now(),
    )  # fmt: skip
