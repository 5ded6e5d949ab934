"""The list of imports, the upload, and one import from its preview to its end."""

from datetime import timedelta
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import may_set_for_all
from callwright.imports.forms import TableForm
from callwright.imports.models import Import
from callwright.imports.operations.enqueue import enqueue
from callwright.imports.operations.prepare import prepare_table
from callwright.imports.operations.start_import import (
    NotNow,
    UploadFailed,
    add_table_import,
    cancel,
    discard,
    go_on,
    keep_upload,
)
from callwright.imports.operations.undo_import import begin_undo
from callwright.imports.queries.imports import (
    bad_file,
    bad_lines,
    can_go_on,
    import_row,
    import_rows,
    kept_calls,
    visible_imports,
    waiting_lines,
)
from callwright.imports.queries.wording import problem_in_words
from callwright.imports.reading.text import Unreadable
from callwright.kit.access import requires
from callwright.kit.proxies import client_address
from callwright.kit.sending import send_file
from callwright.telephony.queries.pbxs import pbx_choices


def viewer_of(request: HttpRequest) -> Any:
    """The user behind `requires`."""
    return cast(Any, request.user)


def by_whom(request: HttpRequest) -> dict[str, Any]:
    """Who does something, from where and when, for the audit log."""
    return {"by": viewer_of(request).pk, "address": client_address(request) or "", "now": timezone.now()}


def shown_import(request: HttpRequest, import_id: UUID) -> Import:
    """The import of the address, where the viewer may see it."""
    row = visible_imports(viewer_of(request)).filter(pk=import_id).first()
    if row is None:
        raise Http404
    return row


@requires("import_calls")
@never_cache
def import_list(request: HttpRequest) -> HttpResponse:
    """All imports and the ways to begin one; a POST is an upload."""
    problem = ""
    if request.method == "POST":
        try:
            row = _upload(request)
            return redirect("imports:import", import_id=row.pk)
        except UploadFailed as failed:
            problem = problem_in_words(failed.reason)
    page: dict[str, Any] = {"rows": import_rows(viewer_of(request)), "problem": problem}
    if request.headers.get("HX-Request"):
        return render(request, "imports/rows.html", page)
    page |= _ways_in(viewer_of(request))
    return render(request, "imports/list.html", page, status=422 if problem else 200)


def _ways_in(viewer: Any) -> dict[str, bool]:
    """Which ways to begin an import the viewer has. Tables and folders hold the calls of all accounts."""
    pbxs = pbx_choices()
    has_table = any(has for _id, _name, has in pbxs)
    return {
        "has_pbx": bool(pbxs),
        "has_table": has_table and may_set_for_all(viewer, "import_calls"),
        "may_watch": may_set_for_all(viewer, "administer_pbx"),
    }


def _upload(request: HttpRequest) -> Import:
    upload = request.FILES.get("file")
    if upload is None:
        raise UploadFailed("empty")
    by = viewer_of(request).pk
    return keep_upload(upload.chunks(), name=upload.name or "", by=by, now=timezone.now())


@requires("import_calls")
@never_cache
@require_GET
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of the page that changes while it works."""
    return render(request, "imports/progress.html", page_of(shown_import(request, import_id)))


def page_of(row: Import) -> dict[str, Any]:
    return {
        "row": import_row(row),
        "waiting_lines": waiting_lines(row.pk),
        "can_go_on": can_go_on(row),
        "bad": bad_lines(row.pk) if row.bad else [],
        "kept": kept_calls(row.pk) if row.kept else [],
    }


@requires("import_calls")
@require_POST
def act(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Cancel, go on, undo or discard, as the button pressed says."""
    row, by, now = shown_import(request, import_id), viewer_of(request).pk, timezone.now()
    try:
        match request.POST.get("act"):
            case "cancel":
                cancel(import_id=row.pk, by=by, now=now)
            case "go_on":
                enqueue(go_on(import_id=row.pk, now=now).pk, now)
            case "undo":
                begin_undo(import_id=row.pk, by=by, now=now)
                enqueue(row.pk, now)
            case "discard":
                discard(import_id=row.pk)
                return redirect("imports:list")
    except NotNow:
        messages.error(request, _("This import is in another state meanwhile; look at it again."))
    return redirect("imports:import", import_id=row.pk)


@requires("import_calls")
@require_GET
def errors(request: HttpRequest, import_id: UUID) -> StreamingHttpResponse:
    """The bad lines as a file, to be corrected and imported again."""
    row = shown_import(request, import_id)
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it has been sent
    file.writelines(piece.encode() for piece in bad_file(row))
    name, size = f"{PurePath(row.name).stem}-errors.csv", file.tell()
    file.seek(0)
    return send_file(request, file, name=name, content_type="text/csv; charset=utf-8", size=size)


@requires("import_calls")
@never_cache
def table(request: HttpRequest) -> HttpResponse:
    """From the record table of a PBX, in which the calls of all accounts are."""
    if not may_set_for_all(viewer_of(request), "import_calls"):
        raise PermissionDenied
    form = TableForm(request.POST or None, viewer=viewer_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = _begin_table(request, form.cleaned_data)
            return redirect("imports:import", import_id=row.pk)
        except Unreadable as error:
            form.add_error(None, problem_in_words(error.reason))
    return render(request, "imports/table.html", {"form": form}, status=422 if form.errors else 200)


def _begin_table(request: HttpRequest, given: dict[str, Any]) -> Import:

    now = timezone.now()
    settings = prepare_table(
        pbx_id=given["pbx"],
        shape=given["shape"],
        since=given["since"].isoformat(),
        until=(given["until"] + timedelta(days=1)).isoformat(),
    )
    by = viewer_of(request).pk
    row = add_table_import(settings=settings, pbx_id=given["pbx"], account_id=given["account"], by=by, now=now)
    enqueue(row.pk, now)
    return row
