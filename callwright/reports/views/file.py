"""A report as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from callwright.calls.export_shape import DELIMITERS, usual_delimiter
from callwright.calls.queries.patience import SearchTooLong
from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.kit.proxies import client_address
from callwright.reports.operations.make_file import FORMATS, Writing, make_file
from callwright.reports.views.asked import asked, staff_user, wanted_report
from callwright.reports.views.saved import asked_in
from callwright.staff.operations.record_audit import record_audit


@requires("see_reports")
@require_GET
def file_form(request: HttpRequest, code: str) -> HttpResponse:
    """The dialog that asks for the format."""
    kind = wanted_report(request, code)
    wish = asked_in(request, kind)
    page = {
        "action": reverse("reports:file", args=[code]), "pairs": wish.pairs(),
        "delimiter": usual_delimiter(get_language() or ""),
    }  # fmt: skip
    return render(request, "reports/file.html", page)


def writing_in(request: HttpRequest) -> Writing:
    """How the file is to be written, as far as the address says something that is a choice."""
    form, delimiter = request.GET.get("format", ""), request.GET.get("delimiter", "")
    return Writing(
        form if form in FORMATS else "pdf", delimiter if delimiter in DELIMITERS else "",
        bom=request.GET.get("bom", "1") != "0",
    )  # fmt: skip


@requires("see_reports")
@require_GET
def report_file(request: HttpRequest, code: str) -> HttpResponse:
    """The report of the address as a file: CSV, XLSX or PDF."""
    kind, user = wanted_report(request, code), staff_user(request)
    wish, _problems = asked(request, kind)
    writing = writing_in(request)
    try:
        made = make_file(user, kind, wish, writing, zone=viewer_zone(), now=timezone.now())
    except SearchTooLong:
        return render(request, "reports/file_too_long.html", {"report": kind, "query": wish.query}, status=503)
    record_audit(
        action="report_fetched", subject=f"report:{code}", by=user.pk, account_id=wish.account,
        detail={"format": writing.format, "query": wish.query}, address=client_address(request), now=timezone.now(),
    )  # fmt: skip
    response = HttpResponse(made.content, content_type=made.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=made.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
