"""One import: while it waits to be confirmed its preview, then its progress and result."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from callwright.imports.forms import COLUMN_LABELS, ReadingForm
from callwright.imports.models import Import, State
from callwright.imports.operations.enqueue import enqueue
from callwright.imports.operations.prepare import is_complete, prepare
from callwright.imports.operations.save_mapping import save_mapping
from callwright.imports.operations.start_import import NotNow, confirm, same_before
from callwright.imports.queries.preview import preview
from callwright.imports.queries.wording import problem_in_words, shape_in_words
from callwright.imports.reading.settings import Settings
from callwright.imports.reading.text import Unreadable
from callwright.imports.views.imports import page_of, shown_import, viewer_of
from callwright.kit.access import requires
from callwright.telephony.queries.pbxs import pbx_choices


@requires("import_calls")
@never_cache
def one_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """A POST with `import` confirms how the file is read; any other POST shows the preview anew."""
    row = shown_import(request, import_id)
    if row.state != State.DRAFT:
        return render(request, "imports/import.html", page_of(row))
    try:
        settings = prepare(Path(row.path))
    except Unreadable as error:
        return render(request, "imports/unreadable.html", {"row": row, "problem": problem_in_words(error.reason)})
    form = _form(request, settings)
    if request.method == "POST" and form.is_valid():
        settings = form.read_as(request.POST.getlist("column"))
        if "import" in request.POST and is_complete(settings):
            return _confirmed(request, row, settings, form.cleaned_data)
    return _preview(request, row, settings, form)


def _form(request: HttpRequest, settings: Settings) -> ReadingForm:
    pbxs = pbx_choices()
    initial = {
        "pbx": pbxs[0][0] if pbxs else None,
        "zone": settings.zone,
        "date_order": settings.date_order,
        "delimiter": settings.delimiter,
        "encoding": settings.encoding,
        "header": settings.header,
    }
    return ReadingForm(request.POST or None, initial=initial, settings=settings, viewer=viewer_of(request))


def _confirmed(request: HttpRequest, row: Import, settings: Settings, given: dict[str, Any]) -> HttpResponse:
    now = timezone.now()
    if given["mapping_name"]:
        save_mapping(name=given["mapping_name"], settings=settings, path=Path(row.path))
    try:
        by = viewer_of(request).pk
        confirm(import_id=row.pk, settings=settings, pbx_id=given["pbx"], account_id=given["account"], by=by, now=now)
        enqueue(row.pk, now)
    except NotNow:
        pass  # pressed twice
    return redirect("imports:import", import_id=row.pk)


def _preview(request: HttpRequest, row: Import, settings: Settings, form: ReadingForm) -> HttpResponse:
    pbx_id, account_id = _chosen(form)
    seen = preview(Path(row.path), settings, pbx_id=pbx_id, account_id=account_id, viewer=viewer_of(request))
    page = {
        "row": row,
        "form": form,
        "shape": shape_in_words(settings.shape),
        "is_free": settings.shape in ("free", "own"),
        "columns": list(zip(settings.columns, seen.heads, strict=False)),
        "labels": COLUMN_LABELS.items(),
        "seen": seen,
        "is_complete": is_complete(settings),
        "same": same_before(row),
        "has_pbx": bool(pbx_choices()),
        "missing": _("Say which column has the start of the call, and which one the number of the caller or called."),
    }
    template = "imports/seen.html" if request.headers.get("HX-Request") else "imports/preview.html"
    return render(request, template, page)


def _chosen(form: ReadingForm) -> tuple[int | None, int | None]:
    """Who sees some accounts only has the calls shown as those of one of them, until they choose."""
    if form.is_bound and form.is_valid():
        return form.cleaned_data["pbx"], form.cleaned_data["account"]
    return form.initial["pbx"], form.first_account
