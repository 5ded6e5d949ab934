"""Exports of searches: asking for one, the list of one's own, fetching the file (CALL-13)."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house, organisation
from callwright.calls.columns import chosen_columns
from callwright.calls.export_shape import DATE_FORMS, DELIMITERS, FORMATS, Shape, usual_delimiter
from callwright.calls.operations import export_storage as storage
from callwright.calls.operations.export_calls import (
    SMALL,
    TooManyExports,
    ask_export,
    cancel_export,
    is_small,
    make_export,
)
from callwright.calls.operations.export_columns import EVERYTHING
from callwright.calls.operations.export_expiry import remove_export
from callwright.calls.queries.exports import Fetched, exports_of, fetchable
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.register import total_of
from callwright.calls.queries.screen import columns_of
from callwright.calls.search import Search, parse_search
from callwright.calls.views.asked import staff_user, viewpoint
from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.kit.proxies import client_address
from callwright.kit.sending import send_file
from callwright.staff.operations.record_audit import record_audit

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


@requires("export_calls")
@require_GET
def new_export(request: HttpRequest) -> HttpResponse:
    """The form of an export of the register's present search, for its dialog."""
    search = _search(request.GET.get("query", ""))
    return render(request, "calls/export_form.html", {
        "search": search, "delimiter": usual_delimiter(get_language() or ""), "zone": viewer_zone(),
        "total": _count(request, search), "small": SMALL,
    })  # fmt: skip


@requires("export_calls")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Export the search: a small one is fetched at once, a large one is listed with its progress."""
    search, user = _search(request.POST.get("query", "")), staff_user(request)
    total = _count(request, search)
    try:
        made = ask_export(viewer=user, search=search, shape=_shape(request), total=total, now=timezone.now())
    except TooManyExports:
        messages.error(request, _("Three of your exports are being made already. Wait for one, or cancel it."))
        return redirect("calls:exports")
    if is_small(total) and make_export(made, clock=timezone.now, in_background=False) == "ready":
        return redirect("calls:export_file", made)
    return redirect("calls:exports")


@requires("see_register")
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """The viewer's own exports; an htmx request gets the list alone."""
    user = staff_user(request)
    page = {"exports": exports_of(user.pk), "topic": f"exports:{user.pk}"}
    return render(
        request, "calls/export_list.html" if request.headers.get("HX-Request") else "calls/exports.html", page
    )


@requires("see_register")
@require_GET
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file of an export of one's own, while it is kept and one may still see what it holds."""
    found = fetchable(staff_user(request), export_id, now=timezone.now())
    file = storage.opened(found.name) if found else None
    if found is None or file is None:
        return render(request, "calls/export_gone.html", status=404)
    record_audit(
        action="export_fetched", subject=f"export:{export_id}", by=request.user.pk, now=timezone.now(),
        address=client_address(request),
    )  # fmt: skip
    size = file.seek(0, 2)
    file.seek(0)
    return send_file(request, file, name=_name(found), content_type=TYPES[found.format], size=size)


@requires("see_register")
@require_POST
def cancel(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """End an export that is under way, or remove the file of one that is ready."""
    user, now = staff_user(request), timezone.now()
    if not cancel_export(user_id=user.pk, export_id=export_id, now=now):
        remove_export(user_id=user.pk, export_id=export_id, now=now)
    return redirect("calls:exports")


def _search(query: str) -> Search:
    return parse_search(parse_qs(query[:4000]))[0]


def _count(request: HttpRequest, search: Search) -> int | None:
    """How many calls the search finds; None when there are too many to be counted while one waits."""
    try:
        total = total_of(staff_user(request), search, viewpoint(search))
    except SearchTooLong:
        return None
    return None if total.is_capped else total.calls


def _shape(request: HttpRequest) -> Shape:
    """How the file is to be written, as far as the form says something that is a choice."""
    language, given = get_language() or "en", request.POST
    own = chosen_columns(columns_of(staff_user(request).pk), house=is_house())
    delimiter, dates, form = given.get("delimiter", ""), given.get("dates", ""), given.get("format", "")
    return Shape(
        format=form if form in FORMATS else "csv",
        columns=EVERYTHING if given.get("columns") == "all" else own,
        delimiter=delimiter if delimiter in DELIMITERS else usual_delimiter(language),
        bom=given.get("bom") == "1",
        dates=dates if dates in DATE_FORMS else "iso",
        zone=viewer_zone(),
        language=language,
        country=organisation().home_country,
    )


def _name(found: Fetched) -> str:
    """What the file is called where it is saved; the moment in the viewer's zone."""
    made: Any = timezone.localtime(found.finished_at)
    what = _("person") if found.kind == "person" else _("calls")
    return f"{what}-{made:%Y-%m-%d-%H%M}.{found.format}"
